"""Which pages may use a server: its own. A page of another site, open in a browser here, has no say.

A server that listens on this machine alone trusts whoever can reach it, and every page in a browser of this machine can. Hence
two rules. ``Host`` must name this machine where the server is bound to it: a name of somebody else's that resolves to
127.0.0.1 ("DNS rebinding") makes a foreign page look like the server's own. And ``Origin``, which browsers send with all that
changes something and with every WebSocket, must be the server itself.
"""

import ipaddress
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_SHOWN: Final = 80  # characters of what somebody else chose


def is_loopback(host: str) -> bool:
    """Whether a host's name or address means this machine to whoever uses it (RFC 6761 §6.3 for names)."""
    name = host.strip("[]").lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost") or is_loopback_address(name)


def is_loopback_address(text: str) -> bool:
    """Whether it is an address of this machine's to itself; a name is none, whatever it resolves to."""
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback


def refusal(host: str | None, origin: str | None, *, bound: str, changes: bool) -> str | None:
    """Why a request with these headers is not answered, in words; None where it is.

    ``bound`` is the address that the server listens on; ``changes`` whether the request does more than look.
    """
    if host is not None and is_loopback(bound) and not is_loopback(_name(host)):
        return f"this server answers to a name of this machine only, such as localhost, not {host[:_SHOWN]}"
    if origin is not None and changes and _place(origin) != (host or "").lower():
        return f"pages from {origin[:_SHOWN]} have no say here"
    return None


def guarded(application: Application, bound: str, *, allowed: Iterable[str] = ()) -> Application:
    """The ASGI application, which hears of no request that is refused: those get 403; origins in ``allowed`` are let in."""
    welcome = frozenset(allowed)

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await application(scope, receive, send)
            return
        headers: Mapping[bytes, bytes] = dict(scope["headers"])
        origin = _text(headers.get(b"origin"))
        problem = refusal(
            _text(headers.get(b"host")),
            None if origin in welcome else origin,
            bound=bound,
            changes=scope.get("method") not in _READING,  # a WebSocket has no method, and does all
        )
        if problem is None:
            await application(scope, receive, send)
        else:
            await _refuse(scope, send, problem)

    return guard


async def _refuse(scope: Scope, send: Send, problem: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": problem})
        return
    body = json.dumps({"error": problem}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _name(host: str) -> str:
    """Without the port: ``[::1]:80``, ``localhost:80``, ``::1``."""
    if host.startswith("["):
        return host.partition("]")[0]
    return host.partition(":")[0] if host.count(":") == 1 else host


def _place(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:  # brackets that do not close
        return ""


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")
