"""How many spans a collector takes in a second, and how much memory they take in it; beside plain decoding with upb, in one run.

    python bench/collector.py [--spans 200000] [--rounds 3]

The spans are those of fan-out traces (203 a trace, in batches of 512), made with flexsim's own generator. "Dictionaries" is
what a plain receiver does: upb's classes, and every span with all its attributes as Python dictionaries, kept. "Reception" is
what ours does with the same bodies, without the network: parse in full, check ids, keep, and judge all defects at the end. Then
the program itself over HTTP, each form of body and of storage, sent from another process over four kept connections. Figures
in a row are the best of the rounds; spans/s of CPU are those of the collector's process alone. Aim: 350,000 spans a second, at
most 15 MB for 100,000.
"""

import argparse
import contextlib
import gzip
import http.client
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from flexsim.traces.encoding_protobuf import ProtobufEncoder
from flexsim.traces.intake import PROTOBUF, Intake
from flexsim.traces.parameters import read
from flexsim.traces.reception import Reception
from flexsim.traces.virtual import VirtualTraces

BATCH = 512
CONNECTIONS = 4
CLOCK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def write_bodies(path: Path, spans: int) -> int:
    encoder, traces, parameters = ProtobufEncoder({"service.name": "bench"}), VirtualTraces(1), read("fanout", {})
    waiting, made, start = [], 0, 1_767_600_000_000_000_000
    with path.open("wb") as file:
        while made < spans or waiting:
            while made < spans and len(waiting) < BATCH:
                waiting += traces.make("fanout", parameters, start + made).spans
                made += 203
            body = encoder.encode(waiting[:BATCH])
            del waiting[:BATCH]
            file.write(len(body).to_bytes(4) + body)
    return made


def bodies(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while head := file.read(4):
            yield file.read(int.from_bytes(head))


def resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK


def value(message: Any) -> Any:
    which = message.WhichOneof("value")
    return None if which is None else getattr(message, which)


def dictionaries(path: Path) -> list[dict]:
    kept = []
    for body in bodies(path):
        for resource_spans in ExportTraceServiceRequest.FromString(body).resource_spans:
            about = {each.key: value(each.value) for each in resource_spans.resource.attributes}
            for scope_spans in resource_spans.scope_spans:
                kept += [
                    {
                        "trace_id": span.trace_id, "span_id": span.span_id, "parent_id": span.parent_span_id, "name": span.name,
                        "kind": span.kind, "start": span.start_time_unix_nano, "end": span.end_time_unix_nano,
                        "status": span.status.code, "resource": about,
                        "attributes": {each.key: value(each.value) for each in span.attributes},
                    }
                    for span in scope_spans.spans
                ]  # fmt: skip
    return kept


def reception(path: Path) -> Intake:
    intake = Intake(Reception(memory=4 * 2**30))
    for body in bodies(path):
        intake.take(body, PROTOBUF, "", 0.0)
    stats = intake.reception.stats()
    assert not any(stats[name] for name in ("duplicates", "orphans", "rejected", "lost_spans")), stats
    return intake


PARTS = {"dictionaries": dictionaries, "reception": reception}


def run_part(name: str, path: Path) -> None:
    before, begun = resident(os.getpid()), time.process_time()
    kept = PARTS[name](path)
    print(json.dumps({"seconds": time.process_time() - begun, "bytes": resident(os.getpid()) - before}))
    del kept  # until here, so that its memory is counted


def in_process(name: str, path: Path) -> dict:
    command = [sys.executable, __file__, "--part", name, "--bodies", str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def post_all(port: int, sent: list[bytes], headers: dict) -> None:
    waiting = iter(sent)
    lock = threading.Lock()

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        with contextlib.closing(connection):
            while True:
                with lock:
                    body = next(waiting, None)
                if body is None:
                    return
                connection.request("POST", "/v1/traces", body, headers)
                answer = connection.getresponse()
                answer.read()
                assert answer.status == 200, answer.status

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def over_http(path: Path, spans: int, *, packed: bool, options: list[str]) -> dict:
    headers = {"content-type": "application/x-protobuf"} | ({"content-encoding": "gzip"} if packed else {})
    sent = [gzip.compress(body, 1) if packed else body for body in bodies(path)]
    command = [
        sys.executable,
        "-m",
        "flexsim",
        "--quiet",
        "load",
        "collector",
        "--port",
        "0",
        "--json",
        "--expect-spans",
        str(spans),
        "--memory",
        "4096",
    ]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True) as running:
        port = int(json.loads(running.stdout.readline())["url"].rpartition(":")[2])
        before, used, begun = resident(running.pid), cpu(running.pid), time.perf_counter()
        post_all(port, sent, headers)
        wall, worked, grown = time.perf_counter() - begun, cpu(running.pid) - used, resident(running.pid) - before
        stats = json.loads(running.communicate()[0].splitlines()[-1])
        assert (running.returncode, stats["spans"]) == (0, spans), stats
    return {"wall": wall, "seconds": worked, "bytes": grown}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--spans", type=int, default=200_000)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    arguments.add_argument("--bodies", type=Path, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.part:
        run_part(given.part, given.bodies)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bodies"
        spans = write_bodies(path, given.spans)
        print(
            f"{spans} spans in batches of {BATCH}, {path.stat().st_size / spans:.0f} bytes a span; the best of {given.rounds} rounds"
        )
        print(f"{'':32}{'spans/s of CPU':>15}{'spans/s':>10}{'MB for 100 k':>14}{'ratio':>7}")
        rows = {
            "dictionaries, kept": lambda: in_process("dictionaries", path),
            "reception, judged": lambda: in_process("reception", path),
            "collector, protobuf": lambda: over_http(path, spans, packed=False, options=[]),
            "collector, protobuf gzipped": lambda: over_http(path, spans, packed=True, options=[]),
            "collector into SQLite": lambda: over_http(
                path, spans, packed=False, options=["--store", f"{folder}/{time.time()}.sqlite"]
            ),
            "collector into Parquet": lambda: over_http(
                path, spans, packed=False, options=["--store", f"{folder}/{int(time.time() * 1e6)}"]
            ),
        }
        plain = 0.0
        for name, measure in rows.items():
            found = [measure() for _ in range(given.rounds)]
            rate = spans / min(each["seconds"] for each in found)
            plain = plain or rate
            wall = min(each.get("wall", 0) for each in found)
            memory = min(each["bytes"] for each in found) / spans * 100_000 / 1e6
            print(
                f"{name:32}{rate:15,.0f}{f'{spans / wall:,.0f}' if wall else '':>10}{memory:14.1f}{rate / plain:7.2f}",
                flush=True,
            )
    print(f"this program's own peak: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
