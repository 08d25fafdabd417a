"""Who may come in: API keys, and ephemeral ones that let a browser in for a while, to a session that is set already."""

import hmac
from collections.abc import Iterable, Sequence
from typing import Final

from flexsim.randomness import fresh_secret
from flexsim.voice.realtime.configuration import Configuration

_IN_SUBPROTOCOL: Final = "openai-insecure-api-key."
_MOST: Final = 10_000


class Keys:
    """No keys at all: everybody may."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = tuple(keys)
        self._ephemeral: dict[str, tuple[float, Configuration]] = {}

    @property
    def wanted(self) -> bool:
        """Whether one needs a key at all."""
        return bool(self._keys)

    def issue(self, now: float, lifetime: float, configuration: Configuration) -> str:
        """A key that is good for so many seconds, to sessions that begin with these settings."""
        self._ephemeral = {key: found for key, found in self._ephemeral.items() if found[0] > now}
        while len(self._ephemeral) >= _MOST:
            del self._ephemeral[next(iter(self._ephemeral))]
        key = f"ek_{fresh_secret()}"
        self._ephemeral[key] = now + lifetime, configuration
        return key

    def admit(self, key: str | None, now: float) -> bool:
        """Whether a session may be begun with it."""
        return self.own(key) or self.configuration(key, now) is not None

    def configuration(self, key: str | None, now: float) -> Configuration | None:
        """The settings that sessions of an ephemeral key begin with."""
        until, found = self._ephemeral.get(key or "", (0.0, None))
        return found if until > now else None

    def own(self, key: str | None) -> bool:
        """Whether it is one of the keys that may issue others."""
        if not self._keys:
            return True
        if key is None:
            return False
        found = False
        for each in self._keys:  # all of them, in constant time each
            found |= hmac.compare_digest(key.encode(), each.encode())
        return found


def key_in(authorization: str | None, subprotocols: Sequence[str]) -> str | None:
    """The key of a request: a bearer's, or as browsers have to send it."""
    kind, _, key = (authorization or "").partition(" ")
    if kind.lower() == "bearer" and key.strip():
        return key.strip()
    found = (each.removeprefix(_IN_SUBPROTOCOL) for each in subprotocols if each.startswith(_IN_SUBPROTOCOL))
    return next(found, None)
