"""What becomes of 5,000 agents when their backend is killed, ten times over, and when they are scaled up and down.

    python bench/swarm_rounds.py [AGENTS [ROUNDS]]

Exits 1 unless all come back each time, none twice, and neither descriptors nor memory grow.
"""

import contextlib
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from flexsim.load.client import ask

AGENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 10
PATIENCE = 60.0


@contextlib.contextmanager
def backend(port):
    command = [sys.executable, "-m", "flexsim", "load", "backend", "--port", str(port), "--json"]
    with subprocess.Popen(command, stdout=-1, text=True) as process:
        assert process.stdout.readline()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGKILL)


def memory(process):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1]) / 1000


def descriptors(process):
    return len(list(Path(f"/proc/{process.pid}/fd").iterdir()))


def agreed(url, control, wanted):
    """Seconds until the backend's registry, its sockets and the swarm all say this number."""
    began = time.perf_counter()
    while time.perf_counter() - began < PATIENCE:
        stats = ask(url, "GET", "/stats")
        if stats["agents"] == stats["connections"] == wanted == ask(control, "GET", "/status")["connectedAgents"]:
            assert stats["ledger"]["events"].get("replaced", 0) == 0, stats["ledger"]
            return time.perf_counter() - began
        time.sleep(0.1)
    sys.exit(f"{wanted} agents were to be there: {stats['agents']} are, on {stats['connections']} sockets")


def main():
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    command = [
        sys.executable, "-m", "flexsim", "load", "agents", "--backend-url", f"http://127.0.0.1:{port}", "--seed", "1",
        "--agents", str(AGENTS), "--control-port", "0", "--processes", "1",
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=-1, stdout=subprocess.DEVNULL, text=True) as swarm:
        control = re.search(r"control at (\S+);?", swarm.stderr.readline())[1]
        with backend(port) as url:
            ask(control, "POST", "/start", {"activeAgents": 0})
            for wanted in (AGENTS, 200, AGENTS, 0, AGENTS):
                began = time.perf_counter()
                ask(control, "POST", "/scale", {"targetAgents": wanted})
                answered = time.perf_counter() - began
                print(
                    f"scaled to {wanted}: answered after {answered:.2f} s, agreed {agreed(url, control, wanted):.2f} s later",
                    flush=True,
                )
        looks = []
        for number in range(1, ROUNDS + 1):
            with backend(port) as url:
                took = agreed(url, control, AGENTS)
                time.sleep(2)
                assert ask(url, "GET", "/stats")["agents"] == AGENTS
                looks.append((memory(swarm), descriptors(swarm)))
                print(
                    f"round {number}: all {AGENTS} back after {took:.1f} s, {looks[-1][0]:.0f} MB, {looks[-1][1]} descriptors",
                    flush=True,
                )
        swarm.terminate()
    grown = looks[-1][0] - looks[0][0]
    if len({number for _, number in looks[1:]}) > 2 or grown > 0.1 * looks[0][0]:
        sys.exit(f"something leaks: {looks}")


if __name__ == "__main__":
    main()
