"""The virtual timeline held back to a clock: the same events, each no earlier than the clock shows its moment.

Real time is a brake on virtual time, not another way to simulate: a machine that is too slow falls behind the clock and
leaves nothing out.
"""

from flexsim.clock import Clock, sleep_until
from flexsim.fastforward.simulation import Simulation


async def run_paced(simulation: Simulation, clock: Clock, end: float) -> None:
    """Let everything happen that is due by ``end`` (UTC seconds on ``clock``, which starts at the simulation's time)."""
    while (moment := simulation.next_moment()) <= end:
        await sleep_until(clock, moment)
        simulation.run_until(min(max(clock.now(), moment), end))
    await sleep_until(clock, end)
