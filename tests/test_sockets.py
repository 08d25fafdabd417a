"""A socket listens before anything else begins, and where that is can be told."""

import socket

import pytest

from flexsim.errors import ConfigurationError
from flexsim.sockets import address, listening


def test_a_socket_listens_on_a_free_port():
    with listening("127.0.0.1", 0) as bound, socket.create_connection(bound.getsockname()):
        assert bound.getsockname()[1] > 0
        assert bound.proto == socket.IPPROTO_TCP  # else asyncio leaves Nagle's algorithm on


def test_a_taken_port_an_address_elsewhere_and_a_host_that_is_none_are_named():
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"^port {port} of 127.0.0.1 is in use; 0 takes any free one$"):
            listening("127.0.0.1", port)
    with pytest.raises(ConfigurationError, match=r"^cannot listen on port 0 of 203\.0\.113\.1: cannot assign"):
        listening("203.0.113.1", 0)
    with pytest.raises(ConfigurationError, match=r"^no such host to listen on: no such host$"):
        listening("no such host", 0)
    with pytest.raises(ConfigurationError, match=r"^not a port from 0 to 65535: 70000$"):
        listening("127.0.0.1", 70_000)


@pytest.mark.parametrize(
    ("host", "where"),
    [
        ("localhost", "localhost:80"),
        ("192.0.2.1", "192.0.2.1:80"),
        ("0.0.0.0", "127.0.0.1:80"),
        ("::", "[::1]:80"),
        ("2001:db8::1", "[2001:db8::1]:80"),
    ],
)
def test_an_address_is_one_that_answers(host, where):
    assert address(host, 80) == where
