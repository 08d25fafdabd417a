"""A recording is whole whenever it is looked at, whoever is killed and however full the disk is."""

import json
import signal
import subprocess
import sys
import time
import wave
from pathlib import Path

import numpy as np
import pytest

from flexsim.errors import RecorderFailed
from flexsim.voice.conversation.recorder import (
    AGENT_AUDIO,
    BATCH,
    CALLER_AUDIO,
    CALLS,
    EVENTS,
    METADATA,
    STEREO,
    TRANSCRIPT,
    Recorder,
)
from flexsim.voice.conversation.records import Call, Direction, Kind, Side, Utterance
from flexsim.voice.ports import FRAME_BYTES
from flexsim.voice.scores.documents import entries
from flexsim.voice.sound.pcm import encoded

FRAME = encoded(bytes(range(1, 193)) * 10)
OTHER = encoded(bytes(range(2, 194)) * 10)


def recorder(folder, **more):
    return Recorder(folder, {"conversation_id": "c", "end_reason": "interrupted"}, **more)


def sound(path):
    with wave.open(str(path)) as found:
        return np.frombuffer(found.readframes(found.getnframes()), "<i2").reshape(-1, found.getnchannels())


def said(start=0.0):
    return Utterance(
        speaker=Side.AGENT,
        item_id="i",
        text="Hello\tthere.",
        start=start,
        end=start + 1,
        interrupted=False,
        kind=Kind.TURN,
    )


def called():
    return Call(
        at=1.5,
        side=Side.AGENT,
        call_id="k",
        name="look_up",
        arguments={"a": 1},
        result={"b": 2},
        error=None,
        duration=0.5,
    )


def test_all_three_sounds_are_aligned_and_equally_long(tmp_path):
    found = recorder(tmp_path)
    for number in range(130):
        found.sound(FRAME if number % 3 == 0 else None, OTHER if 40 < number < 90 else None)
    found.finish({})
    caller, agent, both = (sound(tmp_path / name) for name in (CALLER_AUDIO, AGENT_AUDIO, STEREO))
    assert len(caller) == len(agent) == len(both) == 130 * FRAME_BYTES // 2
    assert (both == np.hstack([caller, agent])).all()
    frames = caller.reshape(130, -1)
    assert [bool(each.any()) for each in frames] == [number % 3 == 0 for number in range(130)]


def test_every_batch_is_in_the_files_at_once(tmp_path):
    found = recorder(tmp_path)
    found.event(0.0, Side.AGENT, Direction.RECEIVED, {"type": "session.created"})
    found.said(said())
    found.called(called())
    for _ in range(BATCH):
        found.sound(FRAME, None)
    assert len(sound(tmp_path / STEREO)) == BATCH * FRAME_BYTES // 2
    assert [each["text"] for each in json.loads((tmp_path / TRANSCRIPT).read_text())["utterances"]] == ["Hello\tthere."]
    assert [each["name"] for each in json.loads((tmp_path / CALLS).read_text())["calls"]] == ["look_up"]
    assert json.loads((tmp_path / EVENTS).read_text())["events"][0]["event"] == {"type": "session.created"}
    assert (tmp_path / "labels_agent.txt").read_text() == "0.000\t1.000\tHello there.\n"
    assert (tmp_path / "labels_events.txt").read_text() == "1.500\t2.000\tagent: look_up\n"
    assert json.loads((tmp_path / METADATA).read_text())["end_reason"] == "interrupted"
    found.finish({"end_reason": "completed"})
    assert json.loads((tmp_path / METADATA).read_text()) == {"conversation_id": "c", "end_reason": "completed"}
    assert not (tmp_path / "call_metadata.tmp").exists()


def test_a_conversation_that_never_began_leaves_readable_files(tmp_path):
    recorder(tmp_path).finish({"end_reason": "agent_lost"})
    assert len(sound(tmp_path / STEREO)) == 0
    assert json.loads((tmp_path / EVENTS).read_text())["events"] == []


def test_the_same_happenings_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        found = recorder(tmp_path / name)
        for number in range(70):
            found.sound(FRAME if number % 2 else None, None)
            found.event(
                number * 0.04, Side.CALLER, Direction.RECEIVED, {"type": "x.delta", "delta": "y", "item_id": "i"}
            )
        found.said(said())
        found.finish({"duration": 2.8})
    one, two = ({each.name: each.read_bytes() for each in (tmp_path / name).iterdir()} for name in ("one", "two"))
    assert one == two
    assert len(one) == 10


