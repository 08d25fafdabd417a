"""The command ``flexsim workforce what-if``."""

import json

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.cli.workforce.what_if import number, signed
from flexsim.clock import ManualClock
from flexsim.workforce.company.centre import ErlangCentre
from flexsim.workforce.evidence import Evidence
from flexsim.workforce.store.store import Store
from flexsim.workforce.what_if import branches
from flexsim.workforce.what_if.effects import Figure, effects
from tests.workforce.making import played


@pytest.fixture
def what_if(tmp_path, monkeypatch):
    """The command about a run of six turns, in its folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(branches, "SimulatedCentre", ErlangCentre)  # as the run was made, and quick
    session, turns = played(6)
    with Evidence(tmp_path / "runs", session, 1_767_600_000.0) as evidence:
        for turn in turns:
            evidence.add(turn)

    def go(*arguments):
        return CliRunner().invoke(app, ["workforce", "what-if", *map(str, arguments)])

    go.name = evidence.path.name
    return go


def test_effects_come_as_a_table(what_if):
    found = what_if(what_if.name, "--at", 2, "--change", "headcount.support=+5", "--pairs", 10)
    assert found.exit_code == 0, found.stderr
    assert "headcount.support=+5: " in found.stdout
    assert "service level" in found.stdout
    assert "10 pairs of 4 weeks after week 2" in found.stdout
    assert "the unchanged branch is what the run did, to the last letter" in found.stdout


def test_no_change_is_no_difference(what_if):
    found = what_if(f"runs/{what_if.name}", "--at", 0, "--pairs", 2)
    assert "both branches are the same, to the last letter" in found.stdout


def test_it_goes_on_where_the_run_ended(what_if):
    found = json.loads(what_if(what_if.name, "--at", 6, "--pairs", 2, "--change", "price=+5%", "--json").stdout)
    assert (found["turns"], found["pairs"], found["identical"]) == (12, 2, False)
    assert found["changes"][0]["change"] == "price=+5%"
    assert len(found["effects"]) == 11


def test_a_session_in_the_store_is_asked_about_and_keeps_the_answer(what_if):
    session, turns = played(6)
    store = Store.open("sqlite:///workforce.db", ManualClock())
    store.import_run(session, turns)
    for name in ("last", session.id):
        found = what_if(name, "--at", 3, "--pairs", 2, "--change", "price=+5%")
        assert "the unchanged branch is what the run did, to the last letter" in found.stdout
    first, second = store.what_ifs(session.id)
    store.close()
    assert first.question == second.question == {"changes": ["price=+5%"], "at": 3, "turns": 3, "pairs": 2}
    assert first.answer["effects"] == second.answer["effects"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nothing", "--at", 0], "no run of the workforce at nothing"),
        (["last", "--at", 0], "there is no session yet"),
        (["WS" + "0" * 32, "--at", 0], "WS000"),
        (["NAME", "--at", 7], "the run has 6 turns"),
        (["NAME", "--at", 1, "--change", "pryce=1"], "did you mean price"),
        (["NAME", "--at", 1, "--record", "x"], "give --mind llm"),
    ],
)
def test_a_mistake_is_one_line(what_if, arguments, told):
    found = what_if(*[what_if.name if each == "NAME" else each for each in arguments])
    assert found.exit_code == 2
    assert told in found.stderr


def test_shares_are_per_cent_and_their_changes_points():
    of = Figure(name="x", of=len, share=True)
    (share,) = effects([{"x": 0.5}], [{"x": 0.52}], seed=1, figures=[of])
    assert (number(share, 0.5), signed(share, 0.02), signed(share, -0.02)) == ("50.00%", "+2.00 pp", "-2.00 pp")
    (plain,) = effects([{"x": 1}], [{"x": 2}], seed=1, figures=[Figure(name="x", of=len)])
    assert [number(plain, each) for each in (0.123, 12.34, 12345.6)] == ["0.12", "12.3", "12,346"]
