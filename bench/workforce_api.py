"""How many requests a second the workforce's service answers on one core, and how long a memory takes to be recalled.

    python bench/workforce_api.py [--seconds 5] [--memories 100000] [--postgresql postgresql://postgres@127.0.0.1:5432/postgres]

The service is the program itself on an SQLite file, held to one core where the system can; it is asked from another process over
kept connections. GET reads a session in full; next takes a turn of the real company with rules, in 50 sessions by turns. Beside
GET stands the same framework answering a fixed document, without database or any layer of ours: what the rest costs is the
difference. Recall asks one role of seven for the eight memories that matter most, questions of 1 to 40 words; beside it what one
would write first, the database's own ranking (bm25, ts_rank) over the same texts, which knows no importance and no age. Aim: 200
GET/s, 50 next/s, recall under 10 ms.
"""

import argparse
import contextlib
import http.client
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from flexsim.clock import WallClock
from flexsim.workforce.records import CompanyState, Memory, MemoryKind, Role, Session, Traits, Turn
from flexsim.workforce.store.engines import open_engine, reading
from flexsim.workforce.store.migrating import migrate
from flexsim.workforce.store.store import Store

CONNECTIONS = 8
SESSIONS = 50
PLAIN = """
import asyncio, json, sys
from fastapi import FastAPI
from flexsim.hosting import hosted
app = FastAPI()
@app.get("/simulate/{session_id}")
async def session(session_id: str) -> dict[str, str]:
    return {"id": session_id}
async def main():
    async with hosted(app, "127.0.0.1", 0) as url:
        print(json.dumps({"url": url}), flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
"""


def one_core() -> Sequence[str]:
    """What a command line begins with that is to be held to one core."""
    return ("taskset", "--cpu-list", str(max(os.sched_getaffinity(0)))) if shutil.which("taskset") else ()


