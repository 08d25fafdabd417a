"""The grammar of what a server says, as an automaton, and the ``openai`` package's types: every event of every test goes through both."""

from typing import get_args

from openai.types.beta.realtime.realtime_server_event import RealtimeServerEvent as BetaEvent
from openai.types.realtime import RealtimeServerEvent
from pydantic import BaseModel

from flexsim.voice.realtime.names import BETA, TODAY, Dialect

# From a response's state to what may come next in it, and the state after that. Names are those of today.
RESPONSE = {
    "begun": {"response.output_item.added": "item", "response.done": "over"},
    "item": {
        "response.content_part.added": "part",
        "response.function_call_arguments.delta": "calling",
        "response.function_call_arguments.done": "closing",
    },
    "part": {
        "response.output_audio.delta": "speaking",
        "response.output_audio_transcript.delta": "speaking",
        "response.output_text.delta": "writing",
    },
    "speaking": {
        "response.output_audio.delta": "speaking",
        "response.output_audio_transcript.delta": "speaking",
        "response.output_audio.done": "spoken",
    },
    "spoken": {"response.output_audio_transcript.done": "whole"},
    "writing": {"response.output_text.delta": "writing", "response.output_text.done": "whole"},
    "whole": {"response.content_part.done": "closing"},
    "calling": {
        "response.function_call_arguments.delta": "calling",
        "response.function_call_arguments.done": "closing",
    },
    "closing": {"response.output_item.done": "between"},
    "between": {"response.output_item.added": "item", "response.done": "over"},
}
# What has to come right after what; the first that the dialect has.
AT_ONCE = {
    "input_audio_buffer.speech_stopped": "input_audio_buffer.committed",
    "input_audio_buffer.timeout_triggered": "input_audio_buffer.committed",
    "input_audio_buffer.committed": "conversation.item.added",
}
FREE = {"error", "conversation.item.retrieved", "rate_limits.updated"}


def _models(union):
    found = {}
    for each in get_args(get_args(union)[0]):
        (name,) = get_args(each.model_fields["type"].annotation)
        found[name] = each
    return found


MODELS = {Dialect.GA: _models(RealtimeServerEvent), Dialect.BETA: _models(BetaEvent)}
# What the types leave out of what they say elsewhere, or the service's documentation shows.
UNTYPED = {"object", "id", "expires_at", "name", "input_audio_noise_reduction", "model"}


def typed(event, dialect):
    """The event as the official types have it; there is nothing in it that they do not know."""
    model = MODELS[dialect][event["type"]].model_validate(event)
    assert unknown(model) <= UNTYPED, (event["type"], unknown(model))
    return model


def unknown(model):
    found = set(model.model_extra or ())
    for name in model.model_fields_set:
        value = getattr(model, name, None)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, BaseModel):
                found |= unknown(each)
    return found


