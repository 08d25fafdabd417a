from flexsim.errors import TargetRefused, TargetUnreachable
from flexsim.live.losses import Losses

AWAY = TargetUnreachable("cannot reach http://127.0.0.1:1")


def test_the_first_loss_of_a_row_is_said_and_the_rest_are_a_number():
    said = []
    losses = Losses(said.append)
    for _ in range(5):
        losses.note("creating a task", AWAY)
    losses.answered()
    losses.answered()
    assert said == [
        "creating a task: cannot reach http://127.0.0.1:1; carrying on",
        "the TaskRouter answers again; lost in the meantime: 5",
    ]
    assert losses.count == 5


def test_refusals_are_said_five_times_and_then_only_counted():
    said = []
    losses = Losses(said.append)
    for number in range(9):
        losses.note("creating a task", TargetRefused(f"no {number}", status=400, code=20001))
        losses.answered()
    assert losses.count == 9
    assert said == [f"creating a task: no {number}" for number in range(4)] + [
        "creating a task: no 4; further refusals are only counted"
    ]
