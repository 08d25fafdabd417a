"""The command ``flexsim workforce serve``: a real program, the real company, and kill -9 in the middle of turns."""

import concurrent.futures
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from flexsim.clock import WallClock
from flexsim.randomness import fresh_secret
from flexsim.workforce.store.store import Store
from tests.cli.workforce.conftest import run, served
from tests.workforce.conftest import REDIS_URL, empty_database, redis_client

SCENARIO = {"scenario": "The release slips by three weeks, and support is swamped", "seed": 7}


def ask(url, path, body=None, **headers):
    """Status, document and headers of an answer."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url + path, data, {"content-type": "application/json"} | headers)
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, json.loads(answer.read()), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read()), error.headers


def test_a_session_is_played_over_http_and_found_by_the_other_commands(folder):
    """And a Redis that does not answer is named, and not missed."""
    with served("--redis", "redis://127.0.0.1:1/0") as (running, url):
        status, ready, _ = ask(url, "/ready")
        assert (status, ready["ready"], ready["checks"]["database"]) == (200, True, "ok")
        assert "Redis does not answer" in ready["checks"]["redis"]
        session_id = ask(url, "/simulate/start", SCENARIO)[1]["id"]
        turns = [ask(url, "/simulate/next", {"session_id": session_id})[1] for _ in range(2)]
        what_if = {"session_id": session_id, "changes": ["headcount.support=+5"], "pairs": 2, "turns": 2}
        status, answer, _ = ask(url, "/simulate/what-if", what_if)
        assert (status, answer["answer"]["identical"]) == (200, False)
        health = run("health", url)
        with urllib.request.urlopen(f"{url}/simulate/{session_id}/events", timeout=30) as stream:
            running.send_signal(signal.SIGTERM)
            assert running.wait(20) == 0, "a stream does not keep it from stopping"
            stream.read()
    assert [each["number"] for each in turns] == [1, 2]
    assert health.exit_code == 0
    found = json.loads(run("memory", session_id, "--json").stdout)
    assert found["memories"]


def test_settings_ask_for_a_key_limit_requests_in_redis_and_let_pages_in(folder):
    secret = fresh_secret()  # requests are counted under it, and forgotten with the window
    settings = {"WORKFORCE_API_KEY": secret, "RATE_LIMIT_REQUESTS": "3", "CORS_ORIGINS": "https://board.example"}
    with redis_client(), served(**os.environ, **settings, REDIS_URL=REDIS_URL) as (running, url):
        assert ask(url, "/ready")[1]["checks"] == {"database": "ok", "redis": "ok"}
        refused = ask(url, "/simulate")[0]
        key = {"X-API-Key": secret}
        status, _, headers = ask(url, "/simulate", None, Origin="https://board.example", **key)
        limited = [ask(url, "/simulate", None, **key)[0] for _ in range(3)]
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 130
        said = running.stderr.read()
    assert (refused, status, limited) == (401, 200, [200, 200, 429])
    assert headers["x-ratelimit-limit"] == "3"
    assert headers["access-control-allow-origin"] == "https://board.example"
    assert secret not in said


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_with_turns_under_way_nothing_is_half_written_and_the_next_service_goes_on(kind, folder):
    """kill -9 while four sessions take turns as fast as they can; whatever is there is whole, and the same as if nothing had been."""
    with empty_database(kind, folder) as database:
        assert run("migrate", "--database", database).exit_code == 0
        arguments = ("--database", database, "--rate-limit", 0)
        with served(*arguments) as (running, url):
            sessions = [ask(url, "/simulate/start", SCENARIO)[1]["id"] for _ in range(4)]
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                told = [pool.submit(turns_until_gone, url, each) for each in sessions]
                ask(url, "/simulate/next", {"session_id": ask(url, "/simulate/start", SCENARIO)[1]["id"]})
                running.kill()
                answered = [each.result() for each in told]
        with served(*arguments) as (_, url):
            following = [ask(url, "/simulate/next", {"session_id": each}) for each in sessions]
        store = Store.open(database, WallClock())
        kept = [store.turns(each, limit=1000) for each in sessions]
        store.close()
    longest = max(kept, key=len)
    assert sum(answered) > 0
    for turns, (status, turn, _), known in zip(kept, following, answered, strict=True):
        assert (status, turn["number"]) == (200, len(turns))
        assert len(turns) - 1 in {known, known + 1}, "every turn that was answered is kept, and at most one more"
        assert turns == longest[: len(turns)], "all have the same seed, hence the same turns, whole"


def turns_until_gone(url, session_id):
    """How many turns were answered before nobody did."""
    for number in range(500):
        try:
            assert ask(url, "/simulate/next", {"session_id": session_id})[0] == 200
        except (OSError, http.client.HTTPException):  # an answer cut short is one, too
            return number
    raise AssertionError("nobody has killed it")


def test_a_port_that_is_taken_is_named(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = run("serve", "--port", taken.getsockname()[1])
    assert (found.exit_code, "is in use; 0 takes any free one" in found.stderr) == (2, True)


def test_a_database_that_is_not_up_to_date_is_not_served(folder):
    with empty_database("postgresql", folder) as database:
        found = run("serve", "--port", 0, "--database", database)
    assert (found.exit_code, "run: flexsim workforce migrate" in found.stderr) == (2, True)


def test_it_does_not_import_the_web_before_it_is_asked_to():
    program = "import flexsim.cli.workforce.serve, sys; print([n for n in ('fastapi', 'sqlalchemy', 'openai') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
