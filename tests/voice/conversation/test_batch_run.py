"""A batch's folder: a line for each conversation, and what they come to."""

import json

import pytest

from flexsim.voice.conversation.batch import Done, converse_all, jobs
from flexsim.voice.conversation.batch_run import BatchRun, rows
from tests.voice.conversation.test_batch import plans


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    works = jobs(plans(2))
    found = BatchRun(tmp_path_factory.mktemp("runs"), "nightly", 5, works, 1_767_571_200.0)
    for done in reversed(list(converse_all(works, found.conversations))):
        found.add(done)
    found.add(Done(job=jobs(plans(3))[2], outcome=None, problem="no room"))
    return found, found.finish()


def test_the_folder_holds_manifest_lines_summary_and_recordings(run):
    found, document = run
    assert found.path.name == "2026-01-05_000000_converse-nightly"
    assert json.loads((found.path / "manifest.json").read_text())["seed"] == 5
    lines = [json.loads(each) for each in (found.path / "events.jsonl").read_text().splitlines()]
    assert [each["problem"] for each in lines] == [None, None, "no room"]
    assert json.loads((found.path / "summary.json").read_text()) == document
    assert (found.path / "conversations" / "typical-lost-card-s0" / "stereo_recording.wav").is_file()


def test_the_summary_counts_all_of_them_and_rates_those_that_took_place(run):
    _, document = run
    assert (document["planned"], document["conversations"], document["failed"]) == (2, 3, 1)
    assert document["end_reasons"] == {"max_duration": 2}
    assert document["goal_rate"]["value"] == 0.0
    assert document["goal_rate"]["count"] == 2
    assert document["pass_2"]["value"] == 0.0
    assert document["by_caller"]["typical"]["goal_rate"] == document["goal_rate"]


def test_conversations_stand_in_the_order_of_their_names(run):
    found, _ = run
    assert [each.conversation_id for each in found.lines] == [f"typical-lost-card-s{number}" for number in range(3)]


def test_the_table_has_a_row_for_all_and_for_each_group(run):
    _, document = run
    assert [each[:2] for each in rows(document)] == [
        ("all", "2"), ("caller typical", "2"), ("scenario lost-card", "2"), ("agent banking", "2"),
    ]  # fmt: skip
    assert next(rows(document))[3] == "0% of 2"
