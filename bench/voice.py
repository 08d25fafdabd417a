"""What voice conversations cost: live on one core, in virtual time, and in memory.

    python bench/voice.py [CONVERSATIONS]

Each part is a process of its own on one core. Live, engine and bridge are one process, and every frame of sound passes
through a WebSocket and back into the other session; what was to be reached stands in brackets.
"""

import json
import subprocess
import sys
from pathlib import Path

PARTS = Path(__file__).parent / "voice_parts"
LIVE = 150
SECONDS = 12.0


def part(name, *words):
    """What a part has measured."""
    command = [sys.executable, PARTS / f"{name}.py", *map(str, words)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode:
        sys.exit(found.stderr)
    return json.loads(found.stdout)


def line(what, value, goal=""):
    print(f"  {what:<52}{value:>18}   {f'[{goal}]' if goal else ''}", flush=True)


def virtual():
    print("virtual time, two sessions in one process, with minds, voices and functions")
    found = part("virtual")
    line("exact hearing, cached speech", f"{found['exact']:,.0f} x real time", "4,000")
    line("the same, recorded", f"{found['exact_recorded']:,.0f} x real time")
    line("voice activity detection and acoustic hearing", f"{found['acoustic']:,.0f} x real time", "350")
    line("the same, recorded", f"{found['acoustic_recorded']:,.0f} x real time")
    line("exact hearing, nothing spoken before, recorded", f"{found['fresh_recorded']:,.0f} x real time")


def live(count):
    print(f"live, {count} conversations at once, recorded")
    found = part("live", count, SECONDS)
    line("CPU of one core", f"{found['cpu']:.0%}", "66%")
    line("audio, due to heard, p50", f"{1000 * found['audio_p50']:.1f} ms", "2 ms")
    line("audio, due to heard, p99", f"{1000 * found['audio_p99']:.1f} ms", "10 ms")
    line("through the bridge alone, p99", f"{1000 * found['bridge_p99']:.2f} ms")
    line("both sessions ready, 33 beginning a second, p99", f"{1000 * found['ready_p99']:.0f} ms", "100 ms")
    line("both sessions ready, alone", f"{1000 * found['ready_alone']:.1f} ms")
    line("recording, of all CPU", f"{found['recording']:.1%}", "5%")
    line("memory of a conversation", f"{found['memory']:.2f} MB", "0.5 MB")
    line("utterances heard, and not understood", f"{found['heard']} {found['not_understood']}")


def manual(count):
    print(f"live, {count} conversations at once, turns by hand")
    found = part("live", count, SECONDS, "manual")
    line("turn switch, end of words to first sound, p50", f"{1000 * found['switch_p50']:.1f} ms")
    line("turn switch, end of words to first sound, p99", f"{1000 * found['switch_p99']:.1f} ms", "10 ms")


def memory():
    print("a call of 30 minutes, recorded, in virtual time")
    found = part("memory")
    line("memory after a minute", f"{found['early']:.2f} MB")
    line("memory at its end", f"{found['late']:.2f} MB", "0.5 MB more")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else LIVE
    virtual()
    live(count)
    manual(count)
    memory()
