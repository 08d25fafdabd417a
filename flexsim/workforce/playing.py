"""The company that the service is handed: roles, minds, the turn engine and its branches behind one port."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from typing import Any, Final

from flexsim.errors import ConfigurationError
from flexsim.workforce.minds.mind import Mind
from flexsim.workforce.records import Role, Session, Simulator, Turn
from flexsim.workforce.roles.loading import seven_roles
from flexsim.workforce.service import Beginning, Question
from flexsim.workforce.turns.engine import simulator
from flexsim.workforce.turns.opening import open_session
from flexsim.workforce.what_if.branches import Fork, compare

_ASKED_TURNS: Final = 100  # of a what-if whose every turn costs money, in all of its branches
OpenMind = Callable[[str], AbstractAsyncContextManager[Mind]]


class PlayedCompany:
    """A ``Company`` of these ``roles``. ``minds`` are open; ``open_mind`` opens another one of a name, for another event loop.

    ``missing`` says, of minds there could be, what keeps them away.
    """

    def __init__(
        self,
        minds: Mapping[str, Mind],
        open_mind: OpenMind,
        *,
        roles: tuple[Role, ...] | None = None,
        missing: Mapping[str, str] | None = None,
    ) -> None:
        self.roles = seven_roles() if roles is None else roles
        self._minds = minds
        self._open_mind = open_mind
        self._missing = missing or {}

    @property
    def minds(self) -> tuple[str, ...]:
        """The names of the minds that can be asked for."""
        return tuple(self._minds)

    def open(self, beginning: Beginning) -> Session:
        """A session that begins so; raises ConfigurationError for a role that there is not."""
        taking_part = self.roles if beginning.roles is None else self._named(beginning.roles)
        return open_session(beginning.scenario, seed=beginning.seed, mind=beginning.mind, roles=taking_part)

    def simulator(self, mind: str) -> Simulator:
        """The turn engine with this mind; raises ConfigurationError where there is none."""
        return simulator(self._mind(mind))

    def compare(self, session: Session, turns: Sequence[Turn], question: Question) -> Mapping[str, Any]:
        """What would have been, in pairs of branches; in a thread of the caller's choice, which it keeps busy."""
        branches = 2 * question.pairs * question.turns
        if not self._mind(session.mind).repeatable and branches > _ASKED_TURNS:
            raise ConfigurationError(
                f"{question.pairs} pairs of {question.turns} turns are {branches} turns that a model is asked for; ask for at"
                f" most {_ASKED_TURNS}, with fewer pairs or turns"
            )
        return asyncio.run(self._compare(session, turns, question))

    async def _compare(self, session: Session, turns: Sequence[Turn], question: Question) -> Mapping[str, Any]:
        assert question.at is not None, "the service has filled it in"
        fork = Fork(changes=question.changes, at=question.at, turns=question.turns, pairs=question.pairs)
        async with self._open_mind(session.mind) as mind:
            found = await compare(session, turns, fork, mind)
        last = {"before": asdict(found.before[-1].state), "after": asdict(found.after[-1].state)}
        return found.document() | {"first_pair_ends": last}

    def _named(self, names: Sequence[str]) -> tuple[Role, ...]:
        known = {each.name: each for each in self.roles}
        for name in names:
            if name not in known:
                raise ConfigurationError(f"no such role: {name}; there are {', '.join(known)}")
        return tuple(each for each in self.roles if each.name in names)

    def _mind(self, name: str) -> Mind:
        if name in self._missing:
            raise ConfigurationError(self._missing[name])
        if name not in self._minds:
            raise ConfigurationError(f"no such mind: {name}; there are {', '.join(self._minds)}")
        return self._minds[name]
