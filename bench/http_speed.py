"""How fast the local TaskRouter answers over HTTP, beside other local stand-ins, on one core each.

    python bench/http_speed.py [--rounds 5] [--seconds 2] [--only flexsim,prism]

20 % create, 70 % read, 10 % lists of 50; 16 keep-alive connections; the servers take turns, round by round, in one run, so
that what the machine does meanwhile hits all of them. Read the ratios, not the absolute figures.
(Not called ``http.py``: beside a program of that name, Python's own ``http`` cannot be imported.)
"""

import argparse
import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from http_parts.contenders import Contender, Emulate, Flexsim, LeftOut, MotoSqs, Nothing, Prism, Workshop
from http_parts.load import CREATE, LIST, READ, Tally, one_round

OPENAPI = Path(__file__).parents[2] / "shared" / "reference" / "twilio_taskrouter_v1.yaml"
WORKSHOP = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "flexsim-bench"
TARGETS = {"moto SQS": 15.0, "Prism": 6.0, "emulate": 1.0}
FILLED = 200  # creates before anything is measured, so that there is something to read and to list
WARMING = 1.0  # seconds
CONNECTIONS = 16


def cores() -> tuple[set[int], set[int]] | None:
    """Where the servers run, and where the load generator does; None where that cannot be chosen."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    allowed = sorted(os.sched_getaffinity(0))
    return ({allowed[0]}, {allowed[-1]}) if len(allowed) > 1 else None


@dataclass
class Result:
    tally: Tally = field(default_factory=Tally)
    cpu: float | None = 0.0

    def add(self, tally: Tally, before: float | None, after: float | None) -> None:
        self.tally.add(tally)
        self.cpu = None if self.cpu is None or before is None or after is None else self.cpu + after - before

    def row(self) -> str:
        tally = self.tally
        cpu = "-" if self.cpu is None else f"{1e3 * self.cpu / tally.count:.3f}"
        sizes = "/".join(
            f"{tally.bytes_read[kind] / tally.answers[kind] / 1e3:.1f}" if tally.answers[kind] else "-"
            for kind in (CREATE, READ, LIST)
        )
        p50, p99 = (1e3 * tally.percentile(share) for share in (0.50, 0.99))
        return f"{tally.rate:10,.0f} {cpu:>9} {p50:8.2f} {p99:8.2f} {tally.failures.total():8}   {sizes:>14}"


@contextlib.contextmanager
def started(contenders: list[Contender], workshop: Workshop) -> Iterator[list[Contender]]:
    """Those that could be started; they are stopped in the end, whatever happens."""
    pinned = cores()
    with contextlib.ExitStack() as running:
        if pinned:
            os.sched_setaffinity(0, pinned[0])  # children inherit it
        ready = []
        for each in contenders:
            try:
                each.start(workshop)
                ready.append(each)
            except LeftOut as why:
                print(f"left out: {each.name}: {why}", flush=True)
            finally:
                if hasattr(each, "server"):
                    running.enter_context(each.server)
        if pinned:
            os.sched_setaffinity(0, pinned[1])
        yield ready


def fill(contender: Contender) -> None:
    """So many creates, and then the mix for a while, which lets compilers at run time have done their work."""
    rng = random.Random(0)

    class Filling:
        create, learn = contender.create, contender.learn

        def read(self, _: random.Random) -> bytes:
            return contender.create()

        list = create

    answered = 0
    for _ in range(20):
        answered += one_round(contender.port, Filling(), rng, 0.5, CONNECTIONS).count
        if answered >= FILLED:
            one_round(contender.port, contender, rng, WARMING, CONNECTIONS)
            return
    raise RuntimeError(f"{contender.name} has answered {answered} requests in 10 seconds")


def measure(contenders: list[Contender], rounds: int, seconds: float) -> tuple[dict[str, Result], float]:
    """What each has answered, and the largest share of a core that the load generator needed for it."""
    rng = random.Random(1)
    results = {each.name: Result() for each in contenders}
    busiest = 0.0
    for _ in range(rounds):
        for each in contenders:
            each.refresh()
            before, own = each.server.cpu_seconds(), time.process_time()
            tally = one_round(each.port, each, rng, seconds, CONNECTIONS)
            results[each.name].add(tally, before, each.server.cpu_seconds())
            busiest = max(busiest, (time.process_time() - own) / tally.seconds)
    return results, busiest


def report(contenders: list[Contender], results: dict[str, Result], busiest: float) -> None:
    print(f"{'':24} requests/s    CPU ms   p50 ms   p99 ms failures   kB of each")
    for each in contenders:
        print(f"{each.name:24} {results[each.name].row()}   {each.mix}")
    own = results.get("flexsim")
    for name, result in results.items():
        if own is None or name in {"flexsim", "nothing"} or not result.tally.count:
            continue
        target = TARGETS.get(name)
        wanted = "" if target is None else f" (wanted: {target:g})"
        line = f"flexsim / {name}: {own.tally.rate / result.tally.rate:.1f} times the requests{wanted}"
        if own.cpu and result.cpu:
            line += f", {result.cpu / result.tally.count / (own.cpu / own.tally.count):.1f} times less CPU a request"
        print(line)
    print(
        f"the load generator was busy {busiest:.0%} of its time at most; 'nothing' shows the most that it can ask for"
    )


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each server in each round")
    parser.add_argument("--only", default="", help="names of the servers, by commas; all of them otherwise")
    parser.add_argument("--openapi", type=Path, default=OPENAPI, help="Twilio's OpenAPI file, for Prism")
    parser.add_argument("--workshop", type=Path, default=WORKSHOP, help="where the other servers are installed")
    options = parser.parse_args()
    everybody = [Flexsim(), MotoSqs(), Prism(options.openapi), Emulate(), Nothing()]
    names = {name.strip().lower() for name in options.only.split(",") if name.strip()}
    with started(
        [each for each in everybody if not names or each.name.lower() in names], Workshop(options.workshop)
    ) as ready:
        for each in ready:
            fill(each)
        results, busiest = measure(ready, options.rounds, options.seconds)
        report(ready, results, busiest)


if __name__ == "__main__":
    main()
