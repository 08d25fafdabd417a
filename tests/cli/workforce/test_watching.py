"""What one sees of a run."""

import io

from rich.console import Console

from flexsim.cli.workforce.watching import Watching, sparkline
from tests.workforce.making import played


def test_a_sparkline_goes_from_the_lowest_to_the_highest_of_what_it_shows():
    assert sparkline([0, 1, 2, 3], 10) == "▁▃▆█"
    assert sparkline([5, 0, 1], 2) == "▁█"
    assert sparkline([2, 2], 10) == "▄▄"


def test_on_a_terminal_the_curves_and_who_is_speaking_stand_below():
    session, turns = played(2)
    watching = Watching(session, 2, silent=False, brief=False)
    watching._console = Console(file=io.StringIO(), width=100, force_terminal=True)
    for turn in turns:
        for message in turn.messages:
            watching.happened(message)
        watching.turn(turn)
    watching.speaking("ceo", "We should")
    below = Console(file=io.StringIO(), width=100)
    below.print(watching._footer())
    assert "Chief Executive: We should" in below.file.getvalue()
    assert "week 2 of 2" in below.file.getvalue()
    assert "service level" in below.file.getvalue()
    assert "Week 1" in watching._console.file.getvalue()
