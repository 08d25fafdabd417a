"""Many conversations at once, at the clock's pace: engine, bridge and recordings in one process, on one core.

    python bench/voice_parts/live.py CONVERSATIONS SECONDS [manual]

A frame is due when the clock has passed it, and heard when the other session has been given it; both are noted here.
"""

import asyncio
import gc
import json
import shutil
import sys
import tempfile
import time
from collections import defaultdict, deque
from dataclasses import replace
from pathlib import Path

from common import at, on_one_core, plans, resident

from flexsim.clock import WallClock
from flexsim.voice.conversation import conversing, live
from flexsim.voice.conversation.casting import Cast
from flexsim.voice.conversation.connection import Connection
from flexsim.voice.conversation.conversing import Setting, converse_live
from flexsim.voice.conversation.doors import both, door
from flexsim.voice.conversation.live import Reconnecting
from flexsim.voice.conversation.recorder import Recorder
from flexsim.voice.conversation.rules import Rules, TurnTaking
from flexsim.voice.ports import Interjection, InterjectionKind, Reply
from flexsim.voice.realtime.local import local_setup
from flexsim.voice.realtime.server import Engine, serving
from flexsim.voice.sound.listening import Lexicon
from flexsim.voice.sound.speaking import EspeakSpeaker

APPEND = b'{"type":"input_audio_buffer.append"'
APART = 0.03  # seconds from one conversation's beginning to the next one's
WARM_UP = 3.0  # seconds that count for nothing


class Timed(WallClock):
    """A clock that knows what it was asked for."""

    due = 0.0

    def call_at(self, moment, callback):
        def run():
            self.due = moment
            callback()

        return super().call_at(moment, run)


class Watch:
    """Notes when frames were due, and when they were sent and heard."""

    def __init__(self, clock):
        self.clock = clock
        self.due = defaultdict(deque)  # by the port of the bridge's side
        self.counts = False
        self.heard = []
        self.sent = []
        self.ready = []
        self.recording = 0.0
        self.overhead = _cost_of_timing()
        self.switches = []

    def watch_bridge(self):
        send, opening, watch = Connection.send, live._Live.open, self

        def timed_send(connection, text):
            if text.startswith(APPEND):
                now = watch.clock.now()
                port = connection._transport.get_extra_info("sockname")[1] if connection._transport else 0
                watch.due[port].append(watch.clock.due)
                if watch.counts:
                    watch.sent.append(now - watch.clock.due)
            send(connection, text)

        async def timed_open(talk):
            began = time.perf_counter()
            await opening(talk)
            watch.ready.append(time.perf_counter() - began)

        Connection.send, live._Live.open = timed_send, timed_open

    def watch_session(self, socket, session):
        receive, port, watch = session.receive, socket.remote_address[1], self

        def timed(event, now):
            if event.get("type") == "input_audio_buffer.append":
                due = watch.due[port].popleft()
                if watch.counts:
                    watch.heard.append(now - due)
            return receive(event, now)

        session.receive = timed

    def watch_recorder(self):
        watch = self

        class Timed(Recorder):
            def __init__(self, *given, **more):
                super().__init__(*given, **more)
                self.asked = {}

            def event(self, moment, side, direction, event):
                began = time.perf_counter()
                super().event(moment, side, direction, event)
                watch.recording += time.perf_counter() - began - watch.overhead
                watch.turn(self.asked, side, event)

        def timed(name):
            inner = getattr(Recorder, name)

            def method(self, *given):
                began = time.perf_counter()
                inner(self, *given)
                watch.recording += time.perf_counter() - began - watch.overhead

            return method

        for name in ("sound", "said", "called", "marked"):
            setattr(Timed, name, timed(name))
        self.overhead = _cost_of_timing()
        conversing.Recorder = Timed

    def turn(self, asked, side, event):
        """From the commit at the end of a turn to the first sound of the next, without what the mind wanted to think."""
        kind = event["type"]
        if kind == "input_audio_buffer.commit":
            asked[side] = time.perf_counter(), None
        elif kind == "response.output_audio.delta" and side in asked and asked[side][1] is None:
            asked[side] = asked[side][0], time.perf_counter()
        elif kind == "response.done" and side in asked:
            began, first = asked.pop(side)
            after = (event["response"].get("metadata") or {}).get("flexsim.after")
            if first is not None and after is not None and self.counts:
                self.switches.append(first - began - float(after))


