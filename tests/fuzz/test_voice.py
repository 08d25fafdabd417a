"""Whatever a voice session says or hears, and whatever is left of a recording: it is taken, told in words, or ends that one session."""

import contextlib
import json
import os
import shutil
from importlib import resources

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from websockets.datastructures import Headers
from websockets.http11 import Request

from flexsim.clock import ManualClock
from flexsim.domain.yaml_text import read_yaml
from flexsim.errors import ProtocolError
from flexsim.voice.conversation.bridge import Bridge
from flexsim.voice.conversation.catalogue import entry
from flexsim.voice.conversation.local import sessions
from flexsim.voice.conversation.recorder import Recorder
from flexsim.voice.conversation.records import EndReason, Side
from flexsim.voice.conversation.rules import Rules
from flexsim.voice.conversation.serving import PATH, Stand, Terms
from flexsim.voice.conversation.suite import read_suite
from flexsim.voice.conversation.virtual import converse
from flexsim.voice.dialogue.reading import read_agent, read_caller, read_scenario
from flexsim.voice.ports import Reply, ToolCall
from flexsim.voice.realtime import wire
from flexsim.voice.realtime.documents import update_document
from flexsim.voice.realtime.names import Dialect
from flexsim.voice.scores.analysis import analysed
from flexsim.voice.scores.by import By
from flexsim.voice.scores.contrast import contrasted, group_document
from flexsim.voice.scores.contrast_page import contrast_page
from flexsim.voice.scores.groups import grouped
from flexsim.voice.scores.index_page import index_page
from flexsim.voice.scores.page import conversation_page
from flexsim.voice.scores.reading import read_recording
from flexsim.voice.scores.telling import explained_rows, figure_rows, group_remarks, list_row, remarks
from tests.voice.conversation.company import Script, Voicebox, ending, parts, session
from tests.voice.realtime.company import Caller
from tests.voice.realtime.company import Script as Mind
from tests.voice.scores.studio import lost_card

from .damage import DEEP, WORST, damaged, distorted, survives, written

