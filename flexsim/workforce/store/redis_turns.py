"""Turns in a Redis, for all processes that serve one database. A Redis that does not answer costs speed, and nothing else."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from flexsim.clock import Clock
from flexsim.errors import ConfigurationError
from flexsim.workforce.records import Turn

if TYPE_CHECKING:
    from redis import Redis

_TURN: Final = TypeAdapter(Turn)
_KEPT: Final = 3_600  # seconds
_PATIENCE: Final = 0.5  # seconds until a Redis counts as not answering
_REST: Final = 5.0  # seconds that it is then left alone
log = logging.getLogger(__name__)


def connect(url: str) -> "Redis":
    """A client for ``redis://HOST:PORT/NUMBER``; connects to nothing yet. Raises ConfigurationError."""
    try:
        from redis import Redis  # noqa: PLC0415 -- an extra
    except ModuleNotFoundError as error:
        raise ConfigurationError("REDIS_URL needs the extra redis: pip install 'flexsim[redis]'") from error
    try:
        return Redis.from_url(url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE)
    except ValueError as error:
        raise ConfigurationError("REDIS_URL is not redis://HOST:PORT/NUMBER") from error


class RedisTurns:
    """``SharedTurns`` in a Redis, under keys that begin with ``prefix``."""

    def __init__(self, client: "Redis", clock: Clock, prefix: str = "flexsim") -> None:
        self._client = client
        self._clock = clock
        self._prefix = prefix
        self._rests_until = 0.0

    def some(self, session_id: str, numbers: Sequence[int]) -> Mapping[int, Turn]:
        """Those of these turns that are there; none where Redis does not answer."""
        found: list[bytes | None] = (
            self._ask(lambda: self._client.mget([self._key(session_id, each) for each in numbers])) or []
        )
        turns = (_read(each) for each in found if each is not None)
        return {each.number: each for each in turns if each is not None}

    def put(self, session_id: str, turns: Iterable[Turn]) -> None:
        """Keep these for an hour."""
        documents = {self._key(session_id, each.number): _TURN.dump_json(each) for each in turns}
        if documents:
            self._ask(lambda: self._put(documents))

    def _put(self, documents: Mapping[str, bytes]) -> None:
        with self._client.pipeline(transaction=False) as pipeline:
            for key, document in documents.items():
                pipeline.set(key, document, ex=_KEPT)
            pipeline.execute()

    def _key(self, session_id: str, number: int) -> str:
        return f"{self._prefix}:turn:{session_id}:{number}"

    def _ask(self, question: Callable[[], Any]) -> Any:
        from redis import RedisError  # noqa: PLC0415 -- an extra, which whoever made the client has

        if self._clock.now() < self._rests_until:
            return None
        try:
            return question()
        except RedisError as error:
            self._rests_until = self._clock.now() + _REST
            log.warning("Redis is left alone for %g seconds: %s", _REST, error)
            return None


def _read(document: bytes) -> Turn | None:
    """The turn; None for what another version has written and this one cannot read."""
    try:
        return _TURN.validate_json(document)
    except ValidationError:
        return None
