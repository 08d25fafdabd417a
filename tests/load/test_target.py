"""Addresses, headers and handshakes: right ones become requests, wrong ones are named without a secret."""

import pytest
from websockets.http11 import Request
from websockets.server import ServerProtocol

from flexsim.errors import ConfigurationError
from flexsim.load.target import Handshake, Masks, Target


@pytest.mark.parametrize(
    ("url", "websocket", "http", "port"),
    [
        ("http://localhost:8080", "ws://localhost:8080/ws/agent", "http://localhost:8080", 8080),
        ("https://example.com/", "wss://example.com/ws/agent", "https://example.com", 443),
        ("ws://example.com/other?x=1", "ws://example.com/other?x=1", "http://example.com", 80),
    ],
)
def test_http_means_ws_and_the_path_is_the_agents_unless_it_says_another(url, websocket, http, port):
    target = Target(url=url)
    assert (target.websocket, target.http, target.port) == (websocket, http, port)
    assert (target.tls() is None) is not url.startswith("https")


@pytest.mark.parametrize(
    "url", ["", "localhost:8080", "ftp://x", "http://", "http://x:0", "http://x:99999", "http://[::1"]
)
def test_what_is_no_address_is_named(url):
    with pytest.raises(ConfigurationError, match="address of a backend"):
        Target(url=url)


@pytest.mark.parametrize("headers", [{"A\r\nB": "c"}, {"A": "b\r\nC: d"}, {"": "x"}, {"Ä": "x"}])
def test_headers_that_would_be_several_are_refused(headers):
    with pytest.raises(ConfigurationError, match="not a header"):
        Target(url="http://x", headers=headers)


def test_a_token_is_not_shown():
    assert "secret" not in repr(Target(url="http://x", headers={"Authorization": "secret"}))


def test_certificates_that_are_not_there_are_named(tmp_path):
    with pytest.raises(ConfigurationError, match="cannot read certificates"):
        Target(url="https://x", ca=tmp_path / "none.pem").tls()


def test_a_handshake_is_one_that_a_server_accepts():
    handshake = Handshake(Target(url="http://127.0.0.1:1", headers={"X-Who": "me"}))
    server = ServerProtocol()
    server.receive_data(handshake.request)
    [request] = server.events_received()
    assert isinstance(request, Request)
    assert (request.path, request.headers["X-Who"]) == ("/ws/agent", "me")
    server.send_response(server.accept(request))
    assert handshake.answered(b"".join(server.data_to_send())) is None


def test_masks_do_not_repeat():
    masks = Masks()
    found = [masks.next() for _ in range(3000)]
    assert all(len(each) == 4 for each in found)
    assert len(set(found)) > 2990
