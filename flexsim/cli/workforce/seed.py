"""The command ``flexsim workforce seed``: example sessions, to have something to look at."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexsim import interrupts
from flexsim.cli import output
from flexsim.cli.options import Json, Seed, common, seed_or_fresh
from flexsim.cli.workforce import storing

if TYPE_CHECKING:
    from flexsim.workforce.records import Session, Turn

_SCENARIOS: Final = (
    "The release slips by three weeks, and support is swamped with calls",
    "A competitor has cut its prices by 20 %; should we follow, or hire for quality?",
    "We grow faster than we can hire: 60 % more customers this quarter",
)


def seed(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    sessions: Annotated[int, typer.Option("--sessions", help="How many sessions.", min=1, max=1000)] = 3,
    turns: Annotated[int, typer.Option("--turns", help="How many turns each.", min=1, max=520)] = 8,
    random_seed: Seed = None,
    database: storing.Database = None,
    as_json: Json = False,
) -> None:
    """Write example sessions into the store, played by rules: nothing is asked of any model or network.

    Example: flexsim workforce seed
    Example: flexsim workforce seed --sessions 10 --turns 20 --seed 7 --json
    """
    first = seed_or_fresh(context, random_seed)
    told = []
    with storing.opened(context, database) as store, output.progress(quiet=common(context).quiet or as_json) as bars:
        task = bars.add_task("sessions", total=sessions)
        for number in range(sessions):
            session, played = interrupts.run(_played(_SCENARIOS[number % len(_SCENARIOS)], first + number, turns))
            store.import_run(session, played)
            told.append(
                {"session_id": session.id, "scenario": session.scenario, "seed": session.seed, "turns": len(played)}
            )
            bars.advance(task)
    if as_json:
        output.print_json({"sessions": told})
        return
    for each in told:
        output.print_line(f"{each['session_id']}  {each['turns']} turns, seed {each['seed']}: {each['scenario']}")


async def _played(scenario: str, seed: int, turns: int) -> "tuple[Session, list[Turn]]":
    from dataclasses import replace

    from flexsim.randomness import fresh_secret
    from flexsim.workforce.memory.listed import ListedMemories
    from flexsim.workforce.minds.rules import RulesMind
    from flexsim.workforce.turns.engine import simulator
    from flexsim.workforce.turns.opening import open_session

    session = replace(open_session(scenario, seed=seed), id=f"WS{fresh_secret()}")
    engine, memories, played = simulator(RulesMind()), ListedMemories(), list["Turn"]()
    for _ in range(turns):
        played.append(await engine.next_turn(session, played, memories))
        memories.add(played[-1].memories)
    return session, played
