"""What the dashboard costs the server: with 2,000 agents, ten updates a second, and 1, 10 or 100 viewers.

    python bench/dashboard.py [--seconds 8] [--rounds 3] [--tasks 100]

A process of its own serves a busy centre (dashboard_parts/busy.py). The viewers are here, on real sockets, and throw away
what they read. Each round measures the server's processor time without a viewer and with each number of them; what is told
is the difference to the same round without one. In the end one viewer of ten stops reading: the others must get as many
frames as before. Fails when the viewers cost more than is allowed. Only where there is /proc.
"""

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

AGENTS = 2_000
VIEWERS = (1, 10, 100)
ALLOWED = {1: 0.02, 100: 0.06}  # of a core
SETTLING = 1.0  # seconds that snapshots are given to arrive
TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def busy_server(tasks_per_second: float) -> Iterator[tuple[int, str]]:
    """The process's id, and its address."""
    program = Path(__file__).parent / "dashboard_parts" / "busy.py"
    command = [sys.executable, str(program), str(AGENTS), str(tasks_per_second)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.pid, process.stdout.readline().strip()
        process.stdin.close()


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Viewer(asyncio.Protocol):
    """Counts frames and bytes, and keeps nothing; a stalled one stops reading after the first bytes."""

    def __init__(self, place: str, *, stalled: bool = False) -> None:
        self.place = place
        self.stalled = stalled
        self.frames = self.size = 0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(f"GET /_flexsim/dashboard/stream HTTP/1.1\r\nHost: {self.place}\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        self.frames += data.count(b"event: delta")
        self.size += len(data)
        if self.stalled and self.transport is not None:
            self.transport.pause_reading()


async def watch(place: str, count: int, seconds: float, *, stalled: int = 0) -> list[Viewer]:
    """So many viewers for so long, the last ``stalled`` of them reading nothing; what they have got meanwhile."""
    loop = asyncio.get_running_loop()
    host, _, port = place.rpartition(":")
    viewers = [Viewer(place, stalled=number >= count - stalled) for number in range(count)]
    for viewer in viewers:
        connection = socket.socket()
        if viewer.stalled:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.setblocking(False)
        await loop.sock_connect(connection, (host, int(port)))
        await loop.create_connection(lambda viewer=viewer: viewer, sock=connection)  # type: ignore[misc]
    await asyncio.sleep(SETTLING)
    for viewer in viewers:
        viewer.frames = viewer.size = 0
    measured.start()
    await asyncio.sleep(seconds)
    measured.stop()
    for viewer in viewers:
        assert viewer.transport is not None
        viewer.transport.close()
    await asyncio.sleep(0.2)
    return viewers


class Measured:
    """The server's processor time while it counts, as a share of a core."""

    def __init__(self) -> None:
        self.pid = 0
        self.share = 0.0

    def start(self) -> None:
        self._cpu, self._wall = cpu_seconds(self.pid), time.monotonic()

    def stop(self) -> None:
        self.share = (cpu_seconds(self.pid) - self._cpu) / (time.monotonic() - self._wall)


measured = Measured()


def resynced(place: str) -> int:
    with urllib.request.urlopen(f"http://{place}/_flexsim/health", timeout=10) as answer:
        return int(json.load(answer)["dashboard"]["resynced"])


def one_round(place: str, seconds: float) -> dict[int, float]:
    """The share of a core with each number of viewers, 0 included."""
    found = {}
    for count in (0, *VIEWERS):
        viewers = asyncio.run(watch(place, count, seconds))
        found[count] = measured.share
        if count:
            rate = statistics.fmean(each.frames for each in viewers) / seconds
            size = sum(each.size for each in viewers) / max(1, sum(each.frames for each in viewers))
            print(
                f"  {count:3} viewers: {measured.share:6.2%} of a core, {rate:.1f} frames/s of {size / 1000:.1f} kB each"
            )
        else:
            print(f"    no viewer: {measured.share:6.2%} of a core")
    return found


def stall(place: str, seconds: float) -> bool:
    """Whether one who reads nothing costs the other nine nothing; says what happened."""
    frames, shares = [], []
    for stalled in (0, 1):
        viewers = asyncio.run(watch(place, 10, seconds, stalled=stalled))
        frames.append(statistics.fmean(each.frames for each in viewers if not each.stalled) / seconds)
        shares.append(measured.share)
    lost = resynced(place)
    print(
        f"ten viewers: {frames[0]:.1f} frames/s, {shares[0]:.2%}; one of them stalled: the others {frames[1]:.1f} frames/s,"
    )
    print(f"  {shares[1]:.2%} of a core; {lost} time(s) frames were dropped for a fresh snapshot")
    return frames[1] > 0.95 * frames[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tasks", type=float, default=100.0, help="tasks a second that arrive and are handled")
    options = parser.parse_args()
    if not Path("/proc/self/stat").exists():
        sys.exit("processor time of another process is read from /proc, which is not here")
    with busy_server(options.tasks) as (pid, address):
        measured.pid, place = pid, urlsplit(address).netloc
        rounds = []
        for number in range(options.rounds):
            print(f"round {number + 1}")
            rounds.append(one_round(place, options.seconds))
        kept = stall(place, options.seconds)
    passed = kept
    for count in VIEWERS:
        cost = statistics.median(found[count] - found[0] for found in rounds)
        ratio = statistics.median(found[count] / found[0] for found in rounds)
        allowed = ALLOWED.get(count)
        wanted = "" if allowed is None else f" (allowed: {allowed:.0%})"
        print(
            f"{count} viewer(s) cost {cost:.2%} of a core{wanted}; the server needs {ratio:.2f} times what it needs alone"
        )
        passed = passed and (allowed is None or cost <= allowed)
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
