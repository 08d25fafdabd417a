"""What the control answers becomes a document, or an error with the right exit code."""

import http.server
import threading

import pytest

from flexsim.errors import ConfigurationError, TargetRefused, TargetUnreachable
from flexsim.load.client import ask

ANSWERS = {
    "/ok": (200, b'{"a": 1}'),
    "/wrong": (422, b'{"error": "from 0 to 5"}'),
    "/clash": (409, b'{"error": "it runs"}'),
    "/page": (200, b"<html>"),
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, body = ANSWERS[self.path]
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="module")
def url():
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_document_is_given_back(url):
    assert ask(url, "GET", "/ok") == {"a": 1}


@pytest.mark.parametrize(
    ("path", "error", "said"),
    [
        ("/wrong", ConfigurationError, "from 0 to 5"),
        ("/clash", TargetRefused, "it runs"),
        ("/page", TargetUnreachable, "not a swarm"),
    ],
)
def test_a_refusal_says_what_the_control_said(url, path, error, said):
    with pytest.raises(error, match=said):
        ask(url, "GET", path)


def test_nobody_there_and_no_address_are_told():
    with pytest.raises(TargetUnreachable, match="no swarm answers"):
        ask("http://127.0.0.1:9", "GET", "/ok")
    with pytest.raises(ConfigurationError, match="not an http"):
        ask("localhost:8081", "GET", "/ok")
