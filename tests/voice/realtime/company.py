"""Company for a session in tests: minds that say what they are told to, a client that follows the grammar, real speech and ears."""

import contextlib
from collections import deque
from functools import cache

from flexsim.clock import WallClock
from flexsim.voice.ports import FRAME_MS, Heard, Interjection, Reply, ToolCall, ToolResult, Written
from flexsim.voice.realtime.configuration import Configuration
from flexsim.voice.realtime.documents import update_document
from flexsim.voice.realtime.local import local_setup
from flexsim.voice.realtime.names import Dialect
from flexsim.voice.realtime.server import Engine, serving
from flexsim.voice.realtime.session import ServerSession
from flexsim.voice.sound.listening import Lexicon
from flexsim.voice.sound.pcm import SILENT_FRAME
from flexsim.voice.sound.speaking import EspeakSpeaker
from flexsim.voice.sound.voices import named
from tests.voice.realtime.grammar import Grammar

FRAME = FRAME_MS / 1000


@cache
def speaker():
    return EspeakSpeaker()


@cache
def spoken(text, voice="echo"):
    return speaker().say(text, named(voice))


class Script:
    """A mind that gives these replies one after the other, then says back what it was told; it keeps all it was told."""

    def __init__(self, *replies, interjections=()):
        self.replies = deque(Reply(text=each) if isinstance(each, str) else each for each in replies)
        self.interjections = deque(interjections)
        self.told = []
        self.cuts = []
        self.made = []

    def make(self, instructions, tools, generator):
        self.made.append((instructions, tools, generator.random()))
        return self

    def reply(self, news):
        self.told.append(list(news))
        if self.replies:
            return self.replies.popleft()
        words = [each.text for each in news if isinstance(each, Heard | Written) and each.text]
        return Reply(text=f"You said: {'; '.join(words)}" if words else "Hello.")

    def overhear(self) -> Interjection | None:
        return self.interjections.popleft() if self.interjections else None

    def cut_off(self, said):
        self.cuts.append(said)


class Caller:
    """A client in virtual time, a frame of sound after the other; everything the session says goes through the grammar."""

    def __init__(self, mind, *, dialect=Dialect.GA, configuration=None, seed=1, name="0", lexicon=None, **limits):
        self.mind = mind
        self.dialect = dialect
        self.lexicon = lexicon or Lexicon()
        setup = local_setup(mind.make, speaker=speaker(), lexicon=self.lexicon, **limits)
        self.session = ServerSession(setup, seed=seed, name=name, dialect=dialect)
        self.grammar = Grammar(dialect)
        self.now = 0.0
        self.log = []
        self.take(self.session.opening())
        if configuration is not None:
            self.send("session.update", session=update_document(configuration, dialect))

    def take(self, events):
        self.log += [(self.now, each) for each in self.grammar.follow(events)]
        return events

    def send(self, kind, **fields):
        """An event, and what it brings about at once."""
        return self.take(self.session.receive({"type": kind, **fields}, self.now))

    def hear(self, audio):
        return self.send("input_audio_buffer.append", audio=audio)

    def frame(self, audio=SILENT_FRAME):
        """A frame of sound goes by."""
        events = self.hear(audio)
        self.now += FRAME
        if self.now >= self.session.next_deadline:
            events += self.take(self.session.advance(self.now))
        return events

    def speak(self, text, *, until=None, voice="echo"):
        """Say something, or as much of it as ``until`` frames hold."""
        speech = spoken(text, voice)
        self.lexicon.add(speech)
        return [event for each in speech.frames[:until] for event in self.frame(each)]

    def wait(self, seconds):
        """Be silent."""
        return [event for _ in range(round(seconds / FRAME)) for event in self.frame()]

    def skip(self, seconds):
        """Let time go by without any sound."""
        end, events = self.now + seconds, []
        while self.session.next_deadline <= end:
            self.now = max(self.now, self.session.next_deadline)
            events += self.take(self.session.advance(self.now))
        self.now = end
        return events

    def write(self, text):
        content = [{"type": "input_text", "text": text}]
        return self.send("conversation.item.create", item={"type": "message", "role": "user", "content": content})

    def names(self):
        return [event["type"] for _, event in self.log]


def kinds(events):
    """Names of events, runs of the same one as one."""
    found = []
    for event in events:
        if not found or found[-1] != event["type"]:
            found.append(event["type"])
    return found


def of(events, kind):
    return [event for event in events if event["type"] == kind]


def one(events, kind):
    (found,) = of(events, kind)
    return found


TRANSCRIBING = Configuration(transcription={"model": "whisper-1"})


class Parrot:
    """A mind for servers: says back what it is told; ``call f`` makes it call f, ``think`` lets it think for long."""

    def __init__(self, *_how_it_is_made):
        self.cuts = []

    def reply(self, news):
        for each in news:
            if isinstance(each, ToolResult):
                return Reply(text=f"It is {each.output}.")
            if each.text.startswith("call "):
                return Reply(text="Let me look.", calls=(ToolCall(name=each.text[5:], arguments={"a": 1}),))
            if each.text == "think":
                return Reply(text="I have thought.", after=30.0)
            if each.text == "break":
                raise ZeroDivisionError
        return Reply(text=f"You said: {'; '.join(each.text for each in news)}")

    def overhear(self):
        return None

    def cut_off(self, said):
        self.cuts.append(said)


@contextlib.asynccontextmanager
async def engine(*, speed=1.0, minds=Parrot, limits=None, keys=(), **more):
    """An engine that is being served, and the port."""
    found = Engine(local_setup(minds, speaker=speaker(), **more), WallClock(speed), seed=1, keys=keys, limits=limits)
    async with serving(found, "127.0.0.1", 0) as port:
        found.port = port
        yield found
