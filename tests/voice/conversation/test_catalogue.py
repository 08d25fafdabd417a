"""Which conversations there are, their labels, and doing away with old ones."""

import json
import os

import pytest

from flexsim.errors import ConfigurationError
from flexsim.voice.conversation.catalogue import entry, folders, labels, old, remove, seconds_of
from flexsim.voice.conversation.conversing import Setting, converse_virtually
from flexsim.voice.conversation.recorder import Recorder
from tests.voice.conversation.company import Voicebox
from tests.voice.conversation.test_conversing import plan
from tests.voice.conversation.test_recorder import FRAME


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    converse_virtually(plan(), Setting(out=out), Voicebox())
    return out


def test_a_conversation_is_listed_with_what_came_of_it(kept):
    (folder,) = folders(kept)
    found = entry(folder)
    assert (found.conversation_id, found.caller, found.scenario, found.agent) == (
        "typical-lost-card-s7", "typical", "lost-card", "banking",
    )  # fmt: skip
    assert (found.finished, found.end_reason, found.reached, found.seed) == (True, "completed", True, 7)
    assert found.duration > 60


def test_one_that_was_killed_is_not_finished_and_as_long_as_its_sound(tmp_path):
    (tmp_path / "c").mkdir()
    killed = Recorder(tmp_path / "c", {"conversation_id": "c", "caller": {"name": "typical"}, "finished": False})
    for _ in range(75):
        killed.sound(FRAME, None)
    found = entry(folders(tmp_path)[0])
    killed.finish({})
    assert (found.finished, found.end_reason, found.reached, found.duration) == (False, None, None, 2.0)


def test_where_there_is_nothing_nothing_is_listed(tmp_path):
    assert folders(tmp_path) == []
    assert folders(tmp_path / "nowhere") == []


def test_labels_are_in_order_of_time_and_say_who_speaks(kept):
    found = labels(folders(kept)[0], ["caller", "agent", "events"])
    lines = [each.split("\t") for each in found.splitlines()]
    assert [float(start) for start, _, _ in lines] == sorted(float(start) for start, _, _ in lines)
    assert lines[0][2].startswith("agent: ")
    assert lines[-1][2] == "completed"
    assert any(text == "agent: replace_card" for _, _, text in lines)


def test_a_label_that_was_cut_off_by_a_crash_is_none(kept, tmp_path):
    (tmp_path / "labels_agent.txt").write_text("0.000\t1.000\tHello.\n1.000\t2.0")
    assert labels(tmp_path, ["agent"]) == "0.000\t1.000\tagent: Hello.\n"


@pytest.mark.parametrize(
    ("text", "seconds"), [("7d", 604_800), ("12h", 43_200), ("90s", 90), ("1.5m", 90), ("2w", 1_209_600)]
)
def test_an_age_is_a_number_and_a_unit(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["7", "d", "-1d", "7 years", ""])
def test_what_is_no_age_is_told(text):
    with pytest.raises(ConfigurationError, match="not an age"):
        seconds_of(text)


def test_only_what_is_old_is_removed_and_only_conversations_are(tmp_path):
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "call_metadata.json").write_text(json.dumps({"conversation_id": name, "finished": True}))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("keep me")
    for each in (tmp_path / "old").iterdir():
        os.utime(each, (1000.0, 1000.0))
    os.utime(tmp_path / "notes" / "mine.txt", (1000.0, 1000.0))
    now = (tmp_path / "new" / "call_metadata.json").stat().st_mtime
    found = old(map(entry, folders(tmp_path)), now, 60.0)
    assert [each.conversation_id for each in found] == ["old"]
    remove(found)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["new", "notes"]


def test_a_link_is_removed_and_what_it_leads_to_is_not(kept, tmp_path):
    (tmp_path / "link").symlink_to(folders(kept)[0])
    remove([entry(tmp_path / "link")])
    assert list(tmp_path.iterdir()) == []
    assert folders(kept)
