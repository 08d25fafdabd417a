"""The swarm of one process: keeps as many agents connected as are wanted, lets each live, and counts everything.

One event loop, one timer: at every tick of the rota those whose turn it is send a heartbeat, agents whose time has come
move on, and connections that were lost are tried again. Inputs (start, scale, stop, ...) are to be given one after the
other, on the loop; what they promise is true when they return.
"""

import asyncio
import math
import socket
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flexsim.clock import Clock, real_seconds
from flexsim.errors import TargetUnreachable
from flexsim.load import frames, tally
from flexsim.load.backoff import delay
from flexsim.load.behaviour import Behaviour
from flexsim.load.chance import Chance
from flexsim.load.link import Link
from flexsim.load.machine import Agent, CallEnded, Changed, Happened, State
from flexsim.load.profiles import Profile
from flexsim.load.pushes import Pushes
from flexsim.load.seating import Line, Seat, Seating
from flexsim.load.tally import Tally
from flexsim.load.target import Masks, Target
from flexsim.load.wheel import Agenda, Rota, tick_for

_CHUNK: Final = 128  # heartbeats written before the loop gets to send them
_CONNECTING: Final = 128  # attempts at once
_PATIENCE: Final = 10.0  # seconds for a connection and its handshake
_GOODBYE: Final = 2.0  # seconds for the peer's answer to a close
_OUTBOX: Final = 20  # completed calls kept for an agent that is not connected


@dataclass(frozen=True, slots=True, kw_only=True)
class SwarmOptions:
    """``speed`` is seconds on the agents' timeline in a real one; in a ``storm`` reconnecting knows no backoff.

    ``per_socket`` agents share a connection.
    """

    seed: int
    speed: float = 1.0
    storm: bool = False
    per_socket: int = 1


