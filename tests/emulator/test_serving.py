"""The socket keeps little, and the first signal is told."""

import asyncio
import signal
import socket

from flexsim.emulator.serving import listen, signals_to


def test_a_socket_listens_and_keeps_little_for_who_does_not_read():
    with listen("127.0.0.1", 0) as bound:
        assert bound.getsockname()[1] > 0
        assert bound.proto == socket.IPPROTO_TCP  # else asyncio leaves Nagle's algorithm on
        assert bound.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == 128 * 1024


def test_the_first_signal_is_told_and_a_second_would_act_as_ever():
    async def scenario():
        received = asyncio.get_running_loop().create_future()
        with signals_to(received):
            signal.raise_signal(signal.SIGTERM)
            assert await received is signal.SIGTERM
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

    asyncio.run(scenario())
