"""The command asks what was meant, and says what is wrong with it."""

import http.server
import json
import threading

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app

runner = CliRunner()


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def answer(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        text = json.dumps([self.command, self.path, json.loads(body) if body else None]).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = answer  # noqa: N815 -- the base class's names

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


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        (["status"], ["GET", "/status", None]),
        (["stats"], ["GET", "/stats", None]),
        (["start"], ["POST", "/start", None]),
        (["start", "5"], ["POST", "/start", {"activeAgents": 5}]),
        (["scale", "7"], ["POST", "/scale", {"targetAgents": 7}]),
        (["stop"], ["POST", "/stop", None]),
        (["pause"], ["POST", "/pause", None]),
        (["resume"], ["POST", "/resume", None]),
        (["config"], ["GET", "/config", None]),
        (["config", "mode=call-driven", "callRates.sales=3", "callRates.support=4"],
         ["PUT", "/config", {"mode": "call-driven", "callRates": {"sales": 3, "support": 4}}]),
    ],
)  # fmt: skip
def test_words_become_a_request(url, words, asked):
    result = runner.invoke(app, ["load", "ctl", *words, "--url", url])
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == asked


@pytest.mark.parametrize(
    "words",
    [
        ["scale"],
        ["scale", "many"],
        ["start", "1", "2"],
        ["stop", "1"],
        ["config", "mode"],
        ["config", "a=1", "a.b=2"],
        ["dance"],
    ],
)
def test_words_that_mean_nothing_exit_2(url, words):
    assert runner.invoke(app, ["load", "ctl", *words, "--url", url]).exit_code == 2


def test_nobody_there_is_exit_3():
    result = runner.invoke(app, ["load", "ctl", "status"], env={"AGENTSIM_CONTROL_PORT": "9"})
    assert result.exit_code == 3
    assert "no swarm answers at http://127.0.0.1:9" in result.stderr
