"""The command ``flexsim workforce health``."""

import http.server
import json
import threading
from contextlib import contextmanager

import pytest

from tests.cli.workforce.conftest import run

READY = {"ready": True, "checks": {"database": "ok"}}
MISSING = {"ready": False, "checks": {"database": "the database is at version 1"}}


@contextmanager
def answering(status, ready):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = b'{"status": "ok", "version": "1"}' if self.path == "/health" else ready
            self.send_response(200 if self.path == "/health" else status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("status", "ready", "code"), [(200, READY, 0), (503, MISSING, 1)])
def test_its_exit_code_says_whether_the_service_is_ready_and_its_table_what_is_missing(status, ready, code):
    with answering(status, json.dumps(ready).encode()) as url:
        found = run("health", url)
        told = json.loads(run("health", url, "--json").stdout)
    assert found.exit_code == code
    assert ready["checks"]["database"] in found.stdout
    assert told == {"url": url, "version": "1", **ready}


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"ready": 1, "checks": {}}'])
def test_what_is_no_workforce_service_is_said_to_be_none(body):
    with answering(200, body) as url:
        found = run("health", url)
    assert (found.exit_code, "is no workforce service" in found.stderr) == (3, True)


def test_nobody_is_said_to_be_nobody():
    found = run("health", "http://127.0.0.1:1")
    assert (found.exit_code, "nobody answers at http://127.0.0.1:1/health" in found.stderr) == (3, True)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "127.0.0.1:8000", "http://x:99999"])
def test_what_is_no_address_is_refused(url):
    found = run("health", url)
    assert (found.exit_code, f"not an http or https address: {url}" in found.stderr) == (2, True)
