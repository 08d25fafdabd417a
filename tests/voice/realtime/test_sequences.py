"""Whatever a client sends, in whatever order: nothing is raised, the grammar holds, the conversation is what its events say."""

import base64

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flexsim.voice.ports import Interjection, InterjectionKind, Reply, ToolCall
from flexsim.voice.realtime.configuration import Configuration, Format, TurnDetection
from flexsim.voice.realtime.documents import update_document
from flexsim.voice.realtime.names import Dialect, Sent
from tests.voice.realtime.company import Caller, Script, of, spoken

SAYINGS = ("Okay.", "I lost my card.", "Can you help me with that, please?")
MODEST = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

json = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5_000) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
WORDS = (
    "type", "item", "id", "role", "user", "assistant", "content", "message", "text", "audio", "input_text", "input_audio",
    "session", "realtime", "output", "input", "voice", "response", "item_id", "previous_item_id", "function_call_output",
    "call_id", "content_index", "audio_end_ms", "turn_detection", "server_vad", "tools", "name", "f", "root", "metadata",
)  # fmt: skip
plausible = st.recursive(
    st.sampled_from(WORDS) | json,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=12,
)
events = st.fixed_dictionaries(
    {"type": st.sampled_from([each.value for each in Sent])},
    optional={name: plausible for name in (*WORDS[1:], "event_id") if name != "type"},
)


class Fickle(Script):
    """A mind whose answers its generator decides: text, functions, nothing, now or later."""

    def make(self, instructions, tools, generator):
        self.chance = generator
        return super().make(instructions, tools, generator)

    def reply(self, news):
        self.told.append(list(news))
        chance = self.chance
        calls = (ToolCall(name="f", arguments={"n": chance.randrange(9)}),) if chance.random() < 0.3 else ()
        text = chance.choice(("", *SAYINGS))
        return Reply(text=text, calls=calls, after=chance.choice((0.0, 0.0, 0.5, 2.0)))

    def overhear(self):
        kind = self.chance.choice((None, *InterjectionKind))
        return None if kind is None else Interjection(text="Mm-hm.", after=self.chance.random(), kind=kind)


class Clients(RuleBasedStateMachine):
    """A client that knows the protocol and uses it as it likes."""

    @initialize(dialect=st.sampled_from(list(Dialect)), seed=st.integers(0, 9), defers=st.booleans())
    def begin(self, dialect, seed, defers):
        self.caller = Caller(Fickle(), dialect=dialect, seed=seed, defers=defers, longest=10_000.0)
        self.hearings = []

    def item(self, data):
        order = self.caller.grammar.order
        return data.draw(st.sampled_from([*order, "item_that_is_not"])) if order else "item_that_is_not"

    @rule(saying=st.sampled_from(SAYINGS), share=st.sampled_from((0.3, 1.0)))
    def speak(self, saying, share):
        self.caller.speak(saying, until=max(1, int(share * len(spoken(saying).frames))))

    @rule(seconds=st.sampled_from((0.04, 0.3, 1.2)))
    def be_silent(self, seconds):
        self.caller.wait(seconds)

    @rule(seconds=st.sampled_from((0.1, 3.0)))
    def let_time_go_by(self, seconds):
        self.caller.skip(seconds)

    @rule(size=st.integers(0, 400))
    def make_a_noise(self, size):
        self.caller.hear(base64.b64encode(bytes(range(1, 10)) * size).decode())

    @rule(kind=st.sampled_from(("input_audio_buffer.commit", "input_audio_buffer.clear", "response.cancel")))
    def press_a_button(self, kind):
        self.caller.send(kind)

    @rule(text=st.text(max_size=10), data=st.data())
    def write(self, text, data):
        after = data.draw(st.sampled_from([None, "root"])) if data.draw(st.booleans()) else self.item(data)
        item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
        self.caller.send("conversation.item.create", item=item, previous_item_id=after)

    @rule(aside=st.booleans(), speaks=st.booleans())
    def ask(self, aside, speaks):
        beta = self.caller.dialect is Dialect.BETA
        modalities = ["text", "audio"] if beta and speaks else ["audio" if speaks else "text"]
        response = {"modalities" if beta else "output_modalities": modalities}
        self.caller.send("response.create", response=response | ({"conversation": "none"} if aside else {}))

    @rule(data=st.data())
    def answer_a_function(self, data):
        calls = [each["call_id"] for each in self.caller.grammar.items.values() if each["type"] == "function_call"]
        call_id = data.draw(st.sampled_from([*calls, "call_that_is_not"]))
        item = {"type": "function_call_output", "call_id": call_id, "output": "{}"}
        self.caller.send("conversation.item.create", item=item)

    @rule(data=st.data(), index=st.integers(0, 1), end=st.integers(-1, 3_000))
    def truncate(self, data, index, end):
        self.caller.send("conversation.item.truncate", item_id=self.item(data), content_index=index, audio_end_ms=end)

    @rule(data=st.data(), kind=st.sampled_from(("delete", "retrieve")))
    def take_out_or_look(self, data, kind):
        self.caller.send(f"conversation.item.{kind}", item_id=self.item(data))

    @rule(
        detection=st.none()
        | st.builds(
            TurnDetection,
            semantic=st.booleans(),
            create_response=st.booleans(),
            interrupt_response=st.booleans(),
            silence_duration_ms=st.sampled_from((200, 500)),
        ),
        hears=st.sampled_from(list(Format)),
        transcribes=st.booleans(),
    )
    def change_settings(self, detection, hears, transcribes):
        transcription = {"model": "whisper-1"} if transcribes else None
        changed = Configuration(turn_detection=detection, hears=hears, transcription=transcription)
        document = update_document(changed, self.caller.dialect)
        self.caller.send("session.update", session=document)

    @precondition(lambda self: self.hearings)
    @rule(data=st.data())
    def understand(self, data):
        hearing = self.hearings.pop(data.draw(st.integers(0, len(self.hearings) - 1)))
        self.caller.take(self.caller.session.heard(hearing, hearing.listen(), self.caller.now))

    @rule(event=events | json.filter(lambda each: isinstance(each, dict)))
    def say_something_odd(self, event):
        self.caller.take(self.caller.session.receive(event, self.caller.now))

    @invariant()
    def the_conversation_is_what_its_events_say(self):
        if hasattr(self, "caller"):
            assert [each.item_id for each in self.caller.session.conversation] == self.caller.grammar.order

    @invariant()
    def nothing_stays_due(self):
        if hasattr(self, "caller"):
            self.hearings += self.caller.session.hearings()
            self.caller.take(self.caller.session.advance(self.caller.now))
            assert self.caller.session.next_deadline > self.caller.now


TestClients = Clients.TestCase
TestClients.settings = settings(MODEST, max_examples=50, stateful_step_count=25)


@MODEST
@given(st.lists(events | json.filter(lambda each: isinstance(each, dict)), max_size=8), st.sampled_from(list(Dialect)))
def test_odd_events_are_answered_and_can_be_sent(odd, dialect):
    caller = Caller(Script(), dialect=dialect)
    for event in odd:
        orjson.dumps(caller.take(caller.session.receive(event, caller.now)))
    caller.skip(10)
    caller.write("Hello.")
    assert of(caller.send("response.create"), "response.done")
