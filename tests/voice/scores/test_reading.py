"""Whatever a crash leaves of a folder is read, and every part that is missing has a line."""

import json

import pytest

from flexsim.errors import ConfigurationError
from flexsim.voice.scores.analysis import analysed
from flexsim.voice.scores.reading import find, read_recording
from tests.voice.scores.studio import RATE, lost_card, pcm, write_wav

FILES = ("transcript.json", "function_calls.json", "call_metadata.json", "session_events.json")
SOUNDS = ("stereo_recording.wav", "caller_audio.wav", "cs_audio.wav")


def test_a_whole_folder_has_everything_and_misses_nothing(folder):
    found = read_recording(folder)
    assert (len(found.utterances), len(found.calls), set(found.functions)) == (9, 2, {"find_customer", "replace_card"})
    assert (found.caller, found.scenario, found.agent, found.seed) == ("typical", "lost-card", "banking", 7)
    assert found.sound.duration == found.duration == 30.0
    assert found.missing == ()


@pytest.mark.parametrize("name", [*FILES, "stereo_recording.wav"])
def test_each_file_can_be_missing(folder, name):
    (folder / name).unlink()
    found = read_recording(folder)
    assert found.missing == (f"{name} is not there",)
    analysed(found).document()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("left", [0.0, 0.02, 0.5, 0.95])
def test_each_document_can_break_off_anywhere(folder, name, left):
    text = (folder / name).read_text()
    (folder / name).write_text(text[: int(left * len(text))])
    found = read_recording(folder)
    assert len(found.missing) == 1
    assert name in found.missing[0]
    assert "\n" not in found.missing[0]
    analysed(found).document()


def test_without_a_stereo_recording_the_two_sides_are_put_together(folder):
    whole = read_recording(folder).sound
    (folder / "stereo_recording.wav").unlink()
    (folder / "caller_audio.wav").write_bytes((folder / "caller_audio.wav").read_bytes()[: 44 + 2 * RATE])
    found = read_recording(folder)
    assert len(found.sound.caller) == len(found.sound.agent) == len(whole.agent)
    assert (found.sound.caller[:RATE] == whole.caller[:RATE]).all()
    assert not found.sound.caller[RATE:].any()
    assert found.missing[1] == "caller_audio.wav was not brought to its end: 1.0 s of it are there"


def test_a_crash_in_the_middle_leaves_scores_of_what_there_is(folder):
    stereo = folder / "stereo_recording.wav"
    stereo.write_bytes(stereo.read_bytes()[: 44 + 4 * 15 * RATE])
    (folder / "call_metadata.json").unlink()
    found = analysed(read_recording(folder))
    assert found.recording.duration == 15.0
    assert found.sound.turns() == 5
    assert found.recording.reached is None


def test_sound_of_one_channel_is_no_conversation(folder):
    write_wav(folder / "stereo_recording.wav", pcm(lost_card().sound["caller"])[:, None])
    found = read_recording(folder)
    assert found.missing == ("stereo_recording.wav has one channel, and not two",)
    assert found.sound is not None


def test_without_any_sound_the_log_is_scored_alone(folder):
    for name in SOUNDS:
        (folder / name).unlink()
    found = analysed(read_recording(folder))
    assert found.sound is None
    assert found.agreement is None
    assert found.log.turns() == 7


def test_the_log_is_not_looked_at_where_only_the_sound_is_asked_for(folder):
    for name in ("transcript.json", "function_calls.json", "session_events.json"):
        (folder / name).write_text("not even JSON")
    found = read_recording(folder, with_log=False)
    assert (found.utterances, found.calls, found.missing) == (None, None, ())


def test_metadata_of_other_types_is_as_if_it_were_not_there(folder):
    odd = {
        "caller": 7,
        "scenario": "lost-card",
        "agent": {"name": None},
        "duration": "long",
        "goal": [],
        "seed": "x",
        "end_reason": 3,
    }
    (folder / "call_metadata.json").write_text(json.dumps(odd))
    found = read_recording(folder)
    assert (found.caller, found.scenario, found.agent) == ("unknown", "lost-card", "unknown")
    assert (found.reached, found.seed, found.end_reason, found.duration) == (None, None, None, 30.0)
    assert found.conversation_id == folder.name


def test_conversations_are_found_by_id_by_folder_and_by_what_holds_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "agent_conversations"
    one, two = (lost_card().leave(out, name) for name in ("a", "b"))
    inside = lost_card().leave(tmp_path / "runs" / "nightly" / "conversations", "c")
    assert find(["a"], out) == find([str(one)], out) == [one]
    assert find([], out) == find([str(out)], out) == [one, two]
    assert find(["nightly"], out)[0].resolve() == inside
    assert find(["a", "b", "a"], out) == [one, two]
    for nothing in ("c", str(tmp_path / "empty"), "../x"):
        with pytest.raises(ConfigurationError, match=f"no conversation {nothing}"):
            find([nothing], out)
