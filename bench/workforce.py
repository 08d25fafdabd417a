"""How fast a company of agents thinks: ``python bench/workforce.py``.

Turns: 50 weeks of the seven roles by rules, each in a process that has nothing cached, with the contact centre simulated.
What-if: 50 weeks, 30 pairs of branches, five more people in support from the beginning. Both wanted: under 1 s, under 5 s.
Beside them the contact centre alone, which is what the first run in a process pays for, and the same again with it remembered.
"""

import asyncio
import subprocess
import sys
import time

from flexsim.workforce.company import simulated_centre
from flexsim.workforce.memory.listed import ListedMemories
from flexsim.workforce.minds.rules import RulesMind
from flexsim.workforce.turns.engine import simulator
from flexsim.workforce.turns.opening import open_session
from flexsim.workforce.what_if.branches import Fork, compare

SCENARIO = "The Atlas release slips by three weeks, an outage hits payments, and the board asks whether to raise prices by 8 %."
WEEKS, PAIRS = 50, 30


async def play():
    session = open_session(SCENARIO, seed=7)
    engine, turns, memories = simulator(RulesMind()), [], ListedMemories()
    for _ in range(WEEKS):
        turn = await engine.next_turn(session, turns, memories)
        memories.add(turn.memories)
        turns.append(turn)
    return turns


async def ask():
    session = open_session(SCENARIO, seed=7)
    fork = Fork(changes=("headcount.support=+5",), at=0, turns=WEEKS, pairs=PAIRS)
    return await compare(session, (), fork, RulesMind())


def timed(work):
    """Seconds by the clock and of this process's own work."""
    wall, cpu = time.perf_counter(), time.process_time()
    asyncio.run(work())
    return time.perf_counter() - wall, time.process_time() - cpu


def measure(name):
    work = {"turns": play, "what-if": ask}[name]
    first, again = timed(work), timed(work)
    centres = simulated_centre._beyond.cache_info().currsize  # noqa: SLF001 -- a program that looks inside
    print(f"{first[0]:.3f} {first[1]:.3f} {again[0]:.3f} {again[1]:.3f} {centres}")


def main():
    print(
        f"{'':10} {'wanted':>8} {'first':>9} {'its CPU':>9} {'again':>9} {'its CPU':>9} {'centres':>8}   per turn, again"
    )
    for name, wanted, turns in (("turns", 1.0, WEEKS), ("what-if", 5.0, 2 * WEEKS * PAIRS)):
        told = subprocess.run(
            [sys.executable, __file__, name], capture_output=True, text=True, check=True
        ).stdout.split()
        wall, cpu, wall_again, cpu_again = map(float, told[:4])
        print(
            f"{name:10} {wanted:>6.0f} s {wall:>7.2f} s {cpu:>7.2f} s {wall_again:>7.2f} s {cpu_again:>7.2f} s {told[4]:>8}"
            f"   {1000 * cpu_again / turns:.2f} ms   {'met' if wall < wanted else 'missed'}"
        )


if __name__ == "__main__":
    measure(sys.argv[1]) if len(sys.argv) > 1 else main()
