"""A comparison reads well: signs, units, stars, and what was changed."""

import pytest

from flexsim.reporting import comparison_words as words
from flexsim.reporting.compare import compare_runs
from flexsim.reporting.document import Wishes
from flexsim.reporting.run import open_run

from .conftest import NASTY, busy_centre, configured, leave, replicate


def compared(a, b):
    return compare_runs(open_run(a), open_run(b), Wishes())


@pytest.mark.parametrize(
    ("name", "number", "text"),
    [
        ("service_level", 0.0512, "+5.12 pp"), ("service_level", -0.1, "-10.00 pp"), ("asa", -2.5, "-2.50 s"),
        ("offered", 12.0, "+12"), ("offered", 0.0, "0"), ("asa", None, "–"), ("offered", -1234.56, "-1,234.60"),  # noqa: RUF001
    ],
)  # fmt: skip
def test_differences_have_signs_and_units(name, number, text):
    assert words.signed(name, number).replace("\u00a0", " ") == text


def test_a_star_marks_what_is_more_than_chance(root):
    a = replicate(leave(root, "a", busy_centre()), [{"asa": v} for v in (1.0, 2.0, 3.0)], [1, 2, 3])
    b = replicate(leave(root, "b", busy_centre()), [{"asa": v} for v in (2.0, 3.1, 4.0)], [1, 2, 3])
    document = compared(a, b)
    rows = {row[0]: row[1:] for row in words.figure_rows(document["total"])}
    assert [cell.replace("\u00a0", " ") for cell in rows["ASA"]] == ["2.0 s", "3.0 s", "+1.03 s", "± 0.14 s", "*"]
    assert rows["Offered"][-1] == ""
    assert words.notes(document) == [
        "A is a, B is b", "3 replications with the same seeds, compared in pairs; * more than chance at 95 %",
    ]  # fmt: skip


def test_queues_to_which_nothing_came_are_left_out(monday):
    assert {row[0] for row in words.queue_rows(compared(monday, monday))} == {'The "best"'}


def test_different_thresholds_are_pointed_at(root):
    a, b = leave(root, "a", busy_centre()), leave(root, "b", busy_centre(), threshold=30.0)
    document = compared(a, b)
    assert words.notes(document)[-1] == "the service levels are of different thresholds: 20 s and 30 s"
    assert words.change_lines(document)[0] == "threshold: 20.0 -> 30.0"


def test_changes_are_told_briefly(root):
    a = leave(root, "a", busy_centre(), configuration=configured(workers=3, brand="x" * 200))
    b = leave(root, "b", busy_centre(), configuration=configured(workers=60))
    lines = words.change_lines(compared(a, b))
    assert len(lines) <= 41
    assert lines[-1].endswith("more; --json tells all")
    assert max(map(len, lines)) < 200
    assert words.change_lines(compared(a, a)) == ["configuration: the same"]


def test_a_configuration_that_was_not_left_is_known_by_its_hash(root, monday):
    bare = leave(root, "bare", busy_centre())
    assert words.change_lines(compared(monday, bare)) == [
        "configuration: the same, by its hash; no copy of it was left by bare"
    ]


def test_markdown_holds_it_all_and_no_markup_of_others(root):
    a = leave(root, "a", busy_centre(), configuration=configured())
    b = leave(root, "b", busy_centre(), configuration=configured(brand=NASTY))
    text = words.as_markdown(compared(a, b))
    assert "| Service level |" in text
    assert "- `metadata.json.brand: " in text
    (line,) = [line for line in text.splitlines() if "metadata.json.brand" in line]
    assert line.count("`") == 2  # a backtick in the name would let the rest out of the code
