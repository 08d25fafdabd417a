"""The worst are kept, and no more of them than were asked for."""

from hypothesis import given
from hypothesis import strategies as st

from flexsim.measure.contacts import Task
from flexsim.measure.worst import Worst


@given(st.lists(st.integers(0, 20), max_size=60))
def test_the_largest_come_first_and_of_equals_the_earliest(figures):
    worst = Worst(lambda number: (f"WT{number}", None), most=5)
    for number, figure in enumerate(figures):
        worst.offer(Task(number, 0.0), figure)
    ranked = sorted(((figure, -number) for number, figure in enumerate(figures) if figure), reverse=True)[:5]
    assert [(figure, sid) for figure, _, sid, _ in worst.all()] == [(figure, f"WT{-place}") for figure, place in ranked]


def test_only_those_that_are_kept_are_asked_who_they_are():
    asked = []
    worst = Worst(lambda number: asked.append(number) or ("", None), most=2)
    for number, figure in enumerate([9, 8, 1, 2, 3, 10]):
        worst.offer(Task(number, 0.0), figure)
    assert asked == [0, 1, 5]
