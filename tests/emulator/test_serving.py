"""The socket is had before anything else begins, and what is the process's stays as it was."""

import asyncio
import gc
import signal
import socket

import pytest

from flexsim.emulator.serving import collecting_seldom, config, listen, loop_factory, signals_to
from flexsim.errors import ConfigurationError


def test_a_socket_listens_and_keeps_little_for_who_does_not_read():
    with listen("127.0.0.1", 0) as bound:
        assert bound.getsockname()[1] > 0
        assert bound.proto == socket.IPPROTO_TCP  # else asyncio leaves Nagle's algorithm on
        assert bound.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == 128 * 1024


def test_a_taken_port_and_a_host_that_is_none_are_named():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"port {port} of 127.0.0.1 is in use"):
            listen("127.0.0.1", port)
    with pytest.raises(ConfigurationError, match="no such host to listen on"):
        listen("no such host", 0)


def test_uvicorn_believes_no_proxy_and_names_no_server():
    found = config(lambda *_: None)
    assert (found.proxy_headers, found.server_header, found.access_log) == (False, False, False)


def test_the_collector_is_as_before_afterwards():
    before = gc.get_threshold()
    with collecting_seldom():
        assert gc.get_threshold() != before
    assert gc.get_threshold() == before


def test_the_first_signal_is_told_and_a_second_would_act_as_ever():
    async def scenario():
        received = asyncio.get_running_loop().create_future()
        with signals_to(received):
            signal.raise_signal(signal.SIGTERM)
            assert await received is signal.SIGTERM
            assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

    asyncio.run(scenario())


def test_uvloop_is_used_where_it_is_installed():
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        assert runner.run(asyncio.sleep(0, "ran")) == "ran"
