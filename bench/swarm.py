"""What a swarm costs: CPU, memory, time to connect and lateness of heartbeats at 2,000, 10,000 and 19,000 agents.

    python bench/swarm.py [AGENTS ...]

The swarm is ``flexsim load agents`` as it is, in one process: with agents' lives and figures, the control and its
metrics; its CPU and memory are read from outside. It sends to a neutral sink in a process of its own. In the same run are
measured the plain client (websockets' high-level one, a task for each agent) and a bare sender (one system call a
heartbeat, and nothing else). Quote the ratios: a system call takes twice the time on a machine that is idle, whose
processors go to sleep between two ticks, and a figure of one day is not one of the next.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from importlib.util import find_spec
from pathlib import Path

from flexsim.load.client import ask
from flexsim.load.limits import connections_allowed
from flexsim.load.wheel import tick_for

PARTS = Path(__file__).parent / "swarm_parts"
SIZES = (2_000, 10_000, 19_000)
PLAIN = 2_000
SHARING, PER_SOCKET = 10_000, 10
SECONDS = 10.0
GOALS = {2_000: (2.2, 48), 10_000: (8.0, 110), 19_000: (16.0, 190)}  # CPU in per cent, MB


@contextlib.contextmanager
def sink():
    """The port of a sink, until the end."""
    with subprocess.Popen([sys.executable, PARTS / "sink.py"], stdin=-1, stdout=-1, text=True) as process:
        yield int(process.stdout.readline())
        process.stdin.close()


@contextlib.contextmanager
def swarm(port, agents, heartbeat=2.0, per_socket=1):
    """The process of a swarm and its control's address, until the end."""
    command = [
        sys.executable, "-m", "flexsim", "load", "agents", "--backend-url", f"http://127.0.0.1:{port}", "--seed", "1",
        "--agents", str(agents), "--active", str(agents), "--control-port", "0", "--processes", "1",
        "--heartbeat", str(heartbeat), "--per-socket", str(per_socket),
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=-1, stdout=subprocess.DEVNULL, text=True) as process:
        yield process, re.search(r"control at (\S+)", process.stderr.readline())[1]
        process.terminate()


def used(process):
    """CPU seconds so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(process):
    """Resident MB."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1]) / 1000


def connect(url, agents):
    """Seconds until all agents are connected."""
    began = time.perf_counter()
    ask(url, "POST", "/start")
    while ask(url, "GET", "/status")["connectedAgents"] < agents:
        time.sleep(0.05)
    return time.perf_counter() - began


def lateness(url):
    """How many heartbeats were at most so late, by seconds."""
    host = urllib.request.urlopen(f"{url}/metrics").read().decode()
    found = re.findall(r'heartbeat_lateness_seconds_bucket\{le="([^"]+)"\} (\S+)', host)
    return {float(edge): float(count) for edge, count in found}


def quantile(before, after, share):
    """The edge of the bucket below which a share of what was counted between two looks lies; edges double."""
    counts = {edge: after[edge] - before[edge] for edge in after}
    return next(edge for edge, count in counts.items() if count >= share * counts[float("inf")])


def measured(agents, per_socket=1):
    with sink() as port, swarm(port, agents, per_socket=per_socket) as (process, url):
        idle = memory(process)
        connected = connect(url, agents)
        time.sleep(3)
        late = lateness(url)
        cpu, began = used(process), time.perf_counter()
        time.sleep(SECONDS)
        cpu = (used(process) - cpu) / (time.perf_counter() - began)
        resident = memory(process)
        after = lateness(url)
        stats = ask(url, "GET", "/stats")
        assert stats["connectedAgents"] == agents, stats
        late = [quantile(late, after, each) for each in (0.5, 0.99)]
        return cpu, idle, resident, connected, late, stats["heartbeatLateness"]["p99"]


def plain(loop):
    command = [sys.executable, PARTS / "plain.py", loop]
    with (
        sink() as port,
        subprocess.Popen([*command, str(port), str(PLAIN), str(SECONDS)], stdin=-1, stdout=-1, text=True) as process,
    ):
        found = json.loads(process.stdout.readline())
        resident = memory(process)
        process.communicate("\n")
        return found["cpu"], resident, found["connect"]


def bare(agents, seconds, tick):
    """What a program costs that does nothing but send."""
    with sink() as port:
        command = [sys.executable, PARTS / "bare.py", str(port), str(agents), str(seconds), str(tick)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def flat_out(agents=10_000):
    """Heartbeats for each second of CPU when more are asked for than can be sent."""
    with sink() as port, swarm(port, agents) as (process, url):
        connect(url, agents)
        ask(url, "PUT", "/config", {"heartbeatInterval": 0.1})
        time.sleep(1)
        before, cpu, began = ask(url, "GET", "/stats")["sent"]["heartbeat"], used(process), time.perf_counter()
        time.sleep(5)
        sent = ask(url, "GET", "/stats")["sent"]["heartbeat"] - before
        return sent / (used(process) - cpu), sent / (time.perf_counter() - began)


def main():
    if find_spec("uvloop") is None:
        print("uvloop is missing, which the goals were set with: pip install 'flexsim[fast]'")
    sizes = [int(each) for each in sys.argv[1:]] or [each for each in SIZES if each <= connections_allowed()]
    print(
        f"{'agents':>7} {'CPU %':>6} {'MB':>5} {'idle MB':>8} {'connected s':>12}"
        f" {'p50 ms late':>12} {'p99':>8} {'p99 with connecting':>20} {'bare %':>7} {'times':>6}  goal: CPU %, MB"
    )
    first = None
    for agents in sizes:
        cpu, idle, resident, connected, late, whole = measured(agents)
        least = bare(agents, SECONDS, tick_for(agents))["cpu"]
        first = cpu if agents == PLAIN else first
        goal = "{}, {}".format(*GOALS[agents]) if agents in GOALS else ""
        print(
            f"{agents:7} {100 * cpu:6.2f} {resident:5.0f} {idle:8.0f} {connected:12.2f}"
            f" {1000 * late[0]:12.1f} {1000 * late[1]:8.1f} {1000 * whole:20.1f}"
            f" {100 * least:7.2f} {cpu / least:6.1f}  {goal}",
            flush=True,
        )
    cpu, _, resident, connected, late, _ = measured(SHARING, PER_SOCKET)
    print(
        f"{SHARING:7} {100 * cpu:6.2f} {resident:5.0f} {'':8} {connected:12.2f} {1000 * late[0]:12.1f} {1000 * late[1]:8.1f}"
        f"  {PER_SOCKET} agents on each socket",
        flush=True,
    )
    for loop in ("asyncio", "uvloop") if find_spec("uvloop") else ("asyncio",):
        cpu, resident, connected = plain(loop)
        ratio = "" if first is None else f": {cpu / first:.1f} times the CPU"
        print(
            f"{PLAIN:7} {100 * cpu:6.2f} {resident:5.0f} {'':8} {connected:12.2f}  the plain client on {loop}{ratio}",
            flush=True,
        )
    each_cpu, each_second = flat_out()
    print(
        f"flat out: {each_cpu:,.0f} heartbeats a second of CPU (goal 80,000), {each_second:,.0f} a second of the clock;"
        f" {1 / bare(10_000, 5.0, 0)['each']:,.0f} of the bare sender's"
    )


if __name__ == "__main__":
    main()