def test_where_nothing_can_be_written_it_does_not_begin(tmp_path):
    with pytest.raises(RecorderFailed, match=r"cannot record in .*: No such file or directory"):
        recorder(tmp_path / "nowhere")


BEGINNING = """
import sys
from pathlib import Path
from flexsim.errors import RecorderFailed
from flexsim.voice.conversation.recorder import Recorder
from flexsim.voice.conversation.records import Direction, Kind, Side, Utterance
from flexsim.voice.ports import FRAME_BYTES
from flexsim.voice.sound.pcm import encoded
FRAME = encoded(bytes(range(1, 193)) * 10)
found = Recorder(Path(sys.argv[1]), {"conversation_id": "c", "end_reason": "interrupted"})
number = 0
def say(at):
    found.said(Utterance(speaker=Side.AGENT, item_id="i", text="Hello.", start=at, end=at + 1, interrupted=False, kind=Kind.TURN))
"""

KILLED = """
while True:
    found.sound(FRAME if number % 7 else None, FRAME if number % 5 else None)
    found.event(number * 0.04, Side.AGENT, Direction.RECEIVED, {"type": "response.done", "number": number, "text": "x" * 3000})
    if number % 50 == 0:
        say(number * 0.04)
    number += 1
    if number == 100:
        print("going", flush=True)
"""


@pytest.mark.parametrize("after", [0.0, 0.013, 0.05, 0.111])
def test_whoever_is_killed_leaves_sound_that_plays_and_documents_that_can_be_read(tmp_path, after):
    with subprocess.Popen([sys.executable, "-c", BEGINNING + KILLED, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"going\n"
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
    lengths = [len(sound(tmp_path / name)) for name in (CALLER_AUDIO, AGENT_AUDIO, STEREO)]
    assert min(lengths) >= BATCH * FRAME_BYTES // 2
    assert max(lengths) - min(lengths) in {0, BATCH * FRAME_BYTES // 2}  # killed between two files
    found, _ = entries((tmp_path / EVENTS).read_text(errors="replace"), "events", lambda each: each["event"]["number"])
    assert len(found) >= BATCH
    assert sorted(found) == [*range(len(found))]  # not one is missing
    assert json.loads((tmp_path / TRANSCRIPT).read_text())["utterances"]
    assert json.loads((tmp_path / CALLS).read_text())["calls"] == []
    assert json.loads((tmp_path / METADATA).read_text())["end_reason"] == "interrupted"


FULL = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    while True:
        found.sound(FRAME, None)
        number += 1
        if number % 50 == 10:
            say(number * 0.04)
except RecorderFailed as error:
    print(number, error)
found.sound(FRAME, None)
found.flush()
found.finish({"end_reason": "recorder_failed"})
"""


def test_where_the_disk_is_full_it_says_so_once_and_keeps_what_it_has(tmp_path):
    found = subprocess.run(
        [sys.executable, "-c", BEGINNING + FULL, str(tmp_path)], capture_output=True, text=True, check=True
    )
    number, _, message = found.stdout.partition(" ")
    assert message.startswith(f"cannot go on recording in {tmp_path}: File too large")
    assert int(number) == 2 * BATCH - 1  # what is in a batch that cannot be written is lost
    assert len(sound(tmp_path / STEREO)) == BATCH * FRAME_BYTES // 2
    assert len(sound(tmp_path / CALLER_AUDIO)) >= BATCH * FRAME_BYTES // 2
    assert len(json.loads((tmp_path / TRANSCRIPT).read_text())["utterances"]) == 1
    assert json.loads((tmp_path / METADATA).read_text())["end_reason"] == "recorder_failed"


def test_the_last_word_has_room_even_where_no_new_file_can_be_made(tmp_path, monkeypatch):
    found = recorder(tmp_path)

    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    found.finish({"end_reason": "recorder_failed", "state_after": {"text": "x" * 20_000}})
    assert json.loads((tmp_path / METADATA).read_text())["end_reason"] == "recorder_failed"
