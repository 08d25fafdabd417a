"""Looks at a workspace again and again: a local TaskRouter's figures as it counts them, or Twilio's statistics.

Whoever cannot be reached is tried again, after a pause that doubles from try to try; who refuses is not.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias

import aiohttp

from flexsim.deployment.client import Credentials, connect
from flexsim.deployment.figures import summarized
from flexsim.deployment.transport import Policy
from flexsim.errors import TargetRefused, TargetUnreachable

FIRST_PAUSE: Final = 0.5  # real seconds
LONGEST_PAUSE: Final = 10.0
_SUMMARY: Final = "/_flexsim/dashboard/summary"
_ANSWER_WITHIN: Final = 10.0

Document: TypeAlias = dict[str, Any]
Show: TypeAlias = Callable[[Document], None]


class Source(Protocol):
    """Where figures come from; ``address`` is for people."""

    @property
    def address(self) -> str: ...
    def opened(self) -> AbstractAsyncContextManager["Look"]: ...


class Look(Protocol):
    """One look: raises ``TargetUnreachable`` or ``TargetRefused``."""

    async def __call__(self) -> Document: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSource:
    """A local TaskRouter's workspace, its first one unless ``workspace_sid`` names another."""

    address: str
    workspace_sid: str | None = None
    control_token: str | None = field(default=None, repr=False)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Look]:
        """For as many looks as are wanted."""
        query = {} if self.workspace_sid is None else {"workspace": self.workspace_sid}
        headers = {} if self.control_token is None else {"Authorization": f"Bearer {self.control_token}"}
        timeout = aiohttp.ClientTimeout(total=_ANSWER_WITHIN)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:

            async def look() -> Document:
                try:
                    async with session.get(self.address.rstrip("/") + _SUMMARY, params=query) as answer:
                        document = await answer.json(content_type=None)
                        status = answer.status
                except ValueError as error:
                    raise TargetRefused(
                        f"{self.address} is no local TaskRouter of flexsim", status=200, code=None
                    ) from error
                except (aiohttp.ClientError, OSError) as error:
                    why = str(error) or type(error).__name__
                    raise TargetUnreachable(
                        f"cannot reach {self.address} ({why}); is flexsim taskrouter running there?"
                    ) from error
                return self._checked(status, document)

            yield look

    def _checked(self, status: int, document: Any) -> Document:
        if status >= 500:
            raise TargetUnreachable(f"{self.address} answered {status}")
        if status == 404 and self.workspace_sid is not None:
            raise TargetRefused(f"{self.address} has no workspace {self.workspace_sid}", status=status, code=None)
        if status >= 400 or not isinstance(document, dict) or "total" not in document:
            said = document.get("message") if isinstance(document, dict) else None
            raise TargetRefused(f"{self.address}: {said or 'no local TaskRouter of flexsim'}", status=status, code=None)
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioSource:
    """A Twilio workspace, over its statistics of the latest so many minutes."""

    credentials: Credentials
    minutes: int
    threshold: int

    @property
    def address(self) -> str:
        return self.credentials.address

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Look]:
        """For as many looks as are wanted."""
        async with connect(self.credentials, Policy(tries=1)) as router:
            name = await router.greet()

            async def look() -> Document:
                found = await router.statistics(minutes=self.minutes, threshold=self.threshold)
                return {"name": name, **summarized(found, minutes=self.minutes, threshold=self.threshold)}

            yield look


async def look_once(source: Source) -> Document:
    """The figures now."""
    async with source.opened() as look:
        return await look()


async def watch(source: Source, interval: float, show: Show, lost: Callable[[str, float], None]) -> None:
    """Show the figures every so many real seconds, without end; ``lost`` is told why there are none, and the pause.

    Raises ``TargetRefused``, and ``TargetUnreachable`` only when the very first look finds nobody.
    """
    pause, seen = FIRST_PAUSE, False
    while True:
        try:
            async with source.opened() as look:
                while True:
                    show(await look())
                    pause, seen = FIRST_PAUSE, True
                    await asyncio.sleep(interval)
        except TargetUnreachable as error:
            if not seen:
                raise
            lost(str(error), pause)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