quick = settings(derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
slow = settings(quick, max_examples=settings.default.max_examples * 2 // 10)


# What clients say to the engine.

ITEMS = (
    {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hello"}]},
    {"type": "message", "role": "user", "content": [{"type": "input_audio", "audio": "AAAA", "transcript": "Hello"}]},
    {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hello"}]},
    {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c", "output": "{}"},
)
SAYINGS = [
    *({"type": "conversation.item.create", "previous_item_id": "root", "item": {"id": "i", **each}} for each in ITEMS),
    *({"type": f"conversation.item.{each}", "item_id": "i"} for each in ("delete", "retrieve")),
    {"type": "conversation.item.truncate", "item_id": "i", "content_index": 0, "audio_end_ms": 100},
    {"type": "input_audio_buffer.append", "audio": "AAAAAAAA", "event_id": "e"},
    {"type": "input_audio_buffer.commit"},
    {"type": "input_audio_buffer.clear"},
    {"type": "response.create", "response": {"instructions": "Speak.", "output_modalities": ["text"], "metadata": {"a": "b"}, "input": list(ITEMS[:1]), "conversation": "none", "tools": [{"type": "function", "name": "f", "parameters": {}}], "tool_choice": "auto", "max_output_tokens": 100}},
    {"type": "response.cancel"},
]  # fmt: skip


@quick
@given(dialect=st.sampled_from(Dialect), data=st.data())
def test_every_frame_of_a_client_is_answered_or_taken_and_the_session_goes_on(dialect, data):
    update = {"type": "session.update", "session": update_document(session("Speak."), dialect)}
    caller = Caller(Mind(), dialect=dialect, defers=True)
    for number in range(data.draw(st.integers(1, 5))):
        saying = data.draw(st.sampled_from([update, *SAYINGS]))
        if "item" in saying:  # the grammar knows no item that comes again after it was deleted
            saying = saying | {"item": saying["item"] | {"id": f"i{number or ''}"}}
        frame = data.draw(st.just(saying).map(written) | distorted(saying).map(written) | damaged([written(saying)]))
        try:
            event = wire.decode(frame.decode("utf-8", "replace"))
        except ProtocolError as error:
            caller.take([caller.session.refusal(error)])
        else:
            caller.take(caller.session.receive(event, caller.now))
        caller.skip(0.5)
    assert all(wire.encode(each) for _, each in caller.log)
    caller.write("Are you there?")
    caller.send("response.create")
    caller.skip(5.0)


@pytest.mark.parametrize("frame", [*WORST, b"\xff"], ids=range(len(WORST) + 1))
def test_the_worst_of_frames(frame):
    caller = Caller(Mind())
    for each in (frame, frame.decode("utf-8", "replace")):
        with contextlib.suppress(ProtocolError):
            caller.take(caller.session.receive(wire.decode(each), caller.now))


@quick
@given(
    path=st.sampled_from(["/health", "/", PATH]) | st.text(max_size=10),
    query=st.dictionaries(
        st.sampled_from(["caller_type", "scenario", "agent", "seed", "x"]),
        st.sampled_from(
            ["", "typical", "lost-card", "banking", "7", "-1", "٣", "../..", "\x00", "9" * 50, "/etc/passwd"]
        )
        | st.text(max_size=10),
    ),
    headers=st.dictionaries(
        st.sampled_from(["Host", "Origin"]),
        st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=20),
    ),
)
def test_every_request_for_a_conversation_begins_one_or_is_answered(tmp_path, path, query, headers):
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    stand = Stand(Terms(out=tmp_path), None, ManualClock(), "127.0.0.1")
    answer = stand.door(None, Request(f"{path}?{asked}", Headers(headers)))
    assert answer is None or answer.status_code in {200, 400, 403, 404}
    assert answer is None or (json.loads(answer.body) and len(answer.body) < 2_000)


# What sessions say to a conversation.


class Rotten:
    """A session one of whose events comes as something else."""

    def __init__(self, session, when, what):
        self._session = session
        self._left = when
        self._what = what

    def _spoiled(self, events):
        self._left -= len(events)
        if -len(events) <= self._left < 0:
            events = list(events)
            events[self._left] = self._what(events[self._left])
        return events

    def opening(self):
        return self._spoiled(self._session.opening())

    def receive(self, event, now):
        return self._spoiled(self._session.receive(event, now))

    def advance(self, now):
        return self._spoiled(self._session.advance(now))

    def __getattr__(self, name):
        return getattr(self._session, name)


def talk(folder, side, when, what):
    """How a short conversation ends that is recorded in ``folder``, with a rotten session on one side."""
    minds = {
        "caller": Script("I lost my card."),
        "agent": Script(
            "Hello.", Reply(text="Wait.", calls=(ToolCall(name="look_up", arguments={}),), after=0.2), "So."
        ),
    }
    both = sessions(Voicebox(), 1, minds=lambda instructions, _tools, _generator: minds[instructions])
    both[side] = Rotten(both[side], when, what)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    recorder = Recorder(folder, {"conversation_id": "c"})
    bridge = Bridge(parts(), Rules(max_duration=20.0), ending=ending, recording=recorder, watch=lambda _happening: None)
    try:
        converse(bridge, both, "c")
    finally:
        recorder.finish({"conversation_id": "c"})
    return bridge.ended


@slow
@given(side=st.sampled_from(Side), when=st.integers(0, 120), data=st.data())
def test_a_session_that_says_what_cannot_be_read_is_lost_and_the_recording_stands(tmp_path, side, when, data):
    def spoiled(event):
        said = written(data.draw(distorted(orjson.loads(orjson.dumps(event)))))
        found = {}
        with contextlib.suppress(ValueError):
            found = orjson.loads(said)
        return found if isinstance(found.get("type"), str) else {"type": event["type"]}  # else it is no event

    assert talk(tmp_path / "c", side, when, spoiled) in EndReason
    analysed(read_recording(tmp_path / "c"))


# What is left of recordings.


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    return lost_card(12.0).leave(tmp_path_factory.mktemp("recorded"))


def read_all(folder):
    """Everything that reads a recording."""
    entry(folder)
    found = [
        analysed(read_recording(folder, with_log=log, with_sound=sound)) for log, sound in ((1, 1), (1, 0), (0, 1))
    ]
    for each in found:
        written(each.document())
        conversation_page(each, ["stereo_recording.wav"])
        for tell in (figure_rows, explained_rows, remarks, list_row):
            list(tell(each))
    index_page("all", found, [None] * len(found))
    list(group_remarks(found))
    written(group_document(found))
    for by in By:
        grouped(found, by)
    contrast_page("both", contrasted({"a": found, "b": found[:1]}))


def put(recorded, folder, name, content):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(recorded, folder, copy_function=os.link)
    (folder / name).unlink()
    (folder / name).write_bytes(content)
    return folder


DOCUMENTS = ("call_metadata.json", "transcript.json", "function_calls.json", "session_events.json")
SOUNDS = ("stereo_recording.wav", "caller_audio.wav", "cs_audio.wav")


@slow
@given(data=st.data())
def test_a_recording_whose_documents_say_something_else(recorded, tmp_path, data):
    name = data.draw(st.sampled_from(DOCUMENTS))
    content = data.draw(
        distorted(json.loads((recorded / name).read_bytes())).map(written) | damaged([(recorded / name).read_bytes()])
    )
    read_all(put(recorded, tmp_path / "c", name, content))


@slow
@given(data=st.data())
def test_a_recording_whose_sound_is_damaged(recorded, tmp_path, data):
    whole = (recorded / SOUNDS[0]).read_bytes()
    head = data.draw(damaged([whole[:80]]))
    content = head + whole[80 : data.draw(st.sampled_from([80, 81, 1000, len(whole) - 1, len(whole)]))]
    read_all(put(recorded, tmp_path / "c", data.draw(st.sampled_from(SOUNDS)), content))


@pytest.mark.parametrize("name", [*DOCUMENTS, *SOUNDS])
@pytest.mark.parametrize("content", WORST, ids=range(len(WORST)))
def test_the_worst_of_recordings(recorded, tmp_path, name, content):
    read_all(put(recorded, tmp_path / "c", name, content))


def test_settings_of_a_session_that_are_none_are_told(recorded, tmp_path):
    event = {"at": 0.0, "side": "agent", "direction": "sent", "event": {"type": "session.update", "session": [[]]}}
    folder = put(recorded, tmp_path / "c", "session_events.json", written({"events": [event]}))
    assert any("session_events.json" in each for each in read_recording(folder).missing)


# What somebody wrote.

SUITE = b"seed: 7\nrepeat: 2\ndefaults: {agent: banking, noise: 10}\ncases:\n  - caller: [typical, hurried]\n    scenario: lost-card\n    tags: [a]\n  - name: one\n    caller: typical\n    scenario: balance\n"
LIBRARY = resources.files("flexsim.voice.dialogue").joinpath("library")
READERS = {
    "callers/frustrated": read_caller, "scenarios/lost-card": read_scenario, "scenarios/car-claim": read_scenario,
    "agents/banking": read_agent,
}  # fmt: skip
TEXTS = {name: LIBRARY.joinpath(f"{name}.yaml").read_bytes() for name in READERS}


@quick
@given(name=st.sampled_from(sorted(READERS)), data=st.data())
def test_who_talks_and_about_what(name, data):
    content = data.draw(damaged([TEXTS[name]]) | distorted(read_yaml(TEXTS[name].decode(), "").value).map(written))
    survives(READERS[name], content.decode("utf-8", "replace"), "own.yaml", "own")


@quick
@given(content=damaged([SUITE]) | distorted(read_yaml(SUITE.decode(), "").value).map(written))
def test_a_suite(tmp_path, content):
    file = tmp_path / "suite.yaml"
    file.write_bytes(content)
    survives(lambda: read_suite(file, 1).plans())


@pytest.mark.parametrize("content", WORST, ids=range(len(WORST)))
def test_the_worst_of_files(tmp_path, content):
    file = tmp_path / "suite.yaml"
    file.write_bytes(content)
    survives(read_suite, file, 1)
    for read in READERS.values() if len(content) < DEEP else ():  # YAML is read slowly, and by one reader
        survives(read, content.decode("utf-8", "replace"), "own.yaml", "own")
