"""Real engines on real sockets for tests, with minds that say what they are told to, at twenty times the clock's pace."""

import asyncio
import contextlib

from flexsim.clock import WallClock
from flexsim.voice.conversation.bridge import Bridge
from flexsim.voice.conversation.doors import both, door
from flexsim.voice.conversation.live import Reconnecting, converse
from flexsim.voice.conversation.rules import Rules
from flexsim.voice.realtime.local import local_setup
from flexsim.voice.realtime.server import Engine, serving
from flexsim.voice.sound.listening import Lexicon
from tests.voice.conversation.company import Minutes, Voicebox, ending, parts

SPEED = 20.0


class Exchange(Engine):
    """An engine whose sockets can be cut, and which can be gone for good; ``minds`` by the instructions of their sessions."""

    def __init__(self, minds):
        self.clock = WallClock(SPEED)
        setup = local_setup(
            lambda instructions, _tools, _generator: minds[instructions], speaker=Voicebox(), lexicon=Lexicon()
        )
        super().__init__(setup, self.clock, seed=1)
        self.sockets = []
        self.gone = False
        self.task = None

    async def attend(self, socket):
        self.sockets.append(socket)
        if self.gone:
            socket.transport.abort()
        await super().attend(socket)

    @contextlib.asynccontextmanager
    async def open(self):
        async with serving(self, "127.0.0.1", 0) as port:
            yield both(door(f"ws://127.0.0.1:{port}"))


def talk_live(caller, agent, rules=None, *, reconnecting=None, meanwhile=None, recording=None, watch=None):
    """A whole conversation over sockets; ``meanwhile`` is a coroutine function of the exchange and the bridge."""
    exchange = Exchange({"caller": caller, "agent": agent})
    kept = recording or Minutes()
    rules = rules or Rules()
    bridge = Bridge(parts(rules.turns), rules, ending=ending, recording=kept, watch=watch or (lambda _: None))

    async def run():
        exchange.task = asyncio.current_task()
        async with exchange.open() as doors:
            other = None if meanwhile is None else asyncio.create_task(meanwhile(exchange, bridge))
            how = reconnecting or Reconnecting(attempts=0, pause=0.05)
            try:
                await converse(bridge, doors, "test", clock=exchange.clock, reconnecting=how)
            finally:
                if other is not None:
                    other.cancel()
                    await asyncio.gather(other, return_exceptions=True)

    asyncio.run(run())
    return bridge, kept


async def reached(bridge, position):
    """Return once so many frames have passed."""
    while bridge.position < position:  # noqa: ASYNC110 -- the bridge tells nobody of a frame
        await asyncio.sleep(0.002)
