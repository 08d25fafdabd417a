"""How long a report on a long run takes, how much memory, and where the time goes.

    python bench/report.py [--events 1000000] [--keep FOLDER]

The run is the engine's: 500 workers, 20 skill queues and an overflow, escalation, abandonment (centre (b) of
bench/engine.py), every event as a line of the log. Each command then runs in a process of its own, as a user would run it.
Aim: a report on a million events in seconds, within 1 GB.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from engine import START, centre_b, run

from flexsim.measure.records import Recorder
from flexsim.runs.folder import EVENTS, Manifest, RunWriter, begin_run

EVENTS_A_TASK = 9.0  # a little fewer than there are


class Log:
    """What bench/engine.py writes lines to."""

    def __init__(self, writer: RunWriter) -> None:
        self.writelines = writer.write


def make(root: Path, events: int) -> Path:
    manifest = Manifest(
        command="bench", seed=3, speed=1.0, started=START, configuration="", threshold=20.0, versions={},
    )  # fmt: skip
    centre = centre_b(500)
    with begin_run(root, manifest) as writer:
        writer.write(Recorder(centre.engine).open(START)[1])
        run(centre, int(events / EVENTS_A_TASK), Log(writer))
    return writer.path


MEASURED = """
import resource, sys, time
begun = time.perf_counter()
from flexsim.cli.app import app
try:
    app(sys.argv[1:], prog_name="flexsim")
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds, cpu = time.perf_counter() - begun, used.ru_utime + used.ru_stime
    print(f"{seconds:8.2f} s  {cpu:7.2f} s of CPU  {used.ru_maxrss / 1024:5.0f} MB", file=sys.stderr)
"""


def measure(name: str, *arguments: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", MEASURED, "--quiet", *arguments], capture_output=True, text=True, check=False
    )
    if found.returncode:
        sys.exit(f"{name} failed: {found.stderr}")
    print(f"{name:24s} {found.stderr.splitlines()[-1]}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="leave the run here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        begun = time.perf_counter()
        path = make(options.keep or Path(scratch), options.events)
        log = path / EVENTS
        with log.open("rb") as file:
            count = sum(1 for _ in file)
        print(f"{count:,} events, {log.stat().st_size / 1e6:.0f} MB, made in {time.perf_counter() - begun:.1f} s")
        out = Path(scratch)
        measure("report html", "report", str(path), "--out", str(out / "report.html"))
        print(f"{'':24s} {(out / 'report.html').stat().st_size / 1e6:8.2f} MB of page")
        measure("report json", "report", str(path), "--format", "json", "--out", str(out / "report.json"))
        for kind in ("jsonl", "csv", "parquet"):
            measure(f"export {kind}", "export", str(path), "--format", kind, "--out", str(out / kind))


if __name__ == "__main__":
    main()
