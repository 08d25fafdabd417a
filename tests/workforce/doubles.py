"""A simulator that says and decides what seed and turn give, obeying ``records.py``: for tests of what is built around it."""

import asyncio

from flexsim.errors import ConfigurationError, TargetUnreachable
from flexsim.randomness import Randomness, fresh_secret
from flexsim.workforce.memory.listed import ListedMemories
from flexsim.workforce.records import (
    CompanyState,
    Decision,
    Memory,
    MemoryKind,
    Message,
    Proposal,
    Role,
    Session,
    Traits,
    Turn,
    Usage,
)

TOPICS = ("queue", "release", "budget", "outage", "hiring", "price", "churn", "backlog")


def role(name, priority=1):
    return Role(
        name=name, title=name.title(), goals=("a goal",), responsibilities=("a duty",), capabilities=("a skill",),
        traits=Traits(creative=0.25), priority=priority, prompt="You are {name}.",
    )  # fmt: skip


ROLES = (role("ceo"), role("support", 2), role("analyst", 3))
BEGINNING = CompanyState(headcount={"support": 12, "engineering": 5}, customers=900, budget=250.1, morale=0.7)


def session(**given):
    return Session(
        **{"id": f"SN{fresh_secret()}", "scenario": "The release slips", "seed": 7, "mind": "rules", "roles": ROLES,
           "beginning": BEGINNING} | given
    )  # fmt: skip


class SeededSimulator:
    """Each role says something, proposes something and remembers something; ``gate`` holds every turn up until it is set."""

    def __init__(self, gate=None):
        self.gate = gate
        self.calls = 0
        self.called = asyncio.Event()

    async def next_turn(self, session, turns, memories, listener=None):
        self.calls += 1
        self.called.set()
        number = len(turns) + 1
        draw = Randomness(session.seed).generator("double", number)
        messages, decisions, kept = [], [], []
        for wave, each in enumerate(session.roles):
            topic = draw.choice(TOPICS)
            found = memories.recall(each.name, topic, turn=number, limit=3)
            messages.append(
                Message(turn=number, wave=wave, sender=each.name, recipients=("ceo",) if wave else (), text=f"About the {topic} in turn {number}; I recall {len(found)}.")
            )  # fmt: skip
            asked = Proposal(role=each.name, kind="hire", amount=draw.random(), reason=f"because of the {topic}")
            decisions.append(
                Decision(turn=number, proposal=asked, accepted=draw.random() < 0.5, decided_by="ceo", reason="so be it")
            )
            kept.append(
                Memory(role=each.name, kind=draw.choice(list(MemoryKind)), text=f"The {topic} came up in turn {number}", importance=draw.random(), turn=number, expires=draw.choice((None, number + 2)))
            )  # fmt: skip
            if listener is not None:
                listener(messages[-1])
                listener(decisions[-1])
        if self.gate is not None:
            await self.gate.wait()
        await asyncio.sleep(0)
        state = CompanyState(
            turn=number,
            headcount={"support": 12 + number, "engineering": 5},
            customers=900 - number,
            budget=250.1 - number * 0.1,
            morale=draw.random(),
        )
        return Turn(
            number=number, messages=tuple(messages), decisions=tuple(decisions), state=state,
            summary=f"Turn {number} is over", memories=tuple(kept), usage=Usage(calls=3, input_tokens=10, output_tokens=5, dollars=0.01),
        )  # fmt: skip


class SeededCompany:
    """Whatever makes sessions, simulators and comparisons, by the double; ``refused`` is what a comparison says no with."""

    roles = ROLES
    minds = ("rules", "broken")

    def __init__(self, gate=None):
        self.simulators = SeededSimulator(gate)
        self.compared = []

    def open(self, beginning):
        named = ROLES if beginning.roles is None else [each for each in ROLES if each.name in beginning.roles]
        if beginning.roles is not None and len(named) < len(beginning.roles):
            raise ConfigurationError("no such role")
        return session(scenario=beginning.scenario, seed=beginning.seed, mind=beginning.mind, roles=tuple(named))

    def simulator(self, mind):
        if mind == "broken":
            return BrokenSimulator()
        if mind != "rules":
            raise ConfigurationError(f"no such mind: {mind}; there is rules")
        return self.simulators

    def compare(self, session, turns, question):
        if any("=" not in each for each in question.changes):
            raise ConfigurationError("a change is NAME=WISH")
        self.compared.append((session, tuple(turns), question))
        return {
            "effects": [{"what": each, "mean": 0.5} for each in question.changes],
            "identical": not question.changes,
        }


class BrokenSimulator:
    """Whose model cannot be reached."""

    async def next_turn(self, session, turns, memories, listener=None):
        raise TargetUnreachable("the model does not answer")


async def told(session, count, memories):
    """The first turns of a session; ``memories`` must have an ``add``."""
    simulator, turns = SeededSimulator(), []
    for _ in range(count):
        turns.append(await simulator.next_turn(session, turns, memories))
        memories.add(turns[-1].memories)
    return turns


def turns_of(session, count):
    """The same, for whoever does not wait."""
    return asyncio.run(told(session, count, ListedMemories()))
