"""Forks a session: the turns before stay as they are, then two branches go on, one as it was and one with something changed.

Each pair of branches has the same luck, by name: what the world does in a turn, and every whim of every mind, are the same
numbers in both, so what differs is what the change made different (common random numbers). Pair 0 has the session's own luck,
so its unchanged branch is what the session did, or would have done, to the last letter; the other pairs have luck of their own.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flexsim.errors import ConfigurationError
from flexsim.randomness import Randomness
from flexsim.workforce.company.centre import Centre
from flexsim.workforce.company.simulated_centre import SimulatedCentre
from flexsim.workforce.memory.listed import ListedMemories
from flexsim.workforce.minds.mind import Mind
from flexsim.workforce.records import CompanyState, Session, Turn
from flexsim.workforce.turns.engine import TurnEngine
from flexsim.workforce.what_if.changes import Change, Changed, apply
from flexsim.workforce.what_if.effects import RESAMPLES, Effect, effects, measured

MOST_TURNS: Final = 520
MOST_PAIRS: Final = 10_000

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """What to compare: ``at`` turns are kept, ``turns`` follow, ``pairs`` times, with ``changes`` in the second of each pair.

    ``first`` is the number of the first pair's luck, for those who want others than the last time.
    """

    changes: tuple[str, ...]
    at: int
    turns: int
    pairs: int = 30
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """What came of it: the first pair in full, turns and texts, and every effect over all pairs."""

    fork: Fork
    changes: tuple[Change, ...]
    before: tuple[Turn, ...]
    after: tuple[Turn, ...]
    effects: tuple[Effect, ...]

    @property
    def identical(self) -> bool:
        """Whether the first pair's branches are the same, to the last letter."""
        return self.before == self.after

    def document(self) -> dict[str, Any]:
        """As a JSON-ready document, without the branches' texts."""
        return {
            "at": self.fork.at, "turns": self.fork.turns, "pairs": self.fork.pairs, "identical": self.identical,
            "changes": [{"change": each.text, "before": each.before, "after": each.after} for each in self.changes],
            "effects": [each.document() for each in self.effects],
        }  # fmt: skip


async def compare(  # noqa: PLR0913 -- what is compared, and how
    session: Session,
    turns: Sequence[Turn],
    fork: Fork,
    mind: Mind,
    *,
    centre: Centre | None = None,
    progress: Progress | None = None,
    resamples: int = RESAMPLES,
) -> WhatIf:
    """Run the pairs; ``turns`` are the session's so far, of which ``fork.at`` are kept.

    Raises ConfigurationError for a fork or a change that cannot be. A mind that is not repeatable is asked anew in every
    branch, so that its whims are part of the uncertainty.
    """
    _check(fork, len(turns))
    kept = tuple(turns[: fork.at])
    state = kept[-1].state if kept else session.beginning
    changed = apply(fork.changes, state, session.roles)
    runner = _Runner(session, kept, mind, centre or SimulatedCentre(), fork.turns)
    same = Changed(state=state, roles=session.roles)
    firsts: list[tuple[Turn, ...]] = []
    before: list[dict[str, float]] = []
    after: list[dict[str, float]] = []
    for pair in range(fork.pairs):
        for which, branch, figures in ((0, same, before), (1, changed, after)):
            made = await runner.run(branch, pair + fork.first, words=pair == 0)
            if pair == 0:
                firsts.append(made)
            figures.append(measured(made))
            if progress is not None:
                progress((2 * pair + which + 1) / (2 * fork.pairs))
    return WhatIf(
        fork=fork, changes=changed.changes, before=firsts[0], after=firsts[1],
        effects=tuple(effects(before, after, seed=session.seed, resamples=resamples)),
    )  # fmt: skip


def _check(fork: Fork, turns: int) -> None:
    for name, value, low, high in (
        ("the turn to fork at", fork.at, 0, turns),
        ("the number of turns to follow", fork.turns, 1, MOST_TURNS),
        ("the number of pairs", fork.pairs, 1, MOST_PAIRS),
        ("the first pair's luck", fork.first, 0, 10**9),
    ):
        if not low <= value <= high:
            raise ConfigurationError(f"{name} is from {low:,} to {high:,}, not {value:,}")


class _Runner:
    """Runs branches of one session from one turn on."""

    def __init__(self, session: Session, kept: tuple[Turn, ...], mind: Mind, centre: Centre, turns: int) -> None:
        self._session = session
        self._kept = kept
        self._mind = mind
        self._centre = centre
        self._turns = turns

    async def run(self, branch: Changed, number: int, *, words: bool) -> tuple[Turn, ...]:
        """The turns of a branch with the luck of this number."""
        randomness = Randomness(self._session.seed).replication(number).replication(branch.luck)
        needs_words = words or not self._mind.repeatable
        engine = TurnEngine(self._mind, centre=self._centre, luck=randomness, words=needs_words, held=branch.held)
        session = replace(self._session, roles=branch.roles)
        turns = list(_standing(self._kept, branch.state))
        session = session if turns else replace(session, beginning=branch.state)
        recall = ListedMemories(memory for turn in turns for memory in turn.memories)
        for _ in range(self._turns):
            turn = await engine.next_turn(session, turns, recall)
            recall.add(turn.memories)
            turns.append(turn)
        return tuple(turns[len(self._kept) :])


def _standing(kept: tuple[Turn, ...], state: CompanyState) -> tuple[Turn, ...]:
    """The turns that are kept, the last with the branch's state, from which the branch goes on."""
    return (*kept[:-1], replace(kept[-1], state=state)) if kept and kept[-1].state != state else kept
