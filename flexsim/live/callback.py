"""The HTTP side of agentsim: TaskRouter's assignment callback, health and metrics.

Runs in the HTTP server's threads and decides nothing: it reads what was posted, hands it to the desk, and says what the
desk answered. The parameters are those of "Handling Assignment Callbacks" (twilio.com/docs/taskrouter).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from flask import Flask, Request, Response, jsonify, request
from twilio.request_validator import RequestValidator
from werkzeug.exceptions import HTTPException

PATH: Final = "/reservation"
MAX_BODY: Final = 131_072  # bytes; 2 x 4096 characters of attributes at up to 4 bytes, percent-encoded, are 98,304


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One reservation, as the callback tells of it; ``age`` is the task's in seconds."""

    reservation: str
    task: str
    worker: str
    attributes: Mapping[str, Any]
    age: float


class Desk(Protocol):
    """What the callback asks; called from threads, several at a time."""

    def take(self, offer: Offer) -> bool:
        """Whether to accept right now; False stays silent, and the desk may still accept later."""

    def complain(self, what: str) -> None:
        """A request was turned away: ``garbage`` or ``signature``."""

    def health(self) -> Mapping[str, Any]:
        """What /health shows; ``status`` is ``ok`` once the agents are logged in."""

    def metrics(self) -> Mapping[str, float]:
        """Numbers by Prometheus name; those ending in ``_total`` are counters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """How to tell that a request is TaskRouter's: the address it was told to call, and the account's auth token."""

    address: str
    token: str = field(repr=False)

    def matches(self, received: Request) -> bool:
        """Whether the request carries the signature that only the holder of the token can make."""
        validator = RequestValidator(self.token)
        given = received.headers.get("X-Twilio-Signature", "")
        return bool(validator.validate(self.address, received.form, given))


class _Garbage(Exception):  # noqa: N818 -- it reads as what happened; never leaves this module
    pass


def create_app(desk: Desk, signature: Callable[[], Signature | None]) -> Flask:
    """The WSGI application; ``signature`` gives what to check with, or None not to check (it is asked each time)."""
    app = Flask("flexsim.live.callback", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY

    @app.post(PATH)
    def reservation() -> Response | tuple[Response, int]:
        expected = signature()
        if expected is not None and not expected.matches(request):
            desk.complain("signature")
            return _line("the signature is not the TaskRouter's for this address"), 403
        try:
            offer = read_offer(request.form)
        except _Garbage as error:
            desk.complain("garbage")
            return _line(str(error)), 400
        # An empty object is the documented way to leave the reservation pending.
        return jsonify({"instruction": "accept"} if desk.take(offer) else {})

    @app.get("/health")
    def health() -> tuple[Response, int]:
        shown = desk.health()
        return jsonify(shown), 200 if shown["status"] == "ok" else 503

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(exposition(desk.metrics()), content_type="text/plain; version=0.0.4; charset=utf-8")

    @app.errorhandler(HTTPException)
    def turned_away(error: HTTPException) -> tuple[Response, int]:
        return _line(f"{error.code} {error.name}".lower()), error.code or 500

    return app


def read_offer(form: Mapping[str, str]) -> Offer:
    """What was posted; raises when something is missing or is not what it should be."""
    return Offer(
        reservation=_sid(form, "ReservationSid", "WR"),
        task=_sid(form, "TaskSid", "WT"),
        worker=_sid(form, "WorkerSid", "WK"),
        attributes=_attributes(form),
        age=_age(form),
    )


def exposition(numbers: Mapping[str, float]) -> str:
    """Prometheus' text format, version 0.0.4."""
    lines: list[str] = []
    for name, value in numbers.items():
        lines += [f"# TYPE {name} {'counter' if name.endswith('_total') else 'gauge'}", f"{name} {value:g}"]
    return "\n".join(lines) + "\n"


def _sid(form: Mapping[str, str], name: str, prefix: str) -> str:
    sid = form.get(name, "")
    if not (sid.startswith(prefix) and len(sid) == 34 and sid.isalnum()):
        raise _Garbage(f"{name} is not a SID of the form {prefix} and 32 digits: {sid[:40]!r}")
    return sid


def _attributes(form: Mapping[str, str]) -> Mapping[str, Any]:
    try:
        attributes = json.loads(form.get("TaskAttributes", ""))
    except (ValueError, RecursionError) as error:
        raise _Garbage("TaskAttributes is not JSON") from error
    if not isinstance(attributes, dict):
        raise _Garbage("TaskAttributes is not a JSON object")
    return attributes


def _age(form: Mapping[str, str]) -> float:
    age = form.get("TaskAge", "0")
    if not (age.isdecimal() and len(age) < 12):
        raise _Garbage(f"TaskAge is not a number of seconds: {age[:40]!r}")
    return float(age)


def _line(text: str) -> Response:
    return Response(text + "\n", content_type="text/plain; charset=utf-8")
