"""Whole telephone calls between the engine's own minds keep to the grammar on both sides, and end as they should."""

from collections import deque

import orjson
import pytest

from flexsim.randomness import Randomness
from flexsim.voice.dialogue import instructions, tools
from flexsim.voice.dialogue.agents import agent
from flexsim.voice.dialogue.callers import caller
from flexsim.voice.dialogue.desk import desk_for
from flexsim.voice.dialogue.minds import make_mind
from flexsim.voice.dialogue.scenarios import scenario
from flexsim.voice.realtime.client import ClientSession
from flexsim.voice.realtime.configuration import Configuration, TurnDetection
from flexsim.voice.realtime.documents import update_document
from flexsim.voice.realtime.happenings import AudioArrived, FunctionCalled, ResponseEnded, Said, SpeechBegan
from flexsim.voice.realtime.local import local_setup
from flexsim.voice.realtime.names import Dialect
from flexsim.voice.realtime.session import ServerSession
from flexsim.voice.sound.listening import Lexicon
from flexsim.voice.sound.pcm import SILENT_FRAME
from tests.voice.realtime.company import FRAME, speaker
from tests.voice.realtime.grammar import Grammar


class Side:
    """A session, its client, and a loudspeaker that plays in real time and can be interrupted."""

    def __init__(self, setup, name, dialect, configuration, call):
        self.session = ServerSession(setup, seed=5, name=name, dialect=dialect)
        self.client = ClientSession(dialect)
        self.grammar = Grammar(dialect)
        self.call = call
        self.queue = deque()
        self.playing = None  # item and how many frames of it were played
        self.said = []
        self.hung_up = self.asks = False
        self.take(self.session.opening(), 0.0)
        self.tell({"type": "session.update", "session": update_document(configuration, dialect)}, 0.0)

    def tell(self, message, now):
        self.take(self.session.receive(message, now), now)

    def take(self, events, now):
        for event in self.grammar.follow(events):
            self.follow(self.client.receive(event), now)

    def follow(self, happening, now):
        match happening:
            case AudioArrived():
                self.queue.append((happening.item_id, happening.audio))
            case Said():
                self.said.append(happening.text)
            case SpeechBegan() if self.queue and self.playing:
                self.queue.clear()
                item_id, frames = self.playing
                self.tell(self.client.truncate(item_id, round(frames * FRAME * 1000)), now)
            case FunctionCalled(name="hang_up"):
                self.hung_up = True
            case FunctionCalled():
                self.tell(self.client.result(happening.call_id, self.call(happening)), now)
                self.asks = True
            case ResponseEnded() if self.asks:
                self.asks = False
                self.tell(self.client.respond(), now)

    def play(self):
        if not self.queue:
            self.playing = None
            return SILENT_FRAME
        item_id, audio = self.queue.popleft()
        frames = self.playing[1] if self.playing and self.playing[0] == item_id else 0
        self.playing = item_id, frames + 1
        return audio


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize(
    ("who", "why", "where"), [("typical", "lost-card", "banking"), ("hurried", "car-claim", "insurance")]
)
def test_a_call_is_held_from_greeting_to_hanging_up(dialect, who, why, where):
    calls, answers, matter = caller(who), agent(where), scenario(why)
    desk = desk_for(matter, answers, Randomness(5).generator("desk"))
    setup = local_setup(make_mind, speaker=speaker(), lexicon=Lexicon())

    def do(call):
        outcome = desk.call(call.name, orjson.loads(call.arguments))
        return orjson.dumps(outcome.output if outcome.error is None else {"error": outcome.error}).decode()

    detection = TurnDetection(semantic=dialect is Dialect.GA)
    caller_settings = Configuration(
        instructions=instructions.for_caller(calls, matter),
        tools=tools.for_caller(),
        voice="coral",
        turn_detection=detection,
    )
    agent_settings = Configuration(
        instructions=instructions.for_agent(answers),
        tools=tools.for_agent(answers.domain),
        voice="cedar",
        turn_detection=detection,
    )
    one, other = (
        Side(setup, "agent", dialect, agent_settings, do),
        Side(setup, "caller", dialect, caller_settings, do),
    )
    now = 0.0
    one.tell(one.client.respond(), now)
    while not ((one.hung_up or other.hung_up) and not one.queue and not other.queue) and now < 600:
        sounds = one.play(), other.play()
        now += FRAME
        for side, sound in ((one, sounds[1]), (other, sounds[0])):
            side.tell(side.client.append(sound), now)
            side.take(side.session.advance(now), now)
    assert one.hung_up or other.hung_up, one.said[-3:] + other.said[-3:]
    assert len(one.said) > 4
    assert len(other.said) > 4
    assert {each["type"] for each in one.grammar.items.values()} == {"message", "function_call", "function_call_output"}
