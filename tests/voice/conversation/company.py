"""Company for a bridge in tests: minds that say what they are told to, a voice that costs nothing, and an ear in the recording."""

import hashlib
from collections import deque

from flexsim.voice.conversation.bridge import Bridge
from flexsim.voice.conversation.local import sessions
from flexsim.voice.conversation.records import Side
from flexsim.voice.conversation.rules import Answer, Part, Rules, TurnTaking
from flexsim.voice.conversation.virtual import converse
from flexsim.voice.ports import FRAME_BYTES, Heard, Reply, Speech, Tool, ToolCall, Word
from flexsim.voice.realtime.configuration import Configuration, TurnDetection
from flexsim.voice.sound.pcm import frames_of

FRAMES_A_WORD = 8
GOODBYE = Reply(
    text="Thank you and goodbye.", calls=(ToolCall(name="hang_up", arguments={"reason": "finished"}),), after=0.2
)


class Voicebox:
    """A speaker whose frames are noise that the text decides: no two the same."""

    def __init__(self):
        self.spoken = []

    def say(self, text, voice):
        self.spoken.append(text)
        count = FRAMES_A_WORD * max(1, len(text.split()))
        blocks = [hashlib.shake_128(f"{text}/{voice}/{n}".encode()).digest(FRAME_BYTES) for n in range(count)]
        pcm = b"".join(blocks)
        words, offset = [], 0
        for number, word in enumerate(text.split()):
            offset = text.index(word, offset)
            words.append(Word(text=word, offset=offset, sample=number * FRAMES_A_WORD * FRAME_BYTES // 2))
            offset += len(word)
        return Speech(text=text, voice=voice, pcm=pcm, words=tuple(words), frames=frames_of(pcm))


class Script:
    """A mind that gives these replies one after the other, then says goodbye; it keeps all it was told."""

    def __init__(self, *replies, interjections=()):
        self.replies = deque(Reply(text=each, after=0.2) if isinstance(each, str) else each for each in replies)
        self.interjections = deque(interjections)
        self.told = []
        self.cuts = []

    def reply(self, news):
        self.told += list(news)
        return self.replies.popleft() if self.replies else GOODBYE

    def overhear(self):
        return self.interjections.popleft() if self.interjections else None

    def cut_off(self, said):
        self.cuts.append(said)

    @property
    def heard(self):
        return [each.text for each in self.told if isinstance(each, Heard)]


class Minutes:
    """A recording that keeps everything as it comes."""

    def __init__(self):
        self.frames = []
        self.events = []
        self.utterances = []
        self.calls = []
        self.marks = []

    def sound(self, caller, agent):
        self.frames.append((caller, agent))

    def event(self, at, side, direction, event):
        self.events.append((at, side, direction, event))

    def said(self, utterance):
        self.utterances.append(utterance)

    def called(self, call):
        self.calls.append(call)

    def marked(self, start, end, text):
        self.marks.append((start, end, text))

    def sent(self, kind):
        return [
            (side, event) for _, side, direction, event in self.events if direction == "sent" and event["type"] == kind
        ]


TOOLS = (Tool(name="hang_up", description="", parameters={}), Tool(name="look_up", description="", parameters={}))


def session(name, turns=TurnTaking.SEMANTIC_VAD, **more):
    detection = None if turns is TurnTaking.MANUAL else TurnDetection(semantic=turns is TurnTaking.SEMANTIC_VAD)
    return Configuration(
        instructions=name, turn_detection=detection, transcription={"model": "any"}, tools=TOOLS, **more
    )


def done(_name, _arguments):
    return Answer({"status": "ok"}, None, 0.0)


def ending(_side, name, _arguments):
    return "completed" if name == "hang_up" else None


def parts(turns=TurnTaking.SEMANTIC_VAD, functions=done, line=lambda: None, delay=0.0):
    return {
        side: Part(session=session(side.value, turns), functions=functions, carry=line(), delay=delay) for side in Side
    }


def talk(caller, agent, rules=None, *, watch=None, recording=None, **more):
    """A whole conversation in virtual time; gives the bridge, and the recording."""
    rules = rules or Rules()
    kept = recording or Minutes()
    bridge = Bridge(
        parts(rules.turns, **more), rules, ending=ending, recording=kept, watch=watch or (lambda _happening: None)
    )
    minds = {"caller": caller, "agent": agent}
    both = sessions(Voicebox(), 1, minds=lambda instructions, _tools, _generator: minds[instructions])
    converse(bridge, both, "test")
    return bridge, kept
