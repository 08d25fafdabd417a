"""Sessions, states and turns for the tests of the workforce, made in no time: the contact centre is Erlang A's."""

import asyncio
from dataclasses import replace

from flexsim.randomness import Randomness
from flexsim.workforce.company.beginning import MIDDLING
from flexsim.workforce.company.centre import ErlangCentre
from flexsim.workforce.company.luck import Luck, world
from flexsim.workforce.company.model import advance
from flexsim.workforce.memory.listed import ListedMemories
from flexsim.workforce.minds.mind import View
from flexsim.workforce.minds.rules import RulesMind
from flexsim.workforce.records import Proposal, Role, Traits
from flexsim.workforce.roles.loading import seven_roles
from flexsim.workforce.scenario import read_scenario
from flexsim.workforce.turns.engine import TurnEngine
from flexsim.workforce.turns.opening import open_session

SCENARIO = "The Atlas release slips by three weeks, and support is swamped with calls."
CENTRE = ErlangCentre()


def proposal(kind, amount=2.0, role="support"):
    return Proposal(role=role, kind=kind, amount=amount, reason="")


def luck(seed=1, turn=1):
    return Luck(world(Randomness(seed)), turn)


def week(state=MIDDLING, *accepted, seed=1, centre=CENTRE):
    return advance(state, accepted, luck(seed, state.turn + 1), centre)


def state(**more):
    return replace(MIDDLING, **more)


def role_named(name, **traits):
    found = next(role for role in seven_roles() if role.name == name)
    return replace(found, traits=replace(found.traits, **traits))


def plain_role(name="one", **more):
    given = {
        "title": name.title(),
        "goals": ("Keep quality",),
        "responsibilities": ("all",),
        "capabilities": ("fix_quality",),
    }
    return Role(name=name, traits=Traits(), priority=1, **{**given, **more})


def view(role, *, at=MIDDLING, scenario=SCENARIO, turn=1, seed=1, history=(), heard=(), memories=(), words=True):
    return View(
        role=role, roles=seven_roles(), scenario=read_scenario(scenario), turn=turn, state=at, history=history, heard=heard,
        memories=memories, draws=Randomness(seed).family("workforce", "minds"), words=words,
    )  # fmt: skip


def played(count, *, scenario=SCENARIO, seed=1, roles=None, mind=None, **more):
    """A session and its first turns."""
    session = open_session(scenario, seed=seed, roles=roles)
    engine = TurnEngine(mind or RulesMind(), centre=CENTRE, **more)

    async def go():
        turns, memories = [], ListedMemories()
        for _ in range(count):
            turns.append(await engine.next_turn(session, turns, memories))
            memories.add(turns[-1].memories)
        return turns

    return session, asyncio.run(go())
