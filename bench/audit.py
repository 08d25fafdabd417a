"""How long it takes to audit a log of a million events, and how much memory; and whether a thousand small centres pass.

    python bench/audit.py [--tasks 70000] [--centres 1000]

The log is that of ``bench/engine.py``'s centre (b): 500 workers, 21 queues, two channels, escalation, abandonment.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from engine import START, centre_b
from engine import run as drive

from flexsim.measure.audit.auditor import audit
from flexsim.measure.audit.lines import LONGEST
from flexsim.measure.reading import LogReader
from flexsim.measure.records import Recorder
from flexsim.measure.statistics import Statistics
from flexsim.measure.summary import summarize
from flexsim.runs.folder import EVENTS, MANIFEST, SUMMARY, Manifest, read_lines, read_log

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.measure.audit.runs import THRESHOLD, examine, random_run

_MANIFEST = Manifest(
    command="bench", seed=0, speed=1.0, started=START, configuration="", threshold=THRESHOLD, versions={}
)


def write_log(folder: Path, tasks: int) -> None:
    centre = centre_b(500)
    _, opening = Recorder(centre.engine).open(START)
    with (folder / EVENTS).open("w") as log:
        log.writelines(opening)
        drive(centre, tasks, log)


def summary_of(folder: Path) -> dict:
    reader = LogReader()
    statistics = Statistics(reader.names, THRESHOLD)
    for event in reader.events(read_lines(folder)):
        statistics.add(event)
    return json.loads(json.dumps(summarize(statistics, statistics.last)))


def long_log(tasks: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_log(folder, tasks)
        summary = summary_of(folder)
        begun, used = time.perf_counter(), time.process_time()
        found = audit(read_log(folder, LONGEST), summary, THRESHOLD)
        seconds, used = time.perf_counter() - begun, time.process_time() - used
        size = (folder / EVENTS).stat().st_size / 1e6
        print(
            f"{found.events:,} events ({size:.0f} MB): {seconds:.1f} s ({used:.1f} s of CPU), {found.events / used:,.0f} events/s"
        )
        print(f"violations: {dict(found.findings.counts)}")
        # In a process of its own, for what made the log is large.
        (folder / SUMMARY).write_text(json.dumps(summary))
        (folder / MANIFEST).write_text(json.dumps(asdict(_MANIFEST)))
        subprocess.run([sys.executable, "-m", "flexsim", "--quiet", "audit", name], check=True)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        print(f"the command's peak memory: {peak / 1024:.0f} MB")


def small_centres(number: int) -> None:
    begun, events, broken = time.perf_counter(), 0, 0
    for seed in range(number):
        found = examine(random_run(seed, steps=80, before=30))
        events += found.events
        broken += not found.passed
    print(f"{number} random centres, {events:,} events: {broken} break a law ({time.perf_counter() - begun:.0f} s)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=70_000)
    parser.add_argument("--centres", type=int, default=1000)
    options = parser.parse_args()
    long_log(options.tasks)
    small_centres(options.centres)


if __name__ == "__main__":
    main()