class Grammar:
    """Takes a server's events one after the other; fails at the first that cannot be."""

    def __init__(self, dialect=Dialect.GA):
        self.dialect = dialect
        self.begun = False
        self.ids = set()
        self.order = []  # of the conversation
        self.items = {}
        self.open = set()  # added and not yet done
        self.speech = None
        self.committed = set()
        self.transcripts = {}
        self.responses = {}
        self.texts = {}
        self.active = None
        self.expected = None

    def follow(self, events):
        for event in events:
            self.take(event)
        return events

    def take(self, event):
        typed(event, self.dialect)
        assert event["event_id"] not in self.ids, "an id came twice"
        self.ids.add(event["event_id"])
        if self.dialect is Dialect.BETA:
            assert event["type"] not in BETA, f"{event['type']} is of today"
        name = TODAY[event["type"]]
        if self.expected is not None:
            assert name == self.expected, f"{self.expected} has to come, not {name}"
        self.expected = AT_ONCE.get(name)
        if name == "session.created":
            assert not self.begun
            self.begun = True
            return
        assert self.begun, "nothing comes before the session"
        if name.startswith("response."):
            self.response(name, event)
        elif name not in FREE:
            getattr(self, name.replace(".", "_"))(event)

    def session_updated(self, event):
        found = event["session"]
        detection = found["audio"]["input"] if self.dialect is Dialect.GA else found
        if detection["turn_detection"] is None:
            self.speech = None

    # The input.

    def input_audio_buffer_speech_started(self, event):
        assert self.speech is None, "speech began twice"
        assert event["item_id"] not in self.items
        assert event["audio_start_ms"] >= 0
        self.speech = event

    def input_audio_buffer_speech_stopped(self, event):
        assert self.speech is not None, "speech ended that had not begun"
        assert event["item_id"] == self.speech["item_id"] or self.speech["item_id"] in self.committed
        assert event["audio_end_ms"] > self.speech["audio_start_ms"]
        self.speech, self.stopped = None, event["item_id"]

    def input_audio_buffer_timeout_triggered(self, event):
        assert self.speech is None
        assert event["audio_end_ms"] >= event["audio_start_ms"]

    def input_audio_buffer_committed(self, event):
        assert event["item_id"] not in self.items
        assert event["previous_item_id"] == (self.order[-1] if self.order else None)
        self.committed.add(event["item_id"])

    def input_audio_buffer_cleared(self, _event):
        self.speech = None

    # The conversation.

    def conversation_item_added(self, event):
        item, before = event["item"], event["previous_item_id"]
        assert item["id"] not in self.items, "an item was added twice"
        assert before is None or before in self.order
        self.order.insert(0 if before is None else self.order.index(before) + 1, item["id"])
        self.items[item["id"]] = item
        if self.dialect is Dialect.GA:
            self.open.add(item["id"])

    def conversation_item_done(self, event):
        item = event["item"]
        assert item["id"] in self.open, "an item was done that had not been added"
        assert item["status"] != "in_progress" or item["role"] != "assistant"
        self.open.discard(item["id"])
        place = self.order.index(item["id"])
        assert event["previous_item_id"] == (self.order[place - 1] if place else None)

    def conversation_item_deleted(self, event):
        self.order.remove(event["item_id"])
        self.open.discard(event["item_id"])

    def conversation_item_truncated(self, event):
        assert event["item_id"] in self.order
        assert self.items[event["item_id"]]["role"] == "assistant"

    def conversation_item_input_audio_transcription_delta(self, event):
        assert event["item_id"] in self.items
        self.transcripts[event["item_id"]] = self.transcripts.get(event["item_id"], "") + event["delta"]

    def conversation_item_input_audio_transcription_completed(self, event):
        assert self.transcripts.get(event["item_id"], "") == event["transcript"]
        assert event["item_id"] in self.items
        self.transcripts[event["item_id"]] = None

    def conversation_item_input_audio_transcription_failed(self, event):
        assert event["item_id"] in self.items
        assert event["item_id"] not in self.transcripts

    # Responses.

    def response(self, name, event):
        if name == "response.created":
            found = event["response"]
            assert found["id"] not in self.responses
            assert (found["status"], found["output"]) == ("in_progress", [])
            if found["conversation_id"] is not None:
                assert self.active is None, "two responses at once"
                self.active = found["id"]
            self.responses[found["id"]] = ["begun", []]
            return
        response_id = event["response"]["id"] if name == "response.done" else event["response_id"]
        state = self.responses[response_id]
        assert name in RESPONSE[state[0]], f"{name} cannot come in the state {state[0]}"
        state[0] = RESPONSE[state[0]][name]
        {
            "response.output_item.added": self.item_begun,
            "response.output_item.done": self.item_over,
            "response.done": self.response_over,
        }.get(name, self.piece)(event, state[1])
        if name.startswith("response.output_item") and response_id == self.active:
            if name.endswith("added"):
                self.expected = "conversation.item.added"
            elif self.dialect is Dialect.GA:
                self.expected = "conversation.item.done"

    def item_begun(self, event, output):
        assert event["output_index"] == len(output)
        assert event["item"]["status"] == "in_progress"
        output.append(event["item"])
        self.texts[event["item"]["id"]] = {}

    def piece(self, event, output):
        assert event["item_id"] == output[-1]["id"]
        assert event["output_index"] == len(output) - 1
        kind, _, what = event["type"].rpartition(".")
        texts = self.texts[event["item_id"]]
        if what == "delta":
            assert event["delta"]
            texts[kind] = texts.get(kind, "") + event["delta"]
        elif what == "done" and "part" not in event:
            key = {"response.function_call_arguments": "arguments"}.get(kind) or (
                "text" if "text" in event else "transcript"
            )
            if key in event:
                assert texts.get(kind, "") == event[key], "the pieces are not the whole"

    def item_over(self, event, output):
        assert event["item"]["id"] == output[-1]["id"]
        assert event["item"]["status"] in {"completed", "incomplete"}
        output[-1] = event["item"]

    def response_over(self, event, output):
        found = event["response"]
        assert found["output"] == output
        assert found["status"] in {"completed", "cancelled", "failed", "incomplete"}
        assert (found["status_details"] is None) == (found["status"] == "completed")
        usage = found["usage"]
        assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
        if found["id"] == self.active:
            self.active = None