class Swarm:
    """Agents on sockets. ``target_agents`` is how many are wanted: the first so many of the profiles."""

    def __init__(
        self, profiles: Sequence[Profile], target: Target, behaviour: Behaviour, clock: Clock, options: SwarmOptions
    ) -> None:
        self.profiles = profiles
        self.behaviour = behaviour
        self.masks = Masks()
        self.tally = Tally()
        self.target_agents = 0
        self.paused = False
        self._target = target
        self._tls = target.tls()
        self._clock = clock
        self._options = options
        self._chance = Chance(options.seed, "lives")
        self._jitter = Chance(options.seed, "backoff")
        self._seating = Seating(profiles, options.per_socket)
        self._pushes: dict[int, Pushes] = {}  # of all agents ever
        self._leaving: set[Link] = set()
        self._left = asyncio.Event()
        self._rota: Rota[Seat] = Rota(behaviour.heartbeat_interval)
        self._turn = 0
        self._turn_at = 0.0
        self._lives: Agenda[Seat] = Agenda()
        self._retries: Agenda[Line] = Agenda()
        self._queue: deque[Line] = deque()
        self._connecting: set[asyncio.Task[None]] = set()
        self._addresses: list[str] = []
        self._timer: asyncio.Handle | None = None
        self._life_at = 0.0  # of the agents' timeline, at ...
        self._life_mark = real_seconds()
        self.last_problem = ""

    # The agents' timeline.

    def life_now(self) -> float:
        """Seconds on the agents' timeline: faster than the clock by the speed, and still while paused."""
        if self.paused:
            return self._life_at
        return self._life_at + (real_seconds() - self._life_mark) * self._options.speed

    def _set_life(self, *, paused: bool) -> None:
        self._life_at = self.life_now()
        self._life_mark = real_seconds()
        self.paused = paused

    # Inputs.

    async def scale(self, wanted: int) -> None:
        """Have the first ``wanted`` profiles active; those that are to go have said goodbye when this returns.

        Sockets that nobody is left on are closed then. Those that are to come are begun to be connected. Raises TargetUnreachable where the backend's name is not known.
        """
        assert 0 <= wanted <= len(self.profiles), f"there are {len(self.profiles)} profiles, not {wanted}"
        if wanted > self.target_agents and not self._addresses:
            self._addresses = await _resolve(self._target)
        before, self.target_agents = self.target_agents, wanted
        if tick_for(wanted) != tick_for(before):
            self._turn_over(self.behaviour.heartbeat_interval, tick_for(wanted))
        now = self.life_now()
        for place in range(before - 1, wanted - 1, -1):
            self._dismiss(self._seating.seats.pop(place), now)
        for place in range(before, wanted):
            self._admit(place, now)
        self._keep_ticking()
        self._connect()
        await self._goodbyes()

    async def stop(self) -> None:
        """Nobody active, every socket closed, no timer left; harmless when nothing runs."""
        await self.scale(0)
        for task in list(self._connecting):
            task.cancel()
        await asyncio.gather(*self._connecting, return_exceptions=True)
        self._set_life(paused=False)

    def pause(self) -> None:
        """The agents stay as they are; they keep connected, and their heartbeats go on."""
        self._set_life(paused=True)

    def resume(self) -> None:
        """The agents go on where they were."""
        self._set_life(paused=False)

    def configure(self, behaviour: Behaviour) -> None:
        """Behave like this from now on."""
        before, self.behaviour = self.behaviour, behaviour
        if behaviour.heartbeat_interval != before.heartbeat_interval:
            self._turn_over(behaviour.heartbeat_interval, tick_for(self.target_agents))
        soon = real_seconds() + self._ask_after()
        for line in self._seating.lines.values():
            if line.link is not None and line.link.open:
                line.link.ask_at = min(line.link.ask_at, soon)
        if (behaviour.mode, behaviour.wait) != (before.mode, before.wait):
            now = self.life_now()
            for seat in self._seating.seats.values():
                seat.agent.redraw(now, behaviour, self._chance)
                self._expect(seat)

    def mirror(self, place: int, state: State, call_id: str | None) -> None:
        """Have the agent in this place be in a state, on a call, that somebody else has decided on."""
        seat = self._seating.seats.get(place)
        if seat is not None and not seat.away:
            self._moved(seat, list(seat.agent.become(self.life_now(), state, call_id, self._chance)))

    # What there is.

    @property
    def away(self) -> int:
        """How many were told to stay away."""
        return sum(seat.away for seat in self._seating.seats.values())

    @property
    def connected(self) -> int:
        """How many agents are registered on an open connection."""
        return sum(seat.link is not None for seat in self._seating.seats.values())

    @property
    def sockets(self) -> int:
        """How many connections are open."""
        return sum(line.link is not None and line.link.open for line in self._seating.lines.values())

    def census(self) -> dict[str, dict[str, int]]:
        """Agents that are connected, by state, department and location."""
        agents = [seat.agent for seat in self._seating.seats.values() if seat.link is not None]
        return {
            "byState": dict(sorted(Counter(str(each.state) for each in agents).items())),
            "byDepartment": dict(sorted(Counter(each.profile.department for each in agents).items())),
            "byLocation": dict(sorted(Counter(each.profile.location for each in agents).items())),
        }

    def counted(self) -> Tally:
        """All counts up to now."""
        whole = Tally()
        whole.merge(self.tally)
        for pushes in self._pushes.values():
            whole.events[tally.GAPS] += pushes.gaps
            whole.events[tally.DUPLICATES] += pushes.duplicates
            whole.events[tally.REORDERED] += pushes.reordered
        return whole

    def agents(self) -> Iterable[Agent]:
        """The agents that are wanted at present."""
        return (seat.agent for seat in self._seating.seats.values())

    # Coming and going.

    def _admit(self, place: int, now: float) -> None:
        fresh = self._seating.line_at(place) is None
        seat = self._seating.admit(place)
        self._pushes.setdefault(place, Pushes())
        seat.agent.log_in(now, self.behaviour, self._chance)
        self._expect(seat)
        self._rota.join(place, seat)
        if fresh:
            self._queue.append(seat.line)
        elif seat.link is not None:
            self._register(seat, seat.link)

    def _dismiss(self, seat: Seat, now: float) -> None:
        """Say goodbye for an agent; who is the last on a connection closes it, others leave it to those who stay."""
        if seat.away:
            return
        link = seat.link
        seat.away = True
        self._rota.leave(seat.place)
        happened, alone = list(seat.agent.log_out(now)), not any(self._seating.on(seat.line))
        if link is not None:
            self._tell(seat, link, happened)
            if not alone:
                link.send(frames.deregister(seat.agent, frames.timestamp(self._clock.now())))
                self.tally.sent[frames.DEREGISTER] += 1
        if alone:
            self._give_back(seat.line)

    def _give_back(self, line: Line) -> None:
        """Nobody is left on this line."""
        del self._seating.lines[line.number]
        link, line.link = line.link, None
        if link is not None:
            self._leave(link)

    def _leave(self, link: Link) -> None:
        if link.open:
            self.tally.events[tally.CLOSED] += 1
        if link.made:
            self._leaving.add(link)
        link.close()

    async def _goodbyes(self) -> None:
        """Wait until those who leave have left, and then make them."""
        if self._leaving:
            self._left.clear()
            try:
                async with asyncio.timeout(_GOODBYE):
                    await self._left.wait()
            except TimeoutError:
                for link in self._leaving.copy():
                    link.abort()
                await asyncio.sleep(0)
                self._leaving.clear()

    # Connecting.

    def _connect(self) -> None:
        """Have enough attempts going on for those who wait for a connection."""
        for _ in range(min(len(self._queue), _CONNECTING - len(self._connecting))):
            task = asyncio.get_running_loop().create_task(self._work_off())
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    async def _work_off(self) -> None:
        while self._queue:
            line = self._queue.popleft()
            if self._seating.waits(line):
                await self._attempt(line)

    async def _attempt(self, line: Line) -> None:
        loop = asyncio.get_running_loop()
        link = line.link = Link(self, line.number, self._target, real_seconds())
        problem = ""
        name = self._target.host if self._tls else None
        for address in self._addresses:
            try:
                async with asyncio.timeout(_PATIENCE):
                    await loop.create_connection(
                        lambda: link, address, self._target.port, ssl=self._tls, server_hostname=name
                    )
            except (OSError, TimeoutError) as error:
                problem = str(error) or "no answer"
                if link.made:  # it says itself that it is gone
                    link.abort()
                    return
            else:
                return
        self.gone(link, problem)

    # A link's words.

    def opened(self, link: Link) -> None:
        """Register all who are to be on it."""
        line = self._seating.line_of(link)
        if line is None:
            self._leave(link)
            return
        events = self.tally.events
        events[tally.CONNECTED] += 1
        events[tally.RECONNECTED] += line.session > 0
        line.session += 1
        now = real_seconds()
        self.tally.connect_time.add(now - link.asked_at)
        link.ask_at = now + self._ask_after()
        for seat in self._seating.on(line):
            self._register(seat, link)

    def _register(self, seat: Seat, link: Link) -> None:
        link.send(frames.register(seat.agent, self.life_now()))
        self.tally.sent[frames.REGISTER] += 1
        waiting, seat.outbox = seat.outbox or (), None
        for payload in waiting:
            link.send(payload)
            self.tally.sent[frames.CALL_COMPLETE] += 1

    def received(self, link: Link, payload: bytes) -> None:
        """Count a push, and do what it says."""
        frame = frames.decoded(payload)
        if frame is None:
            self.tally.events[tally.BAD] += 1
            return
        kind = frame["type"]
        if kind not in frames.TO_AGENTS:
            self.tally.events[tally.UNKNOWN] += 1
            return
        self.tally.received[kind] += 1
        sent_at = None
        if "timestamp" in frame and (sent_at := frames.seconds_of(frame["timestamp"])) is not None:
            self.tally.push_latency.add(self._clock.now() - sent_at)
        place = self._seating.addressed(link, frame)
        if place is None or place not in self._pushes:
            self.tally.events[tally.STRAY] += 1
            return
        fresh = self._pushes[place].take(frame, sent_at)
        line = self._seating.line_of(link)
        if line is None:
            return
        line.attempt = 0
        seat = self._seating.seats.get(place)
        if fresh and kind != frames.ACK and seat is not None and not seat.away:
            self._obey(seat, kind, frame)

    def _obey(self, seat: Seat, kind: str, frame: dict[str, Any]) -> None:
        now, call_id = self.life_now(), frame.get("callId")
        if kind == frames.FORCE_DISCONNECT:
            self.tally.events[tally.DISMISSED] += 1
            self._dismiss(seat, now)
        elif not isinstance(call_id, str):
            self.tally.events[tally.BAD] += 1
        elif kind == frames.CALL_ASSIGN:
            self._moved(seat, list(seat.agent.assign(now, call_id, self.behaviour, self._chance)))
        else:
            self._moved(seat, list(seat.agent.force_end(now, call_id, self.behaviour, self._chance)))

    def broken(self, link: Link) -> None:  # noqa: ARG002 -- whose it was does not matter
        """Count what breaks the protocol."""
        self.tally.events[tally.BAD] += 1

    def gone(self, link: Link, reason: str) -> None:
        """Try again, unless nobody wants it any more."""
        if link in self._leaving:
            self._leaving.discard(link)
            if not self._leaving:
                self._left.set()
            return
        line = self._seating.line_of(link)
        if line is None:
            return
        line.link = None
        self.last_problem = reason
        self.tally.events[tally.LOST if link.was_open else tally.REFUSED] += 1
        line.attempt += 1
        first = next(self._seating.on(line)).agent.profile
        uniform = self._jitter.uniforms(first.number, line.session * 1000 + line.attempt)[0]
        self._retries.put(real_seconds() + delay(line.attempt, uniform, storm=self._options.storm), line)

    # Living.

    def _expect(self, seat: Seat) -> None:
        if seat.agent.next_at < math.inf:
            self._lives.put(seat.agent.next_at, seat)

    def _live(self, now: float) -> None:
        """Let the agents whose time has come do the next thing, at the time that it was due."""
        for seat in self._lives.due(now):
            at = seat.agent.next_at
            if not seat.away and at <= now:
                self._moved(seat, list(seat.agent.act(at, self.behaviour, self._chance)))

    def _moved(self, seat: Seat, happened: list[Happened]) -> None:
        if not happened:
            return
        seat.template = None
        self._expect(seat)
        if seat.link is not None:
            self._tell(seat, seat.link, happened)
            return
        now = frames.timestamp(self._clock.now())
        for each in happened:
            if isinstance(each, CallEnded):
                self._keep(seat, frames.call_complete(seat.agent, each, now))

    def _keep(self, seat: Seat, payload: bytes) -> None:
        if seat.outbox is None:
            seat.outbox = []
        seat.outbox.append(payload)
        if len(seat.outbox) > _OUTBOX:
            seat.outbox.pop(0)
            self.tally.events[tally.UNSENT] += 1

    def _tell(self, seat: Seat, link: Link, happened: Iterable[Happened]) -> None:
        stamp, now = frames.timestamp(self._clock.now()), self.life_now()
        sent = self.tally.sent
        for each in happened:
            if isinstance(each, Changed):
                link.send(frames.state_change(seat.agent, each, stamp, now))
                sent[frames.STATE_CHANGE] += 1
            else:
                link.send(frames.call_complete(seat.agent, each, stamp))
                sent[frames.CALL_COMPLETE] += 1

    # Ticking.

    def _keep_ticking(self) -> None:
        if not self.target_agents:
            self._stop_ticking()
        elif self._timer is None:
            self._turn_at = real_seconds()
            self._timer = asyncio.get_running_loop().call_soon(self._tick)

    def _stop_ticking(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _turn_over(self, interval: float, tick: float) -> None:
        self._rota = self._rota.moved(interval, tick)
        if self._timer is not None:
            self._stop_ticking()
            self._keep_ticking()

    def _tick(self) -> None:
        """One turn; when the loop is late the next comes at once, and how late each heartbeat was is counted."""
        intended, due = self._turn_at, self._rota.due(self._turn)
        self._turn += 1
        self._turn_at += self._rota.tick
        now = real_seconds()
        self._timer = asyncio.get_running_loop().call_later(max(0.0, self._turn_at - now), self._tick)
        self._beat(due, 0, intended)
        self._live(self.life_now())
        self._queue.extend(self._retries.due(now))  # who is not wanted any more is left out there
        self._connect()

    def _beat(self, due: list[Seat], first: int, intended: float) -> None:
        """The heartbeats of some; the loop sends what was written when this returns, so lateness is taken after that."""
        stamp, life, now = frames.timestamp(self._clock.now()).encode(), self.life_now(), real_seconds()
        sent = 0
        for seat in due[first : first + _CHUNK]:
            link = seat.line.link
            if link is None or seat.away:
                continue
            if not link.open or link.full:
                self._look_after(link, now)
                continue
            template = seat.template
            if template is None:
                template = seat.template = frames.heartbeat_template(seat.agent, life)
            link.send(frames.heartbeat(template, stamp, seat.agent, life))
            sent += 1
            if now >= link.ask_at:
                self._ask(link, now)
        if sent:
            self.tally.sent[frames.HEARTBEAT] += sent
        if sent or first + _CHUNK < len(due):
            asyncio.get_running_loop().call_soon(self._sent, due, first + _CHUNK, intended, sent)

    def _sent(self, due: list[Seat], following: int, intended: float, count: int) -> None:
        if count:
            self.tally.heartbeat_lateness.add(max(0.0, real_seconds() - intended), count)
        if following < len(due):
            self._beat(due, following, intended)

    def _ask_after(self) -> float:
        """Seconds to the next look for a sign of life, which is taken at a heartbeat: the one nearest to the interval."""
        return self.behaviour.ping_interval - self.behaviour.heartbeat_interval / 2

    def _look_after(self, link: Link, now: float) -> None:
        """A connection that cannot be written to: give it up when that has lasted."""
        if link.full:
            self.tally.events[tally.WITHHELD] += 1
            if now >= link.ask_at:
                link.ask_at = now + self._ask_after()
                if not link.heard:
                    self._give_up(link)
                link.heard = False
        elif not link.was_open and now - link.asked_at > _PATIENCE:
            link.refuse("no answer to the handshake")

    def _ask(self, link: Link, now: float) -> None:
        link.ask_at = now + self._ask_after()
        if link.heard:
            link.ping()
        else:
            self._give_up(link)

    def _give_up(self, link: Link) -> None:
        self.tally.events[tally.SILENT] += 1
        link.give_up("nothing was heard of the backend")


async def _resolve(target: Target) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise TargetUnreachable(f"no address is known for {target.host}: {error}") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))