@contextlib.contextmanager
def program(arguments, folder):
    command = [*one_core(), sys.executable, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as running:
        try:
            yield running, json.loads(running.stdout.readline())["url"]
        finally:
            running.terminate()


def ask(connection, method, path, body=None):
    connection.request(method, path, None if body is None else json.dumps(body), {"content-type": "application/json"})
    answer = connection.getresponse()
    found = answer.read()
    assert answer.status < 300, (answer.status, found[:200])
    return json.loads(found)


def load(url, requests, seconds):
    """Ask as often as possible; latencies in milliseconds, requests a second."""
    address, spent, until = urlsplit(url).netloc, [], time.perf_counter() + seconds

    def keep_asking():
        connection = http.client.HTTPConnection(address, timeout=30)
        while time.perf_counter() < until:
            request = next(requests)
            began = time.perf_counter()
            ask(connection, *request)
            spent.append(1000 * (time.perf_counter() - began))
        connection.close()

    began = time.perf_counter()
    threads = [threading.Thread(target=keep_asking) for _ in range(CONNECTIONS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(spent), len(spent) / (time.perf_counter() - began)


def cpu(process):
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(name, process, url, requests, seconds):
    before = cpu(process)
    spent, rate = load(url, requests, seconds)
    cost = 1000 * (cpu(process) - before) / len(spent)
    print(
        f"  {name:<34}{rate:8.0f}/s   p50 {spent[len(spent) // 2]:6.1f} ms   p99 {spent[int(len(spent) * 0.99)]:6.1f} ms"
        f"   {cost:5.2f} ms CPU each: {1000 / cost:6.0f}/s of a core"
    )
    return 1000 / cost


def serve(seconds):
    print(f"requests, {CONNECTIONS} connections, {seconds:g} seconds each")
    with tempfile.TemporaryDirectory() as folder:
        with program(["-c", PLAIN], folder) as (process, url):
            plain = measure("GET, the framework alone", process, url, itertools.repeat(("GET", "/simulate/x")), seconds)
        with program(
            ["-m", "flexsim", "--quiet", "workforce", "serve", "--port", "0", "--rate-limit", "0", "--json"], folder
        ) as (process, url):
            connection = http.client.HTTPConnection(urlsplit(url).netloc)
            scenario = "The release slips by three weeks, and support is swamped"
            ids = [
                ask(connection, "POST", "/simulate/start", {"scenario": scenario, "seed": n})["id"]
                for n in range(SESSIONS)
            ]
            turns = (("POST", "/simulate/next", {"session_id": each}) for each in itertools.cycle(ids))
            for _ in range(SESSIONS):
                ask(connection, *next(turns))
            connection.close()
            safe = Locked(turns)
            measure("POST next, 50 sessions by turns", process, url, safe, seconds)
            sessions = Locked(("GET", f"/simulate/{each}") for each in itertools.cycle(ids))
            ours = measure("GET a session in full", process, url, sessions, seconds)
            pages = Locked(("GET", f"/simulate/{each}/turns?limit=1") for each in itertools.cycle(ids))
            measure("GET a turn in full", process, url, pages, seconds)
            measure("GET /health", process, url, itertools.repeat(("GET", "/health")), seconds)
    print(f"  a session in full costs {plain / ours:.1f} times what the framework takes to answer at all\n")


class Locked:
    """An iterator that threads share."""

    def __init__(self, items):
        self._items, self._lock = iter(items), threading.Lock()

    def __next__(self):
        with self._lock:
            return next(self._items)


class Texts:
    """Sentences of words as rare as words are (Zipf), so that most questions hold common ones."""

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.vocabulary = [f"word{number}x" for number in range(5_000)]
        self.weights = list(itertools.accumulate(1 / (number + 1) for number in range(5_000)))

    def of(self, length):
        return " ".join(self.draw.choices(self.vocabulary, cum_weights=self.weights, k=length))


def fill(store, memories):
    texts, per = Texts(1), 2_000
    roles = tuple(
        Role(name=f"role{n}", title="", goals=(), responsibilities=(), capabilities=(), traits=Traits(), priority=1)
        for n in range(7)
    )
    kept = Session(id=f"WS{'b' * 32}", scenario="x", seed=1, mind="rules", roles=roles, beginning=CompanyState())
    store.begin(kept)
    kinds = list(MemoryKind)
    for number in range(1, memories // per + 1):
        made = tuple(
            Memory(
                role=f"role{n % 7}", kind=kinds[n % 4], text=texts.of(14), importance=texts.draw.random(), turn=number
            )
            for n in range(per)
        )
        state = CompanyState(turn=number)
        store.keep_turn(kept.id, Turn(number=number, messages=(), decisions=(), state=state, summary="", memories=made))
    return kept.id, memories // per


NAIVE = {
    "sqlite": "SELECT m.text FROM memories_search s JOIN memories m ON m.id = s.rowid WHERE s.indexed MATCH :words"
    " AND m.session_id = :session AND m.role = :role ORDER BY bm25(memories_search) LIMIT 8",
    "postgresql": "SELECT text FROM memories WHERE session_id = :session AND role = :role"
    " AND array_to_tsvector(string_to_array(indexed, ' ')) @@ CAST(:words AS tsquery)"
    " ORDER BY ts_rank(array_to_tsvector(string_to_array(indexed, ' ')), CAST(:words AS tsquery)) DESC LIMIT 8",
}


def recall(url, memories):
    engine = open_engine(url)
    migrate(engine)
    store, kind = Store(engine, WallClock()), engine.dialect.name
    session_id, turn = fill(store, memories)
    if kind == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE memories"))
    texts, found = Texts(2), store.recall(session_id)
    questions = [(f"role{n % 7}", texts.of((1, 4, 12, 40)[n % 4])) for n in range(400)]

    def ours(role, question):
        assert found.recall(role, question, turn=turn, limit=8)

    def naive(role, question):
        words = sorted(set(question.split()))
        asked = (" OR " if kind == "sqlite" else " | ").join(words)
        with reading(engine) as connection:
            assert connection.execute(text(NAIVE[kind]), {"words": asked, "session": session_id, "role": role}).all()

    times = {}
    for name, asked in (("ours", ours), ("the database's own ranking", naive)):
        spent, busy = [], time.process_time()
        some = questions if name == "ours" else questions[:60]
        for question in some:
            began = time.perf_counter()
            asked(*question)
            spent.append(1000 * (time.perf_counter() - began))
        busy = 1000 * (time.process_time() - busy) / len(some)
        spent.sort()
        p50, p90, p99 = (spent[int(len(spent) * share)] for share in (0.5, 0.9, 0.99))
        times[name] = p50
        print(
            f"  {kind:<11}{name:<28} p50 {p50:7.2f} ms   p90 {p90:7.2f} ms   p99 {p99:7.2f} ms   {busy:6.2f} ms CPU here"
        )
    first, second = times.values()
    print(f"  {kind:<11}ours takes {first / second:.2f} of its time")
    store.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--memories", type=int, default=100_000)
    parser.add_argument("--postgresql", default="postgresql://postgres@127.0.0.1:5432/postgres")
    given = parser.parse_args()
    serve(given.seconds)
    print(f"recall over {given.memories:,} memories of one session")
    with tempfile.TemporaryDirectory() as folder:
        recall(f"sqlite:///{folder}/bench.db", given.memories)
    with postgresql_database(given.postgresql) as url:
        if url is not None:
            recall(url, given.memories)


@contextlib.contextmanager
def postgresql_database(url):
    """A database of the benchmark's own; None where there is no PostgreSQL."""
    engine = open_engine(url)
    name = f"flexsim_bench_{os.getpid()}"
    try:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    except OperationalError as error:
        print(f"  no PostgreSQL: {str(error).splitlines()[0]}")
        yield None
        return
    with connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield f"{url.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


if __name__ == "__main__":
    main()
