"""ASGI: bytes to requests and back, under any server."""

import asyncio

from flexsim.emulator.api import MAX_BODY
from flexsim.emulator.asgi import adapted, application
from flexsim.emulator.exchange import Response


def exchange(handle, *, messages=None, scope_type="http", **scope):
    """What the application sends for one request whose body comes in these parts."""
    parts = iter(messages or [{"type": "http.request", "body": b""}])
    sent = []

    async def receive():
        return next(parts)

    async def send(message):
        sent.append(message)

    full = {
        "type": scope_type, "method": "GET", "path": "/v1/Workspaces", "root_path": "", "scheme": "http",
        "query_string": b"", "headers": [(b"host", b"example.com:81")], "server": ("127.0.0.1", 80),
    } | scope  # fmt: skip
    asyncio.run(application(handle, handle, adapted(handle))(full, receive, send))
    return sent


def seen(**scope):
    requests = []

    def handle(request):
        requests.append(request)
        return Response(status=200, body=b"{}")

    exchange(handle, **scope)
    return requests[0]


def test_the_request_holds_what_the_client_sent():
    headers = [(b"host", b"example.com:81"), (b"authorization", b"Basic x"), (b"if-match", b'"3"')]
    request = seen(path="/v1/Workspaces/WS1/TaskChannels/a b", query_string=b"a=%20", headers=headers, scheme="https")
    assert (request.method, request.path, request.query) == ("GET", "/v1/Workspaces/WS1/TaskChannels/a b", "a=%20")
    assert (request.authorization, request.if_match) == ("Basic x", '"3"')
    assert request.base_url == "https://example.com:81"


def test_without_a_host_header_the_servers_own_address_is_used():
    assert seen(headers=[]).base_url == "http://127.0.0.1:80"


def test_a_body_in_parts_is_put_together_and_a_get_has_none():
    parts = [{"type": "http.request", "body": b"a=1", "more_body": True}, {"type": "http.request", "body": b"&b=2"}]
    assert seen(method="POST", messages=parts).body == b"a=1&b=2"
    assert seen(method="GET", messages=parts).body == b""


def test_no_more_is_read_than_shows_that_it_is_too_much():
    endless = [{"type": "http.request", "body": b"x" * (MAX_BODY // 2), "more_body": True}] * 5
    assert len(seen(method="POST", messages=endless).body) == MAX_BODY + 1


def test_a_client_that_has_gone_is_not_answered():
    assert exchange(None, method="POST", messages=[{"type": "http.disconnect"}]) == []


def test_the_answer_has_its_length_and_an_empty_one_has_none():
    start, body = exchange(lambda _: Response(status=201, body=b'{"a":1}'))
    assert start["status"] == 201
    assert (b"content-length", b"7") in start["headers"]
    assert body["body"] == b'{"a":1}'
    start, body = exchange(lambda _: Response(status=204, headers=()))
    assert (start["headers"], body["body"]) == ([], b"")


def test_head_is_get_without_the_body_but_with_its_length():
    assert seen(method="HEAD").method == "GET"
    start, body = exchange(lambda _: Response(status=200, body=b'{"a":1}'), method="HEAD")
    assert (b"content-length", b"7") in start["headers"]
    assert body["body"] == b""


def test_a_web_socket_is_turned_away():
    (message,) = exchange(None, scope_type="websocket", messages=[{"type": "websocket.connect"}])
    assert message["type"] == "websocket.close"


def test_all_headers_and_the_peers_address_are_there_for_who_asks():
    request = seen(headers=[(b"x-odd", b"1")], client=("10.0.0.7", 4))
    assert (request.header(b"x-odd"), request.header(b"x-even"), request.peer) == ("1", None, "10.0.0.7")
    assert seen(client=None).peer == ""
