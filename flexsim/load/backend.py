"""The reference backend: something for agents to connect to that routes calls, commits faults and keeps exact accounts."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import orjson

from flexsim.clock import Clock, real_seconds
from flexsim.load import faults as kinds
from flexsim.load import frames
from flexsim.load.calls import Call
from flexsim.load.faults import Faults
from flexsim.load.peer import Peer
from flexsim.load.registry import Assignment, Registry
from flexsim.load.target import PATH
from flexsim.randomness import Randomness

_LOOK_EVERY: Final = 0.25  # seconds between looks for silent agents and calls that nobody took
MISSED: Final = 3  # heartbeats


class Ledger:
    """What truly happened on the agents' sockets: frames by type, and faults by kind."""

    __slots__ = ("events", "faults", "received", "sent")

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self.sent: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.events: Counter[str] = Counter()

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {name: dict(sorted(getattr(self, name).items())) for name in ("received", "sent", "faults", "events")}


class Backend:
    """Agents' connections over a registry. All of it runs on one event loop; use ``watching`` while it serves."""

    def __init__(self, clock: Clock, seed: int, *, heartbeat: float = 2.0, threshold: float = 20.0) -> None:
        self._clock = clock
        self._rng = Randomness(seed).generator("load", "faults")
        self._peers: dict[str, Peer] = {}
        self._connections: set[Peer] = set()
        self._sequence: Counter[str] = Counter()
        self.heartbeat = heartbeat
        self.faults = Faults()
        self.registry = Registry(threshold)
        self.ledger = Ledger()
        self._handlers: dict[str, Callable[[float, Mapping[str, Any]], list[Assignment] | None]] = {
            frames.HEARTBEAT: self.registry.heartbeat,
            frames.STATE_CHANGE: self.registry.state_change,
            frames.CALL_COMPLETE: self.registry.call_complete,
        }

    @contextlib.asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Drop silent agents and take back calls while inside; afterwards every connection is closed."""
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching
            for peer in list(self._connections):
                peer.close(1001)
                peer.hang_up()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            now = real_seconds()
            for agent_id in self.registry.silent(now, MISSED * self.heartbeat):
                self.ledger.events["silent"] += 1
                peer = self._peers.pop(agent_id)
                self._assign(self.registry.gone(now, agent_id))
                peer.close(1001)
            self._assign(self.registry.advance(now))

    # A peer's words.

    def peer(self, **_uvicorns: Any) -> Peer:
        """The protocol of one more connection."""
        return Peer(self)

    def arrived(self, peer: Peer) -> bool:
        """Take agents, and nobody else."""
        if peer.path != PATH:
            return False
        self._connections.add(peer)
        self.ledger.events["connected"] += 1
        return True

    def left(self, peer: Peer) -> None:
        """Forget its agents, unless they have come back already on another connection."""
        self._connections.discard(peer)
        self.ledger.events["disconnected"] += 1
        for agent_id in sorted(peer.agents):
            self._forget(peer, agent_id)

    def _forget(self, peer: Peer, agent_id: str) -> None:
        if self._peers.get(agent_id) is peer:
            del self._peers[agent_id]
            self._assign(self.registry.gone(real_seconds(), agent_id))

    def broke(self, peer: Peer) -> None:  # noqa: ARG002 -- whose it was does not matter
        """Count what breaks the protocol."""
        self.ledger.events["bad"] += 1

    def said(self, peer: Peer, payload: bytes) -> None:
        """Count a frame, let a fault befall its connection, and do what it asks."""
        frame = frames.decoded(payload)
        if frame is None:
            self.ledger.events["bad"] += 1
            return
        kind = frame["type"]
        if kind not in frames.FROM_AGENTS:
            self.ledger.events["unknown"] += 1
            return
        self.ledger.received[kind] += 1
        if peer.deaf:
            self.ledger.events["swallowed"] += 1
            return
        agent_id = frames.word(frame.get("agentId"))
        if not agent_id:
            self.ledger.events["nameless"] += 1
            return
        if kind == frames.REGISTER:
            self._register(peer, agent_id, frame)
        elif agent_id not in peer.agents:
            self.ledger.events["unregistered"] += 1
            return
        elif kind == frames.DEREGISTER:
            peer.agents.discard(agent_id)
            self._forget(peer, agent_id)
        else:
            self._assign(self._handlers[kind](real_seconds(), frame) or ())
        if kind in {frames.REGISTER, frames.HEARTBEAT}:
            self._push(peer, {"type": frames.ACK, "agentId": agent_id})
        if not peer.closing:
            self._befall(peer)

    def _register(self, peer: Peer, agent_id: str, frame: Mapping[str, Any]) -> None:
        former = self._peers.get(agent_id)
        if former is not None and former is not peer:
            self.ledger.events["replaced"] += 1
            former.agents.discard(agent_id)
            if not former.agents:
                former.close(1008)
        peer.agents.add(agent_id)
        self._peers[agent_id] = peer
        self._assign(self.registry.register(real_seconds(), frame))

    # Pushes.

    def _assign(self, assignments: Iterable[Assignment]) -> None:
        for each in assignments:
            self.push(each.agent_id, frames.CALL_ASSIGN, callId=each.call_id, vq=each.queue)

    def push(self, agent_id: str, kind: str, **fields: str) -> bool:
        """Send an agent a message; False where it is not connected."""
        peer = self._peers.get(agent_id)
        if peer is None:
            return False
        self._push(peer, {"type": kind, "agentId": agent_id, **fields})
        return True

    def _push(self, peer: Peer, frame: dict[str, Any]) -> None:
        agent_id = frame["agentId"]
        if peer.closing or peer.deaf:
            return
        self._sequence[agent_id] += 1
        payload = orjson.dumps(
            {**frame, "timestamp": frames.timestamp(self._clock.now()), "seq": self._sequence[agent_id]}
        )
        fault = self.faults.of_push(self._rng)
        if fault is not None:
            self.ledger.faults[fault] += 1
        if fault == kinds.DELAY:
            asyncio.get_running_loop().call_later(self.faults.delay_seconds, self._send, peer, frame["type"], payload)
            return
        if fault != kinds.DROP:
            self._send(peer, frame["type"], payload)
        if fault == kinds.DUPLICATE:
            self._send(peer, frame["type"], payload)

    def _send(self, peer: Peer, kind: str, payload: bytes) -> None:
        if peer.send(payload):
            self.ledger.sent[kind] += 1
        else:
            self.ledger.events["unsent"] += 1

    def _befall(self, peer: Peer) -> None:
        fault = self.faults.of_frame(self._rng)
        if fault is None:
            return
        self.ledger.faults[fault] += 1
        if fault == kinds.CLOSE:
            peer.close(1012)
        elif fault == kinds.HALF_OPEN:
            peer.deaf = True
        else:
            peer.pause_reading(self.faults.slow_read_seconds)

    # Inputs.

    async def take_calls(self, calls: Sequence[Call]) -> None:
        """Route these calls."""
        for each in calls:
            self._assign(self.registry.offer(real_seconds(), each.call_id, each.queue))

    @property
    def connections(self) -> int:
        """How many sockets are open."""
        return len(self._connections)

    def stats(self) -> dict[str, Any]:
        """How it stands."""
        return {
            "agents": len(self.registry.agents),
            "connections": self.connections,
            "byState": self.registry.by_state(),
            "byDepartment": self.registry.by_department(),
            "queues": self.registry.queue_document(real_seconds()),
            "ledger": self.ledger.document(),
        }
