"""A report comes in four forms, which tell the same."""

import csv
import io
import json

import pytest

from flexsim.reporting.document import Wishes
from flexsim.reporting.forms import Form
from flexsim.reporting.report import make_report, table
from flexsim.reporting.run import open_run

from .conftest import NASTY, replicate


def made(path, form, **wishes):
    return make_report(open_run(path), form, Wishes(**wishes)).replace("\u00a0", " ")


@pytest.mark.parametrize("form", Form)
def test_the_same_run_gives_the_same_report(monday, form):
    assert made(monday, form) == made(monday, form)


def test_json_is_the_document(monday):
    document = json.loads(made(monday, Form.JSON))
    assert document["total"]["offered"] == 6
    assert document["run"]["seed"] == 7


def test_csv_is_the_interval_table(monday):
    rows = list(csv.DictReader(io.StringIO(made(monday, Form.CSV, interval=900))))
    assert [(row["queue"], row["from"], row["offered"]) for row in rows] == [
        ("", "2026-01-05T13:30:00+05:30", "6"), ('The "best"', "2026-01-05T13:30:00+05:30", "6"),
    ]  # fmt: skip
    assert (rows[0]["service_level"], rows[0]["occupancy"] != "", rows[1]["occupancy"]) == ("0.5", True, "")


def test_markdown_has_the_headline_and_the_queues(monday):
    text = made(monday, Form.MD)
    assert "| Service level | 50.0 % | answered within the threshold" in text
    assert '| The "best" | 6 | 3 | 1 | 1 | 1 |' in text
    assert "2026-01-05 13:30:00 to 2026-01-05 13:35:00 Asia/Kolkata" in text


def test_markdown_tells_intervals_of_replications(monday):
    replicate(monday, [{"asa": 9.0}, {"asa": 10.0}, {"asa": 11.0}], [1, 2, 3])
    assert "(mean 10.0 s ± 2.48 s)" in made(monday, Form.MD)


def test_a_name_cannot_break_out_of_its_cell():
    text = table(["Queue", "Offered"], [[NASTY + "\n| x | y |", "1"]])
    line = text.splitlines()[2]
    assert len(text.splitlines()) == 3
    assert line.replace("\\|", "").count("|") == 3
    assert "<script" not in line
    assert "<img" not in line.replace("\\<img", "")
