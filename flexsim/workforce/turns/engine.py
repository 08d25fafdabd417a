"""A turn, from what everybody says to what the company has become.

Waves speak; all weigh what is on the table; the decider decides by rule; a week passes; the analyst sums it up; memories are
kept. Where minds are repeatable, everything follows from the session and the turns before, for every store recalls alike
(``memory.ranking``). Rules and the world draw from numbers named by turn and purpose.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from flexsim.randomness import Randomness
from flexsim.workforce.company.centre import Centre
from flexsim.workforce.company.luck import Luck, world
from flexsim.workforce.company.model import advance
from flexsim.workforce.company.repertoire import ACTIONS
from flexsim.workforce.company.simulated_centre import SimulatedCentre
from flexsim.workforce.minds.mind import Mind, Utterance, View
from flexsim.workforce.records import (
    CompanyState,
    Decision,
    Listener,
    Memory,
    Message,
    Recall,
    Role,
    Session,
    Turn,
    Usage,
)
from flexsim.workforce.roles.loading import decider
from flexsim.workforce.scenario import Scenario, read_scenario
from flexsim.workforce.turns.coordinator import heard_by, messages, proposals_of, waves
from flexsim.workforce.turns.deciding import announcement, decide
from flexsim.workforce.turns.remembering import memories_of
from flexsim.workforce.turns.summary import summarise

_RECALLED: Final = 5  # memories a role has before it


class TurnEngine:
    """A ``Simulator``. ``luck`` None is the session's own; actions that are ``held`` are proposed, and never carried out.

    Without ``words`` nothing is said in words or remembered, and everything else is the same.
    """

    def __init__(
        self,
        mind: Mind,
        *,
        centre: Centre | None = None,
        luck: Randomness | None = None,
        words: bool = True,
        held: frozenset[str] = frozenset(),
    ) -> None:
        self._held = held
        self._mind = mind
        self._centre = centre or SimulatedCentre()
        self._luck = luck
        self._words = words

    async def next_turn(
        self, session: Session, turns: Sequence[Turn], memories: Recall, listener: Listener | None = None
    ) -> Turn:
        """The turn after ``turns``; ``listener`` hears every message and decision when it is made.

        Raises ConfigurationError where nobody takes part, and whatever the mind raises; then there is no turn.
        """
        randomness = self._luck or Randomness(session.seed)
        state = turns[-1].state if turns else session.beginning
        making = _Making(session, turns, state, randomness, memories, words=self._words, listener=listener)
        await making.speak(self._mind)
        await making.weigh(self._mind)
        decisions = making.decide(self._held)
        accepted = [each.proposal for each in decisions if each.accepted]
        after, ledger = advance(state, accepted, Luck(world(randomness), making.number), self._centre)
        return Turn(
            number=making.number,
            messages=tuple(making.messages),
            decisions=decisions,
            state=after,
            summary=summarise(state, after, decisions, ledger) if self._words else "",
            memories=memories_of(session.roles, turns, (state, after), decisions) if self._words else (),
            usage=making.usage(),
        )


def simulator(mind: Mind) -> TurnEngine:
    """What takes sessions on with this mind."""
    return TurnEngine(mind)


class _Making:
    """A turn in the making."""

    def __init__(  # noqa: PLR0913 -- all that a turn is made of
        self,
        session: Session,
        turns: Sequence[Turn],
        state: CompanyState,
        randomness: Randomness,
        recall: Recall,
        *,
        words: bool,
        listener: Listener | None,
    ) -> None:
        self.number = len(turns) + 1
        self.messages: list[Message] = []
        self._session = session
        self._turns = turns
        self._state = state
        self._recall = recall
        self._words = words
        self._listener = listener or _nobody
        self._draws = randomness.family("workforce", "minds")
        self._scenario = _read(session.scenario)
        self._decider = decider(session.roles)
        self._said: list[Utterance] = []
        self._wave = 0

    async def speak(self, mind: Mind) -> None:
        """Everybody, wave by wave."""
        for wave in waves(self._session.roles):
            self._take(await mind.propose([self._view(role) for role in wave]))

    async def weigh(self, mind: Mind) -> None:
        """Everybody, about what is on the table."""
        proposals = proposals_of(self._said)
        if proposals:
            self._take(await mind.weigh([self._view(role) for role in self._session.roles], proposals))

    def decide(self, held: frozenset[str]) -> tuple[Decision, ...]:
        """The decider's decisions, which it announces."""
        positions = [position for said in self._said for position in said.positions]
        decisions = decide(self._state, proposals_of(self._said), positions, self._session.roles, self._decider, held)
        for decision in decisions:
            self._listener(decision)
        if self._words:
            self._take([Utterance(role=self._decider.name, text=announcement(decisions))])
        return decisions

    def usage(self) -> Usage:
        """What the turn's answers cost."""
        every = [each.usage for each in self._said]
        return Usage(
            calls=sum(each.calls for each in every),
            input_tokens=sum(each.input_tokens for each in every),
            output_tokens=sum(each.output_tokens for each in every),
            dollars=sum(each.dollars for each in every),
        )

    def _take(self, said: Sequence[Utterance]) -> None:
        self._wave += 1
        self._said += said
        heard = messages(self.number, self._wave, said)
        self.messages += heard
        for message in heard:
            self._listener(message)

    def _view(self, role: Role) -> View:
        return View(
            role=role, roles=self._session.roles, scenario=self._scenario, turn=self.number, state=self._state,
            history=self._turns, heard=heard_by(role, self._said), memories=self._memories(role), draws=self._draws,
            words=self._words,
        )  # fmt: skip

    def _memories(self, role: Role) -> tuple[Memory, ...]:
        """What the role remembers of what it can do and of what this is about."""
        if not self._words:
            return ()
        can = [ACTIONS[kind].short for kind in role.capabilities if kind in ACTIONS]
        query = " ".join([*can, *(each.clause for each in self._scenario.themes), *role.goals])
        return tuple(self._recall.recall(role.name, query, turn=self.number, limit=_RECALLED))


def _nobody(_: Message | Decision) -> None:
    return


@lru_cache(maxsize=200)
def _read(text: str) -> Scenario:
    return read_scenario(text)
