"""A contact's story is told in order, and its spans cover its life without a gap."""

from itertools import pairwise

import pytest

from flexsim.measure.contacts import Contacts
from flexsim.measure.reading import LogReader
from flexsim.reporting.stories import told
from tests.measure.conftest import START
from tests.measure.test_contacts import Diary
from tests.measure.test_report import a_wild_day


def lives(log):
    reader, diary = LogReader(), Diary()
    contacts = Contacts(reader.names, diary)
    for event in reader.events(log):
        contacts.add(event)
    return [*diary.tasks, *contacts.tasks.values()], reader.names


def test_a_contact_that_was_refused_once(centre):
    centre.hire(0, "Ann")
    task = centre.arrive(10)
    centre.reject(14, task)
    centre.accept(15, task)
    centre.end(75, task, "wrapping")
    centre.end(85, task, reason="solved")
    ((life,), names) = lives(centre.log)
    story = told(life, names, START + 100)
    assert [(round(each["at"] - START), each["what"]) for each in story["happenings"]] == [
        (10, "arrived"), (10, 'entered The "best"'), (10, "offered to Ann"), (14, "rejected by Ann"),
        (14, "offered to Ann"), (15, "accepted by Ann"), (75, "talk ended, wrap-up began"), (85, "completed: solved"),
    ]  # fmt: skip
    assert [(kind, begin - START, end - START) for kind, begin, end in story["spans"]] == [
        ("offered", 10, 14), ("offered", 14, 15), ("talk", 15, 75), ("wrap", 75, 85),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_spans_cover_each_life(seed):
    centre, now = a_wild_day(seed)
    found, names = lives(centre.log)
    for life in found:
        spans = told(life, names, now)["spans"]
        end = now if life.ended is None else life.ended
        if end > life.created:
            assert spans[0][1] == pytest.approx(life.created)
            assert spans[-1][2] == pytest.approx(end)
            assert all(before[2] == after[1] for before, after in pairwise(spans))
            waited = sum(until - begin for kind, begin, until in spans if kind in {"waiting", "offered"})
            assert waited == pytest.approx(life.waited(now))


def test_of_a_very_long_story_the_middle_is_left_out(centre):
    centre.hire(0, "Ann")
    task = centre.arrive(0)
    for second in range(1, 101):
        centre.reject(second, task)
    ((life,), names) = lives(centre.log)
    story = told(life, names, START + 200)
    assert (len(story["happenings"]), story["left_out"]) == (60, 3 + 200 - 60)


@pytest.fixture
def centre():
    from tests.measure.conftest import Centre  # noqa: PLC0415 -- the fixture of that name is not ours

    return Centre()
