"""A desk: functions with real state behind them, that fail and take their time as configured. Pure.

Every call is checked against its schema, may fail by chance (a technical error, and nothing has happened), and else does
what it says to the state. What business forbids is no error but an answer: ``{"refused": "over_limit", …}``.
"""

import copy
import functools
import json
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from jsonschema import Draft202012Validator

from flexsim.randomness import Generator
from flexsim.voice.dialogue.banking import Bank
from flexsim.voice.dialogue.insurance import Insurer
from flexsim.voice.dialogue.personas import Agent, Faults, Scenario
from flexsim.voice.dialogue.tools import HANG_UP, HUMAN, VERIFY, for_agent

Arguments: TypeAlias = Mapping[str, Any]
Output: TypeAlias = dict[str, Any]

ATTEMPTS: Final = 3  # at telling who one is
UNAVAILABLE: Final = "the system did not answer in time, and nothing was done"
_FREE: Final = (VERIFY, HUMAN, HANG_UP)  # what may be called for somebody whom nobody knows yet


class Outcome(NamedTuple):
    """What a call gave: an output, or an error; and after how many seconds."""

    output: Output | None
    error: str | None
    delay: float

    def text(self) -> str:
        """As the text of the protocol's ``function_call_output``."""
        return json.dumps({"error": self.error} if self.error is not None else self.output)


class House(Protocol):
    """What stands behind a desk: a bank, an insurer."""

    state: dict[str, Any]

    def functions(self) -> Mapping[str, Callable[[Arguments], Output]]:
        """Its functions by name."""

    def knows(self, arguments: Arguments) -> bool:
        """Whether these are the particulars of the customer."""

    def welcome(self) -> Output:
        """What the agent is shown of a customer who is known now."""


_HOUSES: Final[Mapping[str, Callable[[dict[str, Any]], House]]] = {"banking": Bank, "insurance": Insurer}


class Desk:
    """The functions of one conversation. ``done`` counts, in the snapshot, how often each has succeeded."""

    __slots__ = ("_faults", "_functions", "_generator", "_house", "_validators", "tools")

    def __init__(
        self, domain: str, state: Mapping[str, Any], generator: Generator, faults: Mapping[str, Faults] | None = None
    ) -> None:
        self.tools = for_agent(domain)
        self._validators = _validators(domain)
        own = copy.deepcopy(dict(state))
        own |= {"verified": False, "attempts": 0, "locked": False, "human": False}
        own["done"] = dict.fromkeys(self._validators, 0)
        self._house = _HOUSES[domain](own)
        self._functions = self._house.functions()
        self._faults = faults or {}
        self._generator = generator

    def call(self, name: str, arguments: Arguments) -> Outcome:
        """Do it. Whatever comes, there is an outcome."""
        faults = self._faults.get(name) or self._faults.get("*") or Faults()
        fails = self._generator.random() < faults.error_rate  # drawn whatever happens, so that draws stay in step
        delay = 0.0 if name == HANG_UP else faults.delay.draw(self._generator)
        if name not in self._validators:
            return Outcome(None, f"no such function: {name}", delay)
        wrong = _wrong(self._validators[name], arguments)
        if wrong is not None:
            return Outcome(None, wrong, delay)
        if fails and name != HANG_UP:
            return Outcome(None, UNAVAILABLE, delay)
        output = self._do(name, arguments)
        if "refused" not in output:
            self._house.state["done"][name] += 1
        return Outcome(output, None, delay)

    def snapshot(self) -> dict[str, Any]:
        """How everything stands now."""
        return copy.deepcopy(self._house.state)

    def _do(self, name: str, arguments: Arguments) -> Output:
        state = self._house.state
        if name not in _FREE and not state["verified"]:
            return {"refused": "not_verified"}
        if name == VERIFY:
            return self._verify(arguments)
        if name == HUMAN:
            state["human"] = True
            return {"status": "connecting"}
        if name == HANG_UP:
            return {"status": "ended"}
        return self._functions[name](arguments)

    def _verify(self, arguments: Arguments) -> Output:
        state = self._house.state
        if state["locked"]:
            return {"refused": "locked", "attempts_left": 0}
        if self._house.knows(arguments):
            state["verified"] = True
            return {"verified": True, **self._house.welcome()}
        state["attempts"] += 1
        state["locked"] = state["attempts"] >= ATTEMPTS
        return {"refused": "locked" if state["locked"] else "no_match", "attempts_left": ATTEMPTS - state["attempts"]}


def desk_for(scenario: Scenario, agent: Agent, generator: Generator) -> Desk:
    """The agent's desk as the scenario finds it. In a domain of another's it is open, and knows nothing of the caller."""
    fits = scenario.domain == agent.domain
    state = scenario.state if fits else {"customer": scenario.state["customer"]}
    return Desk(agent.domain, state, generator, agent.functions)


@functools.cache
def _validators(domain: str) -> Mapping[str, Draft202012Validator]:
    return {each.name: Draft202012Validator(dict(each.parameters)) for each in for_agent(domain)}


def _wrong(validator: Draft202012Validator, arguments: Arguments) -> str | None:
    error = next(validator.iter_errors(dict(arguments)), None)
    if error is None:
        return None
    place = ".".join(map(str, error.absolute_path))
    return f"invalid arguments{f', {place}' if place else ''}: {error.message}"
