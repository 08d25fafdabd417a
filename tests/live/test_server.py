import threading
import urllib.request

import pytest

from flexsim.errors import ConfigurationError
from flexsim.live.server import CallbackServer


def greeting(_environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"good day"]


def read(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as response:
        return response.read()


def test_it_answers_on_a_free_port_until_it_is_stopped():
    with CallbackServer(greeting, host="127.0.0.1", port=0) as server:
        assert server.port > 0
        assert read(server.port) == b"good day"
    with pytest.raises(OSError, match="refused"):
        read(server.port)


def test_it_leaves_no_thread_behind():
    before = threading.active_count()
    with CallbackServer(greeting, host="127.0.0.1", port=0) as server:
        read(server.port)
    assert threading.active_count() == before


def test_a_name_with_several_addresses_is_one_server():
    with (
        CallbackServer(greeting, host="localhost", port=0) as server,
        urllib.request.urlopen(f"http://localhost:{server.port}/") as response,
    ):
        assert response.status == 200


def test_a_port_that_is_taken_is_an_error_that_says_what_to_do():
    with (
        CallbackServer(greeting, host="127.0.0.1", port=0) as server,
        pytest.raises(ConfigurationError, match=rf"port {server.port} of 127.0.0.1 is in use"),
    ):
        CallbackServer(greeting, host="127.0.0.1", port=server.port).start()


def test_stopping_what_never_started_is_harmless():
    CallbackServer(greeting, host="127.0.0.1", port=0).stop()


def test_what_is_being_answered_when_it_stops_is_answered():
    begun, proceed = threading.Event(), threading.Event()

    def slow(environ, start_response):
        begun.set()
        proceed.wait(5)
        return greeting(environ, start_response)

    answers = []
    server = CallbackServer(slow, host="127.0.0.1", port=0)
    server.start()
    asking = threading.Thread(target=lambda: answers.append(read(server.port)))
    asking.start()
    begun.wait(5)
    threading.Timer(0.2, proceed.set).start()
    server.stop()
    asking.join(5)
    assert answers == [b"good day"]
