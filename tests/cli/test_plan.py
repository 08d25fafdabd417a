"""``flexsim plan`` from a user's folder, and its guide."""

import csv
import io
import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.staffing.demand import Demand
from flexsim.staffing.erlang_a import ErlangA
from flexsim.staffing.erlang_c import ErlangC

GUIDE = (Path(__file__).parents[2] / "docs" / "staffing.md").read_text(encoding="utf-8")
DAY = next(re.finditer(r"```csv\n(.*?)```", GUIDE, re.DOTALL))[1]
CONSOLE = re.findall(r"```console\n\$ (flexsim .*?)\n(.*?)```", GUIDE, re.DOTALL)
HOUR = ("--calls-per-hour", 120, "--aht", 240)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "day.csv").write_text(DAY, encoding="utf-8")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, [*map(str, arguments)])


def plan(*arguments):
    return run("plan", *arguments)


def planned(*arguments):
    done = plan(*arguments, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_an_hour_without_patience_is_erlang_c():
    document = planned(*HOUR)
    model = ErlangC(Demand(rate=120 / 3600, service=240.0), 11)
    assert document["formula"] == "Erlang C"
    assert document["answer"]["agents"] == 11
    assert document["answer"]["service_level"] == model.service_level(20.0)
    assert document["answer"]["asa"] == model.asa
    assert document["goals"]["service_level"] == 0.8


def test_an_hour_with_patience_is_erlang_a_beside_erlang_c():
    document = planned(*HOUR, "--patience", "1m30s", "--shrinkage", "30%")
    model = ErlangA(Demand(rate=120 / 3600, service=240.0, patience=90.0), 9)
    assert (document["formula"], document["erlang_c"]["agents"]) == ("Erlang A", 11)
    answer = document["answer"]
    assert (answer["agents"], answer["heads"], answer["abandonment"]) == (9, 13, model.abandonment)


@pytest.mark.parametrize("level", ["0.8/20", "80/20", "80%/20s", "80 in 20s"])
@pytest.mark.parametrize("aht", ["240", "4m", "4:00"])
def test_the_same_may_be_said_in_many_ways(level, aht):
    assert planned("--calls-per-hour", 120, "--aht", aht, "--service-level", level) == planned(*HOUR)


def test_other_goals_take_the_place_of_the_usual_one_or_stand_beside_it():
    assert planned(*HOUR, "--max-occupancy", "90%")["answer"]["agents"] == 9
    assert planned(*HOUR, "--max-asa", "10")["answer"]["agents"] == 12
    assert planned(*HOUR, "--patience", "90", "--max-abandonment", "5%")["answer"]["agents"] == 11
    both = planned(*HOUR, "--service-level", "80/20", "--max-occupancy", "0.6")
    assert (both["answer"]["agents"], both["answer"]["service_level"] > 0.9) == (14, True)


def test_everybody_who_gives_up_may_be_counted_against_the_service_level():
    usual, strict = (planned(*HOUR, "--patience", 90, *more) for more in ((), ("--of-offered",)))
    assert strict["answer"]["served_within"] >= 0.8 > usual["answer"]["served_within"]
    assert strict["answer"]["agents"] > usual["answer"]["agents"]


def test_the_table_shows_the_answer_among_its_neighbours():
    lines = plan(*HOUR, "--around", 1).stdout.splitlines()
    assert lines[:3] == [
        "120 calls an hour of 240 s: a load of 8 erlangs",
        "goal: 80 % answered within 20 s",
        "Erlang C: 11 agents",
    ]
    assert [line.split()[0] for line in lines[4:]] == ["10", "11", "12"]
    assert "short" in lines[4]
    assert "least" in lines[5]


def test_rows_as_csv_can_be_read_back():
    rows = list(csv.DictReader(io.StringIO(plan(*HOUR, "--csv").stdout)))
    assert [row["agents"] for row in rows] == ["8", "9", "10", "11", "12", "13", "14"]
    assert rows[0]["asa"] == ""  # it has no end
    assert float(rows[3]["service_level"]) == planned(*HOUR)["answer"]["service_level"]


def test_curves_are_drawn_or_given_as_rows():
    drawn = plan(*HOUR, "--chart").stdout
    assert re.search(r"^ +\^ 11 agents; from \d+ to \d+$", drawn, re.MULTILINE)
    curve = planned(*HOUR, "--chart")["curve"]
    assert curve[0]["service_level"] < 0.5
    assert curve[-1]["service_level"] > 0.95
    assert len(plan(*HOUR, "--chart", "--csv").stdout.splitlines()) == 1 + len(curve)
    assert "curve" not in planned(*HOUR)


def test_a_file_is_planned_interval_by_interval():
    document = planned("--arrivals", "day.csv", "--aht", "4m", "--shrinkage", 0.3)
    assert [row["start"] for row in document["intervals"]] == ["08:00", "08:30", "09:00", "09:30"]
    assert [row["aht"] for row in document["intervals"]] == [200.0, 240.0, 250.0, 240.0]
    assert document["total"]["calls"] == 177.0
    assert document["total"]["paid_hours"] == sum(row["heads"] for row in document["intervals"]) / 2


def test_the_table_of_a_day_ends_with_its_totals():
    lines = plan("--arrivals", "day.csv", "--aht", 240).stdout.splitlines()
    assert lines[-3] == "goal: 80 % answered within 20 s, in each interval by Erlang C"
    assert re.fullmatch(r"177 calls, [\d.]+ agents' hours, [\d.]+ paid hours; up to \d+ agents", lines[-2])
    assert "occupancy" in lines[-1]


def test_a_day_of_a_domain_has_its_goal_and_its_means():
    document = planned("--domaindir", "harbour-bank", "--date", "2026-01-05", "--interval", "1h")
    assert (document["goals"]["service_level"], document["goals"]["within"]) == (0.8, 30.0)
    assert len(document["intervals"]) == 24
    assert document["intervals"][0]["agents"] == 0
    assert document["intervals"][8]["calls"] == pytest.approx(0.5 * 1000 * 1.1)
    assert document["patience"] == pytest.approx(148.0, rel=0.05)
    assert planned("--domaindir", "harbour-bank", "--date", "2026-01-11")["total"]["calls"] == 0.0  # a Sunday
    given = planned("--domaindir", "harbour-bank", "--date", "2026-01-05", "--aht", 100, "--patience", 50)
    assert (given["patience"], given["intervals"][0]["aht"]) == (50.0, 100.0)


def test_a_configuration_holds_a_domain_too():
    assert run("genconfig", "--domaindir", "harbour-bank", "--cfgdir", "bank").exit_code == 0
    arguments = ("--date", "2026-01-05", "--interval", "1h")
    assert planned("--cfgdir", "bank", *arguments) == planned("--domaindir", "harbour-bank", *arguments)


def test_who_the_domains_customers_are_is_said_on_stderr_unless_quiet():
    done = run("plan", "--domaindir", "harbour-bank", "--date", "2026-01-05")
    assert re.search(r"Harbour Bank on Monday, 2026-01-05 \(America/New_York\): handle time 2\d\d s", done.stderr)
    assert run("--quiet", "plan", "--domaindir", "harbour-bank", "--date", "2026-01-05").stderr == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "--calls-per-hour, --arrivals, --domaindir, --cfgdir"),
        ((*HOUR, "--arrivals", "day.csv"), "given: --calls-per-hour, --arrivals"),
        (("--calls-per-hour", 120), "--aht"),
        (("--calls-per-hour", 120, "--aht", "long"), "--aht is not a duration.*: long"),
        (("--calls-per-hour", 120, "--aht", "0"), "--aht must be .*: 0"),
        ((*HOUR, "--service-level", "80"), "--service-level .*: 80"),
        ((*HOUR, "--service-level", "100/20"), "service level wanted .*: 1"),
        ((*HOUR, "--shrinkage", "100%"), "shrinkage must be .*: 1"),
        ((*HOUR, "--max-occupancy", "high"), "--max-occupancy is not a share.*: high"),
        (("--calls-per-hour", 1e7, "--aht", "1h"), "100,000 agents"),
        (("--arrivals", "night.csv"), "night.csv: No such file"),
        (("--arrivals", "day.csv"), r"day.csv:5: no handle time"),
        (("--arrivals", "day.csv", "--aht", 240, "--interval", "10"), "--interval"),
        (("--domaindir", "harbour-bank"), "--date"),
        (("--domaindir", "harbour-bank", "--date", "2026-01-05", "--patience", 0), "--patience must be .*: 0"),
        (("--domaindir", "harbour-bank", "--date", "2026-01-05", "--aht", 0), "--aht must be .*: 0"),
        ((*HOUR, "--date", "2026-01-05"), "--date goes with --domaindir"),
        ((*HOUR, "--jobs", "2"), "--jobs goes with --simulate"),
        ((*HOUR, "--together"), "--together goes with --simulate"),
        ((*HOUR, "--start", "2026-01-05T08:00"), "--start goes with --simulate"),
        ((*HOUR, "--interval", "15m"), "--interval goes with --arrivals"),
        (("--arrivals", "day.csv", "--aht", 240, "--chart"), "--chart goes with --calls-per-hour"),
        (("--domaindir", "nowhere"), "nowhere"),
        (("--cfgdir", "nowhere"), "nowhere"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_said_in_one_line(arguments, message):
    done = plan(*arguments)
    assert done.exit_code == 2
    assert re.search(message, done.stderr), done.stderr
    assert done.stderr.count("\n") == 1


def test_a_domain_without_a_profile_is_pointed_elsewhere(folder):
    (folder / "domain.json").write_text("{}", encoding="utf-8")
    done = plan("--domaindir", ".", "--date", "2026-01-05")
    assert (done.exit_code, "--calls-per-hour" in done.stderr) == (2, True)


def test_a_file_that_is_no_text_or_too_large_is_refused(folder):
    (folder / "picture.csv").write_bytes(b"\xff\xfe\x00\x01")
    done = plan("--arrivals", "picture.csv", "--aht", 1)
    assert (done.exit_code, "picture.csv" in done.stderr) == (2, True)
    (folder / "huge.csv").write_text("09:00,1\n" * 1_300_000, encoding="utf-8")
    done = plan("--arrivals", "huge.csv", "--aht", 1)
    assert (done.exit_code, "larger than 10,000,000" in done.stderr) == (2, True)


@pytest.mark.parametrize(("command", "printed"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_the_guide_shows_what_is_printed(command, printed):
    _, *arguments = shlex.split(command)
    done = run(*arguments)
    assert done.exit_code == 0, done.stderr
    assert [line.rstrip() for line in done.stdout.splitlines()] == printed.splitlines()


def test_every_other_command_in_the_guide_works():
    commands = re.findall(r"^flexsim plan .*$", GUIDE, re.MULTILINE)
    assert commands
    for command in commands:
        assert run(*shlex.split(command)[1:]).exit_code == 0


def test_the_guides_python_works(capsys):
    by_formula, simulated = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    exec(compile(by_formula, "docs/staffing.md", "exec"), {})
    agents, abandoned = capsys.readouterr().out.split()
    assert int(agents) == 9
    assert float(abandoned) == pytest.approx(
        ErlangA(Demand(rate=120 / 3600, service=240.0, patience=90.0), 9).abandonment, abs=1e-4
    )
    exec(compile(simulated, "docs/staffing.md", "exec"), {})
    staff, level = capsys.readouterr().out.split()
    assert int(staff) > 10
    assert 0.8 <= float(level) < 0.9
