"""The socket keeps little."""

import socket

from flexsim.emulator.serving import listen


def test_a_socket_listens_and_keeps_little_for_who_does_not_read():
    with listen("127.0.0.1", 0) as bound:
        assert bound.getsockname()[1] > 0
        assert bound.proto == socket.IPPROTO_TCP  # else asyncio leaves Nagle's algorithm on
        assert bound.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == 128 * 1024
