"""Where sessions are opened: at an engine in this process, at one that runs elsewhere, or at OpenAI's."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from flexsim.clock import Clock
from flexsim.errors import ConfigurationError
from flexsim.loops import collecting_seldom
from flexsim.voice.conversation.connection import Door
from flexsim.voice.conversation.records import Side
from flexsim.voice.dialogue.minds import make_mind
from flexsim.voice.realtime.local import local_setup
from flexsim.voice.realtime.server import PATH, Engine, serving
from flexsim.voice.realtime.session import MODEL

OPENAI: Final = "wss://api.openai.com/v1"


def door(url: str, *, key: str | None = None, model: str = MODEL) -> Door:
    """The sessions at this address, given with or without the protocol's path; raises ConfigurationError where it is none."""
    try:
        parts = urlsplit(url if "://" in url else f"ws://{url}")
    except ValueError as error:
        raise ConfigurationError(f"not an address: {url} ({error})") from error
    path = parts.path.rstrip("/")
    if not path.endswith("/realtime"):
        path = f"{path or PATH.removesuffix('/realtime')}/realtime"
    query = parts.query or urlencode({"model": model})
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return Door(url=urlunsplit((parts.scheme, parts.netloc, path, query, "")), headers=headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Which server the sessions are opened at: OpenAI's where ``openai``, else the engine at ``url``, else one of our own."""

    openai: bool = False
    url: str | None = None
    key: str | None = field(default=None, repr=False)
    model: str = MODEL
    exact: bool = True


@contextlib.asynccontextmanager
async def opened(way: Way, clock: Clock, seed: int) -> AsyncIterator[Mapping[Side, Door]]:
    """The doors of both sides, for as long as they are needed."""
    with collecting_seldom():
        if way.openai or way.url is not None:
            yield both(door(way.url or OPENAI, key=way.key, model=way.model))
        else:
            async with engine(clock, seed, exact=way.exact) as found:
                yield both(found)


def both(found: Door) -> Mapping[Side, Door]:
    """The same door for both sides."""
    return dict.fromkeys(Side, found)


@contextlib.asynccontextmanager
async def engine(clock: Clock, seed: int, *, exact: bool = True) -> AsyncIterator[Door]:
    """An engine of our own for as long as it is needed, on this clock; for this machine alone."""
    found = Engine(local_setup(make_mind, exact=exact), clock, seed=seed)
    async with serving(found, "127.0.0.1", 0) as port:
        yield door(f"ws://127.0.0.1:{port}")
