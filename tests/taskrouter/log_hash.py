"""Hashes of what an engine does, to compare where it is compiled with where it is interpreted (``.ci/run``).

    python -m tests.taskrouter.log_hash

Of a day's event log, as benchmarks and runs write it, with the snapshot at its end; and of every event that random
operations cause (updates, refusals, direct tasks, LIFO queues, workers who come and go), written so that 1, 1.0 and True
are three values.
"""

import hashlib
import json
import random
import sys

from bench.engine import centre_b, run
from flexsim.taskrouter import snapshot
from tests.taskrouter.centre import Operations, furnish, new_engine

TASKS = 5_000
SEEDS = range(40)
STEPS = 300


class Digest:
    """A file that keeps the hash of what is written to it."""

    def __init__(self):
        self.hash, self.lines = hashlib.sha256(), 0

    def write(self, text):
        self.hash.update(text.encode())
        self.lines += text.count("\n")


def day():
    centre, digest = centre_b(200), Digest()
    run(centre, TASKS, digest)
    assert digest.lines > 8 * TASKS, "every task has its events"
    digest.write(json.dumps(snapshot.dump(centre.engine)))
    return digest


def operations():
    digest = Digest()
    for seed in SEEDS:
        rng, engine = random.Random(seed), new_engine()
        furnish(engine, rng)
        steps = Operations(engine, rng)
        for _ in range(STEPS):
            for event in steps.step():
                digest.write(f"{event!r}\n")
        digest.write(f"{steps.refused} refused\n")
    return digest


if __name__ == "__main__":
    for name, digest in (("day", day()), ("operations", operations())):
        sys.stdout.write(f"{name}: {digest.hash.hexdigest()} of {digest.lines} lines\n")
