"""The law of tasks and reservations is whole."""

from flexsim.taskrouter import states


def reachable(moves, start):
    found, frontier = {start}, {start}
    while frontier:
        frontier = {after for before, after in moves if before in frontier} - found
        found |= frontier
    return found


def test_every_status_can_be_reached_from_pending():
    assert reachable(states.TASK_MOVES, "pending") == {
        "pending", "reserved", "assigned", "wrapping", "completed", "canceled",
    }  # fmt: skip
    assert reachable(states.RESERVATION_MOVES, "pending") == {
        "pending", "accepted", "rejected", "timeout", "canceled", "rescinded", "wrapping", "completed",
    }  # fmt: skip


def test_what_has_ended_never_moves_again():
    assert not {before for before, _ in states.TASK_MOVES} & states.TASK_ENDED
    assert {before for before, _ in states.RESERVATION_MOVES} == states.RESERVATION_OPEN


def test_clients_may_ask_only_for_what_some_status_allows():
    assert {after for _, after in states.TASK_MOVES_OF_CLIENTS} == states.TASK_STATUSES_OF_CLIENTS
    assert states.TASK_MOVES_OF_CLIENTS < states.TASK_MOVES
