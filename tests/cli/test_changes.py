"""Changes on the terminal: few lines before, and how far things came when the target stops them."""

import pytest

from flexsim.cli.changes import carrying_out, print_changes
from flexsim.deployment.changes import Action, Change, Kind
from flexsim.errors import TargetUnreachable


def change(action, name):
    return Change(action=action, kind=Kind.WORKER, name=name)


def test_what_stays_is_only_counted(capsys):
    print_changes([change(Action.LEAVE, "A"), change(Action.LEAVE, "B"), change(Action.CREATE, "C")])
    printed = capsys.readouterr().out
    assert "create │ worker │ C" in printed
    assert printed.splitlines()[-1] == "unchanged: 2 workers"


def test_nothing_to_do_prints_no_table(capsys):
    print_changes([])
    assert capsys.readouterr().out == ""


def stopped_after(todo, made):
    with carrying_out(todo, "deploy", quiet=False) as done:
        for each in todo[:made]:
            done(each)
        raise TargetUnreachable("gone")


def test_a_stop_says_how_far_things_came(capsys):
    with pytest.raises(TargetUnreachable):
        stopped_after([change(Action.CREATE, "A"), change(Action.CREATE, "B")], 1)
    assert capsys.readouterr().err == "stopped after 1 of 2 changes; flexsim deploy goes on from there\n"
