"""One conversation from plan to recording."""

import asyncio
import json
import wave

import pytest

from flexsim.clock import WallClock
from flexsim.errors import ConfigurationError, RecorderFailed, TargetUnreachable
from flexsim.voice.conversation import virtual
from flexsim.voice.conversation.casting import Plan
from flexsim.voice.conversation.conversing import Setting, converse_live, converse_virtually, new_folder
from flexsim.voice.conversation.doors import both, door, engine
from flexsim.voice.conversation.live import Reconnecting
from flexsim.voice.conversation.recorder import Recorder
from flexsim.voice.conversation.records import EndReason
from flexsim.voice.conversation.rules import Rules
from flexsim.voice.dialogue import agents, callers, scenarios
from flexsim.voice.ports import FRAME_BYTES
from tests.voice.conversation.company import Voicebox


def plan(caller="typical", scenario="lost-card", **more):
    who = {"caller": callers.caller(caller), "scenario": scenarios.scenario(scenario), "agent": agents.agent("banking")}
    return Plan(**who, **{"seed": 7, **more})


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    return converse_virtually(plan(), Setting(out=tmp_path_factory.mktemp("out")), Voicebox())


def document(outcome, name):
    return json.loads((outcome.folder / name).read_text(encoding="utf-8"))


def test_a_caller_with_a_lost_card_gets_a_new_one(outcome):
    assert outcome.end_reason is EndReason.COMPLETED
    assert outcome.reached
    assert outcome.metadata["state_before"]["cards"]["gold"]["status"] == "active"
    assert outcome.metadata["state_after"]["cards"]["gold"]["status"] == "blocked"
    assert [each["name"] for each in document(outcome, "function_calls.json")["calls"]][:2] == [
        "verify_identity",
        "replace_card",
    ]


def test_the_metadata_in_the_folder_are_those_of_the_outcome(outcome):
    found = document(outcome, "call_metadata.json")
    assert found == json.loads(json.dumps(outcome.metadata))
    assert found["conversation_id"] == outcome.folder.name == "typical-lost-card-s7"
    assert found["finished"] is True
    assert found["virtual"] is True
    assert found["started_at"] == "2026-01-05T00:00:00+00:00"


def test_the_sound_is_as_long_as_the_conversation(outcome):
    with wave.open(str(outcome.folder / "stereo_recording.wav")) as found:
        assert found.getnframes() == outcome.metadata["audio"]["frames"] * FRAME_BYTES // 2
        assert found.getnframes() / found.getframerate() == outcome.metadata["duration"]


def test_utterances_are_in_order_and_none_is_outside_of_the_sound(outcome):
    found = document(outcome, "transcript.json")["utterances"]
    assert [each["start"] for each in found] == sorted(each["start"] for each in found)
    assert all(0 <= each["start"] < each["end"] <= outcome.metadata["duration"] for each in found)


def test_what_the_minds_intended_is_kept_as_planted_truth(outcome):
    planted = outcome.metadata["planted"]
    said = {each["item_id"] for each in document(outcome, "transcript.json")["utterances"]}
    assert planted["latencies"]
    assert {each["item_id"] for each in planted["latencies"]} <= said | {None}


def test_the_same_seed_gives_the_same_bytes_in_every_file(outcome, tmp_path):
    again = converse_virtually(plan(), Setting(out=tmp_path), Voicebox())
    first, second = ({each.name: each.read_bytes() for each in one.folder.iterdir()} for one in (outcome, again))
    assert first == second
    assert len(first) == 10


def test_another_seed_gives_another_conversation(outcome, tmp_path):
    other = converse_virtually(plan(seed=8), Setting(out=tmp_path), Voicebox())
    assert (other.folder / "transcript.json").read_bytes() != (outcome.folder / "transcript.json").read_bytes()


def test_a_name_that_is_taken_gets_a_number(tmp_path):
    assert [new_folder(tmp_path, "x").name for _ in range(3)] == ["x", "x-2", "x-3"]


def test_where_no_folder_can_be_made_it_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="cannot make a folder under"):
        new_folder(tmp_path / "file", "x")


def test_a_disk_that_runs_full_ends_it_and_keeps_what_there_was(tmp_path, monkeypatch):
    flush, count = Recorder.flush, iter(range(1000))

    def full(self):
        if next(count) == 3:
            self.failure = "no space left"
            raise RecorderFailed("no space left")
        flush(self)

    monkeypatch.setattr(Recorder, "flush", full)
    outcome = converse_virtually(plan(), Setting(out=tmp_path), Voicebox())
    assert outcome.end_reason is EndReason.RECORDER_FAILED
    assert document(outcome, "call_metadata.json")["end_reason"] == "recorder_failed"
    with wave.open(str(outcome.folder / "stereo_recording.wav")) as found:
        assert found.getnframes() == 150 * FRAME_BYTES // 2


def test_an_interruption_ends_it_and_keeps_what_there_was(tmp_path, monkeypatch):
    def interrupt(bridge, _sessions, _name):
        bridge.open()
        raise KeyboardInterrupt

    monkeypatch.setattr(virtual, "converse", interrupt)
    outcome = converse_virtually(plan(), Setting(out=tmp_path), Voicebox())
    assert outcome.end_reason is EndReason.INTERRUPTED
    assert document(outcome, "call_metadata.json")["finished"] is True


def live(tmp_path, doors, clock=None, **more):
    setting = Setting(out=tmp_path, started=0.0)
    return converse_live(plan(**more), setting, doors, clock or WallClock(), Reconnecting(attempts=0))


def test_over_sockets_it_is_recorded_too(tmp_path):
    async def run():
        clock = WallClock(30.0)
        async with engine(clock, 7) as found:
            return await live(tmp_path, both(found), clock, rules=Rules(max_duration=15.0))

    outcome = asyncio.run(run())
    assert outcome.end_reason is EndReason.MAX_DURATION
    assert outcome.metadata["virtual"] is False
    assert document(outcome, "transcript.json")["utterances"]


def test_cancelled_it_is_interrupted_and_kept(tmp_path):
    async def run():
        clock = WallClock(10.0)
        async with engine(clock, 7) as found:
            task = asyncio.create_task(live(tmp_path, both(found), clock))
            await asyncio.sleep(0.4)
            task.cancel()
            return await task

    assert asyncio.run(run()).end_reason is EndReason.INTERRUPTED


def test_where_nobody_answers_nothing_is_left(tmp_path):
    with pytest.raises(TargetUnreachable):
        asyncio.run(live(tmp_path, both(door("ws://127.0.0.1:9"))))
    assert list(tmp_path.iterdir()) == []
