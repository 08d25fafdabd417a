"""Whatever a log holds, there is a report or one clear error."""

import json
import random

import pytest

from flexsim.errors import ConfigurationError
from flexsim.reporting.document import Wishes
from flexsim.reporting.export import export_run
from flexsim.reporting.forms import ExportForm, Form
from flexsim.reporting.report import make_report
from flexsim.reporting.run import open_run
from tests.measure.test_report import a_wild_day

from .conftest import leave


def spoiled(lines, rng):
    """Lines lost, doubled, in another order, at other times, with other things in them."""
    lines = [line for line in lines for _ in range(rng.choice([0, 1, 1, 1, 1, 2]))]
    for _ in range(rng.randrange(40)):
        one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    for _ in range(rng.randrange(20)):
        place = rng.randrange(len(lines))
        record = json.loads(lines[place])
        key = rng.choice(list(record))
        record[key] = rng.choice(
            [record["t"] + rng.uniform(-9e4, 9e4), "x"] if key != "t" else [record["t"] - 5e4, 1e8, 0]
        )
        lines[place] = json.dumps(record) + "\n"
    return lines


@pytest.mark.parametrize("seed", range(25))
def test_a_spoiled_log_gives_a_report_or_one_clear_error(root, tmp_path, seed):
    centre, now = a_wild_day(seed, 60)
    path = leave(root, "spoiled", centre, now=now, finished=seed % 2 == 0)
    (path / "events.jsonl").write_text("".join(spoiled(centre.log, random.Random(seed))))
    for make in (
        lambda: make_report(open_run(path), Form.HTML, Wishes()),
        lambda: export_run(open_run(path), ExportForm.CSV, tmp_path / "out", Wishes()),
    ):
        try:
            assert make()
        except ConfigurationError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize("moment", ["1e18", "-5.0", "1e300"])
def test_a_time_that_no_calendar_has_is_named(root, moment):
    path = leave(root, "spoiled", a_wild_day(1, 5)[0])
    (path / "events.jsonl").write_text(f'{{"seq":0,"t":{moment},"type":"workspace.created"}}\n')
    with pytest.raises(ConfigurationError, match="line 1 of the event log is not an event of ours"):
        make_report(open_run(path), Form.JSON, Wishes())


@pytest.mark.parametrize(("file", "key"), [("manifest.json", "started"), ("summary.json", "at")])
def test_a_closing_or_a_start_that_no_calendar_has_is_named(root, file, key):
    path = leave(root, "spoiled", a_wild_day(1, 5)[0])
    document = json.loads((path / file).read_text())
    (path / file).write_text(json.dumps(document | {key: 1e18}))
    with pytest.raises(ConfigurationError, match=r"a calendar has|no calendar has"):
        make_report(open_run(path), Form.JSON, Wishes())


def test_centuries_between_two_events_are_no_reason_to_fill_memory(root):
    centre, _ = a_wild_day(1, 5)
    path = leave(root, "spoiled", centre, finished=False)
    with (path / "events.jsonl").open("a") as log:
        log.write(json.dumps({**json.loads(centre.log[-1]), "t": 200_000_000_000.0}) + "\n")
    document = json.loads(make_report(open_run(path), Form.JSON, Wishes()))
    assert max(len(table["total"]) for table in document["intervals"]["tables"].values()) < 10
    assert len(document["charts"]["times"]) < 10_000