def _cost_of_timing():
    """Seconds that taking the time twice costs, which is not the recorder's."""
    count = 100_000
    began = time.perf_counter()
    for _ in range(count):
        time.perf_counter()
    return (time.perf_counter() - began) / count


class Watched(Engine):
    """An engine whose sessions tell what they hear."""

    watch = None

    def _session(self, socket, number):
        session = super()._session(socket, number)
        self.watch.watch_session(socket, session)
        return session


class Talker:
    """A mind that says one of these lines after the other, sometimes into the other's words: all of it spoken before."""

    def __init__(self, generator):
        self.generator = generator

    def reply(self, _news):
        return Reply(text=self.generator.choice(LINES), after=0.3 + 0.6 * self.generator.random())

    def overhear(self):
        if self.generator.random() < 0.9:
            return None
        return Interjection(text="Mm-hm.", after=1.2, kind=InterjectionKind.BACK_CHANNEL)

    def cut_off(self, said):
        pass


LINES = (
    "Thank you for calling Northwind Bank. How can I help you today?",
    "Hi, my gold card is gone, and I would like a replacement.",
    "I can help you with that. What is your full name, and what is your date of birth?",
    "It's Maria Lopez. I was born on March 12th, 1984.",
    "Thank you. What are the last four digits of the card, please?",
    "4 4 1 2.",
    "So I block the gold card now, and the new one goes to 42 Maple Street, Springfield. Is that right?",
    "Yes, that's right.",
    "Done: the old card is blocked, and a new one is on its way. It takes 5 business days.",
    "Were there any charges on my account that I should know of?",
)


def warmed(speaker, cases):
    """Have everything that will be said spoken once."""
    for plan in cases:
        for voice in Cast(plan).voices.values():
            for line in (*LINES, "Mm-hm."):
                speaker.say(line, voice)


async def run(count, seconds, turns):
    clock = Timed(1.0)
    watch = Watch(clock)
    rules = Rules(turns=turns, max_duration=seconds + WARM_UP + APART * count)
    cases = plans(rules)
    speaker = EspeakSpeaker(cache_seconds=20_000)
    warmed(speaker, cases)
    watch.watch_bridge()
    watch.watch_recorder()
    minds = lambda _instructions, _tools, generator: Talker(generator)  # noqa: E731 -- one line of it
    engine = Watched(local_setup(minds, speaker=speaker, lexicon=Lexicon()), clock, seed=1)
    engine._limits = replace(engine._limits, sessions=4 * count)
    engine.watch = watch
    out = Path(tempfile.mkdtemp())
    async with serving(engine, "127.0.0.1", 0) as port:
        doors = both(door(f"ws://127.0.0.1:{port}"))

        def converse(number, plan):
            setting = Setting(out=out, name=str(number), started=clock.now())
            return converse_live(plan, setting, doors, clock, Reconnecting(attempts=0))

        short = replace(cases[0], rules=replace(rules, max_duration=1.0))
        await converse("alone", short)
        alone, watch.ready = watch.ready[-1], []
        gc.collect()
        gc.freeze()
        before = resident()
        talks = []
        for number in range(count):
            talks.append(asyncio.create_task(converse(number, cases[number % len(cases)])))
            await asyncio.sleep(APART)
        await asyncio.sleep(WARM_UP)
        watch.counts, watch.recording = True, 0.0
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.sleep(seconds - 1.0)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        watch.counts = False
        recording, after = watch.recording, resident()
        outcomes = await asyncio.gather(*talks)
    utterances = [
        each
        for outcome in outcomes
        for each in json.loads((outcome.folder / "transcript.json").read_text())["utterances"]
        if each["heard"]
    ]
    shutil.rmtree(out)
    return {
        "cpu": cpu / wall,
        "audio_p50": at(watch.heard, 0.5),
        "audio_p99": at(watch.heard, 0.99),
        "bridge_p99": at(watch.sent, 0.99),
        "ready_p99": at(watch.ready, 0.99),
        "ready_alone": alone,
        "recording": recording / (cpu - recording),
        "memory": (after - before) / count,
        "switch_p50": at(watch.switches, 0.5),
        "switch_p99": at(watch.switches, 0.99),
        "heard": sum(each["heard"]["understood"] for each in utterances),
        "not_understood": sum(not each["heard"]["understood"] for each in utterances),
    }


if __name__ == "__main__":
    on_one_core()
    kind = TurnTaking.MANUAL if "manual" in sys.argv else TurnTaking.SEMANTIC_VAD
    print(json.dumps(asyncio.run(run(int(sys.argv[1]), float(sys.argv[2]), kind))))
