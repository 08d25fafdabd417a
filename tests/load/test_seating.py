"""Who shares a connection, who is left on it, and whose a message is."""

import pytest

from flexsim.load.link import Link
from flexsim.load.profiles import generate
from flexsim.load.seating import Seating
from flexsim.load.target import Target


def seated(count, per_line):
    found = Seating(generate(count, 1), per_line)
    for place in range(count):
        found.admit(place)
    return found


def link_on(found, number):
    link = found.lines[number].link = Link(None, number, Target(url="http://x"), 0.0)
    return link


@pytest.mark.parametrize(("per_line", "lines"), [(1, [[0], [1], [2], [3], [4]]), (2, [[0, 1], [2, 3], [4]])])
def test_agents_of_neighbouring_places_share_a_line(per_line, lines):
    found = seated(5, per_line)
    assert [[seat.place for seat in found.on(line)] for line in found.lines.values()] == lines


def test_who_is_away_or_gone_is_not_on_the_line():
    found = seated(3, 3)
    found.seats[0].away = True
    del found.seats[2]
    assert [seat.place for seat in found.on(found.lines[0])] == [1]


def test_a_seat_has_a_link_only_while_that_is_open_and_the_agent_not_away():
    found = seated(2, 2)
    link = link_on(found, 0)
    assert found.seats[0].link is None
    link.open = True
    found.seats[1].away = True
    assert (found.seats[0].link, found.seats[1].link) == (link, None)


def test_a_line_waits_while_it_is_wanted_and_has_no_connection():
    found = seated(2, 1)
    first, second = found.lines.values()
    link_on(found, 0)
    assert (found.waits(first), found.waits(second)) == (False, True)
    del found.lines[1]
    assert not found.waits(second)
    assert (found.line_at(0), found.line_at(1)) == (first, None)


def test_a_connection_that_has_been_replaced_is_no_lines_any_more():
    found = seated(1, 1)
    before = link_on(found, 0)
    now = link_on(found, 0)
    assert (found.line_of(before), found.line_of(now)) == (None, found.lines[0])


def test_a_message_on_a_shared_line_is_for_whom_it_names_and_on_a_line_of_ones_own_for_that_one():
    shared, own = seated(4, 2), seated(4, 1)
    second = link_on(shared, 1)
    assert shared.addressed(second, {"agentId": "AGT-00004"}) == 3
    for stranger in ("AGT-00001", "AGT-99999", None, 3, ["AGT-00004"]):
        assert shared.addressed(second, {"agentId": stranger}) is None
    assert own.addressed(link_on(own, 2), {}) == 2
