"""Call traffic: calls that are injected, and calls that arrive by chance, handed on to whoever routes them."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.routing import Route

from flexsim.clock import real_seconds
from flexsim.errors import ConfigurationError, TargetError
from flexsim.ids import contact_id
from flexsim.load.arrivals import Arrivals
from flexsim.load.behaviour import rates as checked_rates
from flexsim.load.http import field, route

MOST_AT_ONCE: Final = 10_000
_EVERY: Final = 0.1  # seconds between looks at what has arrived
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call for a virtual queue; ``call_id`` is the contact's id in every view."""

    call_id: str
    queue: str


Deliver = Callable[[Sequence[Call]], Awaitable[None]]


class CallTraffic:
    """Makes calls and delivers them; ``deliver`` raises TargetError where that fails, and then they are counted lost."""

    def __init__(self, seed: int, deliver: Deliver) -> None:
        self._seed = seed
        self._deliver = deliver
        self._arrivals = Arrivals(seed)
        self._made = 0
        self._offered: Counter[str] = Counter()
        self._delivered: Counter[str] = Counter()
        self._problem = ""

    def set_rates(self, rates: Mapping[str, float]) -> None:
        """From now on so many calls a minute for each virtual queue."""
        self._arrivals.set_rates(real_seconds(), rates)

    async def inject(self, queues: Sequence[str]) -> list[Call]:
        """One call for each of these virtual queues, now; raises TargetError where they cannot be delivered."""
        calls = [
            Call(call_id=contact_id(self._seed, self._made + each), queue=queue) for each, queue in enumerate(queues)
        ]
        self._made += len(calls)
        await self.forward(calls)
        return calls

    async def forward(self, calls: Sequence[Call]) -> None:
        """Deliver calls that have their ids."""
        counts = Counter(each.queue for each in calls)
        self._offered += counts
        try:
            await self._deliver(calls)
        except TargetError as error:
            self._problem = str(error)
            raise
        self._delivered += counts

    @contextlib.asynccontextmanager
    async def flowing(self) -> AsyncIterator[None]:
        """Let calls arrive while inside."""
        arriving = asyncio.create_task(self._arrive())
        try:
            yield
        finally:
            arriving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await arriving

    async def _arrive(self) -> None:
        while True:
            await asyncio.sleep(_EVERY)
            queues = list(self._arrivals.due(real_seconds()))
            if queues:
                with contextlib.suppress(TargetError):  # counted, and told by stats
                    await self.inject(queues)

    def config(self) -> dict[str, Any]:
        """The rates, calls a minute."""
        return {"callRates": self._arrivals.rates}

    def stats(self) -> dict[str, Any]:
        """Calls offered, and of these delivered, by virtual queue."""
        return {
            "offered": dict(sorted(self._offered.items())),
            "delivered": dict(sorted(self._delivered.items())),
            "undelivered": self._offered.total() - self._delivered.total(),
            "lastProblem": self._problem,
        }


def call_routes(
    traffic: CallTraffic, set_rates: Callable[[dict[str, float]], Awaitable[None]] | None = None
) -> list[Route]:
    """``POST /calls/inject``, ``GET|PUT /calls/config`` and ``GET /calls/stats``; ``set_rates`` hears of merged rates."""

    async def inject(body: Any) -> Any:
        given = field(body, "calls")
        if given is not None:
            calls = [_call(each) for each in _list(given)]
            await traffic.forward(calls)
        else:
            queue, count = _name(field(body, "vq"), "vq"), field(body, "count")
            calls = await traffic.inject([queue] * _count(1 if count is None else count))
        return {"injected": len(calls), "callIds": [each.call_id for each in calls]}

    async def config(_body: Any) -> Any:
        return traffic.config()

    async def configure(body: Any) -> Any:
        merged = {**traffic.config()["callRates"], **checked_rates(field(body, "callRates"))}
        if set_rates is not None:
            await set_rates(merged)
        traffic.set_rates(merged)
        return traffic.config()

    async def stats(_body: Any) -> Any:
        return traffic.stats()

    return [
        route("/calls/inject", inject, "POST"),
        route("/calls/config", config),
        route("/calls/config", configure, "PUT"),
        route("/calls/stats", stats),
    ]


def _call(given: Any) -> Call:
    if not isinstance(given, dict):
        raise ConfigurationError("each of calls is an object with callId and vq")
    return Call(call_id=_name(given.get("callId"), "callId"), queue=_name(given.get("vq"), "vq"))


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_AT_ONCE:
        raise ConfigurationError(f"calls is a list of 1 to {MOST_AT_ONCE}")
    return given


def _name(given: Any, what: str) -> str:
    if not isinstance(given, str) or not 1 <= len(given) <= _LONGEST_NAME:
        raise ConfigurationError(f"{what} is a text of 1 to {_LONGEST_NAME} characters")
    return given


def _count(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= MOST_AT_ONCE:
        raise ConfigurationError(f"count is a whole number from 1 to {MOST_AT_ONCE}, not {str(given)[:100]}")
    return given
