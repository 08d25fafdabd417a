"""Pages of other sites get nowhere, under whatever name; programs and the server's own pages do."""

import asyncio
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flexsim.origins import guarded, is_loopback, refusal


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "LOCALHOST",
        "a.localhost",
        "localhost.",
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "[::1]",
        "::ffff:127.0.0.1",
    ],
)
def test_this_machine_has_many_names(name):
    assert is_loopback(name)


@pytest.mark.parametrize(
    "name", ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0", "10.0.0.1", "::"]
)
def test_and_these_are_none_of_them(name):
    assert not is_loopback(name)


@pytest.mark.parametrize(
    ("host", "origin", "bound", "changes", "let_in"),
    [
        ("localhost:80", None, "127.0.0.1", True, True),  # a program
        (None, None, "127.0.0.1", True, True),  # an old one
        ("127.0.0.1:80", "http://127.0.0.1:80", "127.0.0.1", True, True),  # the server's own page
        ("[::1]:80", "http://[::1]:80", "::1", True, True),
        ("localhost:80", "http://evil.example", "127.0.0.1", True, False),  # a page of another site
        ("localhost:80", "http://localhost:3000", "127.0.0.1", True, False),  # of another server of this machine
        ("localhost:80", "null", "127.0.0.1", True, False),  # of a file, or a frame without rights
        ("localhost:80", "http://evil.example", "127.0.0.1", False, True),  # it may ask, the browser shows it nothing
        ("evil.example:80", "http://evil.example:80", "127.0.0.1", True, False),  # DNS rebinding
        ("evil.example:80", None, "127.0.0.1", False, False),  # which may not read either
        ("centre.example", "https://centre.example", "0.0.0.0", True, True),  # open to others on purpose
        ("centre.example", "https://evil.example", "0.0.0.0", True, False),
    ],
)
def test_who_may_ask(host, origin, bound, changes, let_in):
    assert (refusal(host, origin, bound=bound, changes=changes) is None) is let_in


@given(st.text(), st.text(), st.booleans())
@example("localhost", "http://[", True)
@example("localhost]", "http://localhost]", True)
def test_no_header_makes_it_fall_over(host, origin, changes):
    assert refusal(host, origin, bound="127.0.0.1", changes=changes) is None or not is_loopback(host) or changes


def asked(scope_type, *, allowed=(), **headers):
    """What a guarded application that says "in" answers."""
    said = []

    async def application(scope, _receive, send):
        await send({"type": "in", "scope": scope["type"]})

    async def send(message):
        said.append(message)

    scope = {"type": scope_type, "headers": [(name.encode(), value.encode()) for name, value in headers.items()]}
    if scope_type == "http":
        scope["method"] = "POST"
    asyncio.run(guarded(application, "127.0.0.1", allowed=allowed)(scope, None, send))
    return said


def test_what_is_refused_is_told_in_json_and_a_websocket_is_closed():
    start, body = asked("http", host="localhost", origin='http://"evil"')
    assert start["status"] == 403
    assert "evil" in json.loads(body["body"])["error"]
    (closed,) = asked("websocket", host="localhost", origin="http://evil.example")
    assert (closed["type"], closed["code"]) == ("websocket.close", 1008)


def test_the_rest_is_let_in_and_so_are_origins_that_are_allowed():
    assert asked("http", host="localhost")[0]["type"] == "in"
    assert asked("lifespan")[0]["type"] == "in"
    assert (
        asked("http", allowed=["http://app.example"], host="localhost", origin="http://app.example")[0]["type"] == "in"
    )
