"""Work goes to the server's own thread, and what goes wrong there is raised where it was asked for."""

import asyncio
import gc
import threading

import pytest

from flexsim.emulator.threaded import ServerThread


class Server:
    """Remembers where it was entered and left."""

    def __init__(self, failure=None):
        self.failure = failure
        self.seen = []

    async def __aenter__(self):
        if self.failure is not None:
            raise self.failure
        self.seen.append(threading.current_thread().name)

    async def __aexit__(self, *_):
        self.seen.append(asyncio.get_running_loop().is_running())


def test_a_server_lives_on_its_thread_from_start_to_stop():
    server = Server()
    thread = ServerThread(server)
    thread.start()
    assert thread.do(lambda: threading.current_thread().name) == "local-taskrouter"
    assert thread.do(lambda: thread.do(lambda: 7)) == 7
    thread.stop()
    assert server.seen == ["local-taskrouter", True]


def test_the_garbage_collector_of_the_process_is_left_alone():
    before = gc.get_threshold()
    thread = ServerThread(Server())
    thread.start()
    assert thread.do(gc.get_threshold) == before
    thread.stop()


def test_what_work_raises_is_raised_here_and_the_server_goes_on():
    thread = ServerThread(Server())
    thread.start()
    with pytest.raises(ZeroDivisionError):
        thread.do(lambda: 1 / 0)
    assert thread.do(lambda: "alive") == "alive"
    thread.stop()


def test_what_starting_raises_is_raised_here():
    with pytest.raises(OSError, match="no room"):
        ServerThread(Server(OSError("no room"))).start()
