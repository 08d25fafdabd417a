"""Several processes that act as one swarm: starts them, steers them, adds up what they count, and replaces those that die."""

import asyncio
import contextlib
import json
import logging
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final, Protocol

from flexsim.errors import FlexsimError, TargetUnreachable
from flexsim.load import behaviour as behaviours
from flexsim.load.behaviour import Behaviour
from flexsim.load.fleet import Report, report_of
from flexsim.load.shard import LONGEST_LINE, Plan, share
from flexsim.load.tally import Tally

_log = logging.getLogger(__name__)
_LOOK_EVERY: Final = (
    1.0  # seconds between looks at what each process counts; what it counts after its last look dies with it
)
_PATIENCE: Final = 5.0
PROGRAM: Final = "flexsim.load.shard"


class _DiedError(Exception):
    """A process is no more."""


class Program(Protocol):
    """A program that answers a line with a line, here or on another machine."""

    pid: int

    async def begin(self) -> None:
        """Start it."""

    async def ask(self, line: bytes) -> bytes:
        """Its answer; nothing, or a ConnectionError, where it is no more."""

    async def end(self) -> None:
        """End it."""


class _Process:
    """A program of this machine."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self.pid = 0

    async def begin(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", PROGRAM,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LONGEST_LINE, start_new_session=True,
        )  # fmt: skip
        self.pid = self._process.pid

    async def ask(self, line: bytes) -> bytes:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line)
        await self._process.stdin.drain()
        return await self._process.stdout.readline()

    async def end(self) -> None:
        if self._process is None or self._process.returncode is not None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


class _Shard:
    """One program, and the tally of those before it in its place."""

    def __init__(self, plan: Plan, index: int, count: int, made: Callable[[], Program]) -> None:
        self._first = {"plan": plan.document(), "index": index, "count": count}
        self._made = made
        self._program = made()
        self._turn = asyncio.Lock()
        self.former = Tally()
        self.last: Report | None = None

    @property
    def pid(self) -> int:
        return self._program.pid

    async def begin(self, behaviour: Behaviour) -> None:
        self._program = self._made()
        await self._program.begin()
        try:
            await self.ask({**self._first, "behaviour": behaviours.document(behaviour)})
        except _DiedError as error:
            raise FlexsimError("a process of the swarm has ended at its beginning; stderr says why") from error

    async def ask(self, order: Mapping[str, Any]) -> dict[str, Any]:
        async with self._turn:
            try:
                line = await self._program.ask(json.dumps(order).encode() + b"\n")
            except (ConnectionError, RuntimeError) as error:
                raise _DiedError from error
            if not line:
                raise _DiedError
            found: dict[str, Any] = json.loads(line)
        if "error" in found:
            raise TargetUnreachable(found["error"])
        return found

    async def look(self) -> Report:
        self.last = report_of((await self.ask({"do": "report"}))["report"])
        return self.last

    def bury(self) -> None:
        """What it had counted stays counted."""
        if self.last is not None:
            self.former.merge(self.last.tally)
        self.last = None

    async def end(self) -> None:
        await self._program.end()


class Shards:
    """A fleet in several processes, of this machine or whatever ``made`` makes; use ``running``."""

    def __init__(self, plan: Plan, count: int, behaviour: Behaviour, made: Callable[[], Program] = _Process) -> None:
        self._shards = [_Shard(plan, index, count, made) for index in range(count)]
        self._behaviour = behaviour
        self._wanted = 0
        self._paused = False
        self._repair = asyncio.Lock()
        self.restarts = 0

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Shards"]:
        """Have the processes while inside, and replace those that die."""
        watching: asyncio.Task[None] | None = None
        try:
            await asyncio.gather(*(each.begin(self._behaviour) for each in self._shards))
            watching = asyncio.create_task(self._watch())
            yield self
        finally:
            if watching is not None:
                watching.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watching
            await asyncio.gather(*(each.end() for each in self._shards))

    @property
    def pids(self) -> list[int]:
        """The processes' ids."""
        return [each.pid for each in self._shards]

    async def scale(self, wanted: int) -> None:
        """Have so many agents active, spread evenly over the processes."""
        self._wanted = wanted
        count = len(self._shards)
        await self._all([{"do": "scale", "wanted": share(wanted, index, count)} for index in range(count)])

    async def stop(self) -> None:
        """Nobody active."""
        self._wanted, self._paused = 0, False
        await self._all([{"do": "stop"}] * len(self._shards))

    async def pause(self) -> None:
        """Stand still."""
        self._paused = True
        await self._all([{"do": "pause"}] * len(self._shards))

    async def resume(self) -> None:
        """Go on."""
        self._paused = False
        await self._all([{"do": "resume"}] * len(self._shards))

    async def configure(self, behaviour: Behaviour) -> None:
        """Behave like this from now on."""
        self._behaviour = behaviour
        await self._all([{"do": "configure", "behaviour": behaviours.document(behaviour)}] * len(self._shards))

    async def report(self) -> Report:
        """All counts, those of processes that have died among them, up to a second before they did."""
        reports = await asyncio.gather(*(self._look(index) for index in range(len(self._shards))))
        whole = Tally()
        census: dict[str, Counter[str]] = {}
        for shard, report in zip(self._shards, reports, strict=True):
            whole.merge(shard.former)
            whole.merge(report.tally)
            for name, counts in report.census.items():
                census.setdefault(name, Counter()).update(counts)
        return Report(
            connected=sum(each.connected for each in reports),
            sockets=sum(each.sockets for each in reports),
            away=sum(each.away for each in reports),
            census={name: dict(sorted(counts.items())) for name, counts in census.items()},
            tally=whole,
            problem=next((each.problem for each in reports if each.problem), ""),
            processes=len(reports),
            restarts=self.restarts,
        )

    async def _all(self, orders: list[dict[str, Any]]) -> None:
        await asyncio.gather(*(self._tell(index, order) for index, order in enumerate(orders)))

    async def _tell(self, index: int, order: Mapping[str, Any]) -> None:
        try:
            await self._shards[index].ask(order)
        except _DiedError:
            await self._replace(index)  # which tells the new one all that is in force

    async def _look(self, index: int) -> Report:
        while True:
            try:
                return await self._shards[index].look()
            except _DiedError:
                await self._replace(index)

    async def _replace(self, index: int) -> None:
        """A process in the place of one that has died, in the state that is in force."""
        async with self._repair:
            shard = self._shards[index]
            try:
                await shard.look()
            except _DiedError:
                pass
            else:
                return  # somebody else has replaced it meanwhile
            _log.warning("process %d of the swarm has died and is replaced", shard.pid)
            await shard.end()
            shard.bury()
            self.restarts += 1
            await shard.begin(self._behaviour)
            await shard.ask({"do": "scale", "wanted": share(self._wanted, index, len(self._shards))})
            if self._paused:
                await shard.ask({"do": "pause"})

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            for index in range(len(self._shards)):
                with contextlib.suppress(FlexsimError):
                    await self._look(index)
