"""Traces in virtual time: as many as are asked for, each with what is true of it, as fast as they can be made.

Everything is decided by the seed: ids come from one generator, what happens in a trace from the trace's own numbers, so
that the thousandth trace is the same however many come after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flexsim.randomness import Randomness
from flexsim.traces import truth
from flexsim.traces.answers import Answers
from flexsim.traces.declared import Emitted
from flexsim.traces.parameters import Number
from flexsim.traces.run import Facts, Ids, Names, Run
from flexsim.traces.scenarios import BY_NAME
from flexsim.traces.scheduler import Scheduler
from flexsim.traces.stage import VirtualStage
from flexsim.traces.vocabulary import vocabulary

_TOOL_DELAY: Final = 80.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One trace: its spans in the order of their end, the root last, and what its scenario knows of it."""

    scenario: str
    spans: list[Emitted]
    facts: Facts

    def answers(self) -> Answers:
        """What is true of it."""
        return truth.answers(self.scenario, self.spans, self.facts)


def tool_delay(parameters: Mapping[str, Number]) -> float:
    """The milliseconds of a tool call, by whichever name the scenario has for them."""
    return float(parameters.get("delay_ms", parameters.get("tool_delay_ms", _TOOL_DELAY)))


class VirtualTraces:
    """Makes traces one after the other; ``mesh`` goes before the names of their agents."""

    def __init__(self, seed: int, mesh: str = "") -> None:
        randomness = Randomness(seed)
        self._ids = Ids(randomness.generator("trace ids"))
        self._draws = randomness.family("trace")
        self._names = Names(mesh)
        self._words = {name: vocabulary(name) for name in BY_NAME}
        self._made = 0

    def make(self, scenario: str, parameters: Mapping[str, Number], start: int) -> Made:
        """The next trace, which begins at ``start`` (UTC nanoseconds)."""
        scheduler = Scheduler(start)
        stage = VirtualStage(scheduler, tool_delay(parameters))
        draws = self._draws.of(str(self._made)).random
        self._made += 1
        run = Run(stage, self._words[scenario], parameters, self._ids, draws, self._names)
        scheduler.run(BY_NAME[scenario](run))
        return Made(scenario=scenario, spans=run.spans, facts=run.facts)
