"""A long run of everything that must not grow, lose or lie: a contact centre at 50 tasks a second, a swarm under random faults.

    python bench/soak.py centre [MINUTES [TASKS_A_SECOND]]    30 minutes and 50 unless given
    python bench/soak.py swarm [MINUTES [AGENTS]]             20 minutes and 5,000

The centre is flexsim demo: a local TaskRouter, agentsim and custsim, which speak to each other over HTTP. Exits 1 where memory grows, a
request is lost, a task is missing, or the auditor finds anything; of the swarm, where its counts and the backend's ledger differ.
"""

import contextlib
import json
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flexsim.load.client import ask

LOOK_EVERY = 10.0
GROWTH = 1.05  # the last quarter's mean memory over that of the third
# TaskRouter's statistics know every second of the last hour: two hours of them are kept, which in 30 minutes must have passed.
SPEED = 8
FAULTS = ("drop", "duplicate", "delay", "close", "half_open", "slow_read")


def memory(process):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1]) / 1000


def processor(process):
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def flat(name, looks):
    """Whether memory is flat once all has warmed up, printed."""
    quarter = len(looks) // 4
    early, late = looks[2 * quarter : 3 * quarter], looks[-quarter:]
    before, after = sum(early) / len(early), sum(late) / len(late)
    print(
        f"{name}: memory {before:.1f} MB in the third quarter, {after:.1f} MB in the last: {after / before:.3f} times",
        flush=True,
    )
    return after <= before * GROWTH


def watched(processes, seconds):
    """Memory of each process, looked at regularly until the first has ended or the time is over."""
    looks = {name: [] for name in processes}
    end = time.monotonic() + seconds
    while time.monotonic() < end and all(each.poll() is None for each in processes.values()):
        time.sleep(LOOK_EVERY)
        for name, process in processes.items():
            with contextlib.suppress(OSError, TypeError):  # it has just ended
                looks[name].append(memory(process))
    return looks


def centre(minutes, rate):
    """A centre whose agents need four real seconds a task, all day long."""
    domain = {
        "brand": "Soak",
        "agentCnt": int(rate * 4 * 1.6) + 10,
        "queueFilterDim": "topic",
        "queueWorkerDims": ["skill"],
        "arrivals": {"ratePerHour": rate * 3600 / SPEED},
        "dimensions": {
            "topic": {"options": {"all": ["A", "B", "C", "D"]}},
            "skill": {
                "entity": "workers",
                "attrName": "routing.skills",
                "valueCnt": 2,
                "options": {"all": ["A", "B", "C", "D"]},
            },
            "talkTime": {"curve": "exponential", "mean": 3 * SPEED, "min": 0.1, "max": 30 * SPEED},
            "wrapTime": {"curve": "exponential", "mean": SPEED, "min": 0.1, "max": 10 * SPEED},
            "abandonTime": {"curve": "exponential", "mean": 60 * SPEED, "min": 5 * SPEED, "max": 600 * SPEED},
            "activity": {
                "options": {"all": ["Available"]},
                "optionParams": {"all": [{"portion": 1, "baseDur": 36_000}]},
            },
        },
    }
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "domain.json").write_text(json.dumps(domain))
        command = [
            sys.executable, "-m", "flexsim", "--quiet", "demo", "--domaindir", folder, "--duration", str(minutes * 60), "--speed", str(SPEED),
            "--seed", "1", "--out", folder, "--no-report", "--json",
        ]  # fmt: skip
        began = time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            looks = watched({"centre": process}, minutes * 60 - LOOK_EVERY)
            used, lasted = processor(process), time.monotonic() - began
            figures = json.loads(process.communicate()[0])
        run = Path(figures["folder"])
        total, tasks = figures["total"], figures["tasks"]
        print(
            f"{total['offered']:,} tasks in {minutes} minutes: {total['offered'] / (minutes * 60):.1f} a second, {100 * used / lasted:.0f} % of a core"
        )
        print(
            f"handled {total['handled']:,}, abandoned {total['abandoned']}, service level {total['service_level']:.1%}, ASA {total['asa']} s"
        )
        # Whether the callbacks and requests arrived is in the log: no reservation may have timed out at its agent.
        events = (run / "events.jsonl").read_text(encoding="utf-8")
        timeouts = events.count('"reservation.timeout"')
        print(f"reservations that nobody answered: {timeouts}; event log {len(events) / 1e6:.0f} MB")
        audit = subprocess.run(
            [sys.executable, "-m", "flexsim", "audit", str(run)], capture_output=True, text=True, check=False
        )
        print(f"audit: {audit.stdout.strip()[-2000:]}")
        print(f"agentsim {figures.get('agentsim')}, custsim {figures.get('custsim')}")
        whole = total["offered"] == sum(tasks.values())
        return all((flat("centre", looks["centre"]), audit.returncode == 0, whole, timeouts == 0))


def swarm(minutes, agents):
    """Agents whose backend drops, doubles, delays, closes and stalls, each for a while, by chance."""
    dice = random.Random(1)
    backend = [sys.executable, "-m", "flexsim", "load", "backend", "--port", "0", "--json"]
    with subprocess.Popen(backend, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as there:
        url = json.loads(there.stdout.readline())["url"]
        command = [
            sys.executable, "-m", "flexsim", "load", "agents", "--backend-url", url, "--seed", "1", "--agents", str(agents),
            "--active", str(agents), "--auto-start", "--control-port", "0", "--processes", "1",
        ]  # fmt: skip
        with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as here:
            control = re.search(r"control at (\S+);?", here.stderr.readline())[1]
            looks = {"swarm": [], "backend": []}
            end = time.monotonic() + minutes * 60
            changed = 0.0
            while time.monotonic() < end:
                if time.monotonic() - changed > 30:
                    changed = time.monotonic()
                    chosen = {name: dice.choice((0.0, 0.001, 0.01)) for name in FAULTS}
                    ask(url, "PUT", "/faults", chosen)
                time.sleep(LOOK_EVERY)
                looks["swarm"].append(memory(here))
                looks["backend"].append(memory(there))
            ask(url, "PUT", "/faults", dict.fromkeys(FAULTS, 0.0))
            time.sleep(30)  # whoever was thrown out comes back
            status, truth = ask(control, "GET", "/stats"), ask(url, "GET", "/stats")
            used = {"swarm": processor(here), "backend": processor(there)}
            for process in (here, there):
                process.send_signal(signal.SIGTERM)
    print(f"faults committed: {truth['ledger']['faults']}; reconnects {status['events'].get('reconnected', 0):,}")
    print(
        f"processor: {', '.join(f'{name} {100 * each / (minutes * 60):.0f} % of a core' for name, each in used.items())}"
    )
    agreed = status["connectedAgents"] == truth["agents"] == truth["connections"] == agents
    print(
        f"at the end {status['connectedAgents']} agents are connected; the backend has {truth['agents']} on {truth['connections']} sockets"
    )
    return all((flat("swarm", looks["swarm"]), flat("backend", looks["backend"]), agreed))


if __name__ == "__main__":
    what, default = sys.argv[1], {"centre": (30, 50), "swarm": (20, 5000)}[sys.argv[1]]
    numbers = [int(each) for each in sys.argv[2:]]
    sys.exit(0 if {"centre": centre, "swarm": swarm}[what](*numbers, *default[len(numbers) :]) else 1)
