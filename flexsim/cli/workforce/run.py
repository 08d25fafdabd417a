"""The command ``flexsim workforce run``."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flexsim import interrupts
from flexsim.cli import output
from flexsim.cli.options import Json, Junit, Out, Seed, WithReport, common, fails_if, seed_or_fresh
from flexsim.cli.workforce import storing, thinking
from flexsim.cli.workforce.thinking import Minds, Thinking
from flexsim.errors import ConfigurationError, FlexsimError

if TYPE_CHECKING:
    from flexsim.cli.workforce.watching import Watching
    from flexsim.workforce.evidence import Evidence
    from flexsim.workforce.records import Session, Simulator, Turn
    from flexsim.workforce.store.store import Store

ScenarioOption = Annotated[
    str,
    typer.Option(
        "--scenario",
        metavar="TEXT|FILE",
        help="What the company faces, in a few sentences, or a file of them.",
        show_default=False,
    ),
]
RolesOption = Annotated[
    Path | None,
    typer.Option(
        "--roles", help="A YAML file of your own roles; the seven unless given.", dir_okay=False, show_default=False
    ),
]


def run(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    *,
    scenario: ScenarioOption,
    turns: Annotated[int, typer.Option("--turns", help="How many weeks.", min=1, max=520)] = 8,
    mind: thinking.MindOption = Minds.RULES,
    seed: Seed = None,
    roles: RolesOption = None,
    model: thinking.ModelOption = None,
    base_url: thinking.BaseUrl = None,
    temperature: thinking.Temperature = 0.7,
    price: thinking.PriceOption = None,
    timeout: thinking.Timeout = 60.0,
    retries: thinking.Retries = 4,
    at_once: thinking.AtOnce = 8,
    record: thinking.Record = None,
    replay: thinking.Replay = None,
    out: Out = Path("runs"),
    keep: Annotated[
        bool,
        typer.Option("--store/--no-store", help="Keep the session in the store, too, for memory, what-if and serve."),
    ] = True,
    database: storing.Database = None,
    brief: Annotated[
        bool, typer.Option("--brief", help="Print each week's summary only, not the conversation.")
    ] = False,
    with_report: WithReport = True,
    fail_if: Annotated[list[str] | None, fails_if('comes true: "service_level < 80%", "budget < 0"')] = None,
    junit: Junit = None,
    as_json: Json = False,
) -> None:
    """Let a company of agents work through a scenario, week by week: they talk, propose, decide, and the company follows.

    With rules it costs nothing, needs no network and repeats exactly; with a language model each role asks it.
    Leaves a folder with everything that was said and decided, the figures, and a page, and a session in the store
    (docs/workforce.md).

    Example: flexsim workforce run --scenario "The release slips by three weeks and support is swamped" --turns 8 --seed 7
    Example: flexsim workforce run --scenario scenario.txt --turns 26 --brief --fail-if "service_level < 70%" --json
    Example: flexsim workforce run --scenario "Prices rise by 10 %" --mind llm --base-url http://127.0.0.1:11434/v1 --model llama3.1
    """
    from flexsim.cli.checking import read_checks
    from flexsim.workforce.figures import FIGURES, judge

    checks = read_checks("flexsim workforce run", fail_if, junit, vocabulary=FIGURES)
    seed = seed_or_fresh(context, seed)
    quiet = common(context).quiet
    session = _session(scenario, seed, mind, roles)
    wanted = Thinking(
        mind=mind, seed=seed, model=model, base_url=base_url, temperature=temperature, price=price, timeout=timeout,
        retries=retries, at_once=at_once, record=record, replay=replay,
    )  # fmt: skip
    with storing.keeping(context, database if keep else None, wanted=keep) as store:
        play = _Play(session=session, count=turns, out=out, silent=as_json or quiet, brief=brief)
        done, path, ended = interrupts.run(_play(context, play, wanted, store))
    if not done and ended is not None:
        raise ended
    if with_report:
        from flexsim.workforce.page import leave_page

        leave_page(path, session, done)
    verdicts = judge(checks.thresholds, _figures(done))
    if as_json:
        output.print_json(_document(path, session, done, [each.document() for each in verdicts]))
    else:
        _print(path, session, done)
    if ended is not None:
        raise ended
    checks.enforce(verdicts, quiet=quiet)


def _session(scenario: str, seed: int, mind: Minds, roles: Path | None) -> "Session":
    from flexsim.randomness import fresh_secret
    from flexsim.workforce.roles.loading import read_roles
    from flexsim.workforce.turns.opening import open_session

    taking_part = None if roles is None else read_roles(roles)
    session = open_session(_text(scenario), seed=seed, mind=mind.value, roles=taking_part)
    return replace(session, id=f"WS{fresh_secret()}")  # each run is one of its own, in the store


def _text(scenario: str) -> str:
    """The scenario itself: what was given, or what the file holds that it names."""
    path = Path(scenario)
    try:
        is_file = path.is_file()
    except OSError:  # a text too long to be a name
        return scenario
    if not is_file:
        if len(scenario.split()) == 1 and path.suffix in {".txt", ".md"}:
            raise ConfigurationError(f"there is no file {scenario}; --scenario takes a file or the text itself")
        return scenario
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(f"cannot read {path}: {reason}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Play:
    """What is played, where that is left, and how much of it is shown."""

    session: "Session"
    count: int
    out: Path
    silent: bool
    brief: bool


async def _play(
    context: typer.Context, play: _Play, wanted: Thinking, store: "Store | None"
) -> "tuple[list[Turn], Path, BaseException | None]":
    """Turn after turn; Ctrl-C, or a model that fails, ends it with the turns that are whole. Gives what ended it, too."""
    from flexsim.cli.workforce.watching import Watching
    from flexsim.clock import WallClock
    from flexsim.workforce.evidence import Evidence

    with Watching(play.session, play.count, silent=play.silent, brief=play.brief) as watching:
        async with thinking.mind_of(context, wanted, watching.speaking) as mind:
            from flexsim.workforce.turns.engine import simulator

            with Evidence(play.out, play.session, WallClock().now()) as evidence:
                done: list[Turn] = []
                ended: BaseException | None = None
                try:
                    await _turns(play, simulator(mind), store, (evidence, watching), done)
                except asyncio.CancelledError:
                    ended = KeyboardInterrupt()
                except FlexsimError as error:
                    ended = error
                if done:
                    evidence.finish(done)
                return done, evidence.path, ended


async def _turns(
    play: _Play, engine: "Simulator", store: "Store | None", to: "tuple[Evidence, Watching]", done: "list[Turn]"
) -> None:
    """A turn is in the store and on the disk before the next one begins."""
    from flexsim.workforce.memory.listed import ListedMemories

    evidence, watching = to
    listed = ListedMemories()
    memories = listed if store is None else store.recall(play.session.id)
    for _ in range(play.count):
        turn = await engine.next_turn(play.session, done, memories, watching.happened)
        listed.add(turn.memories)
        if store is not None:
            if not done:  # not before: a model that cannot be asked leaves no session without turns
                store.begin(play.session)
            store.keep_turn(play.session.id, turn)
        evidence.add(turn)
        done.append(turn)
        watching.turn(turn)
        await asyncio.sleep(0)  # rules never wait, and Ctrl-C must get its turn


def _figures(done: "list[Turn]") -> dict[str, float]:
    from flexsim.workforce.figures import figures_of

    return figures_of(done)


def _document(path: Path, session: "Session", done: "list[Turn]", thresholds: list[dict[str, Any]]) -> dict[str, Any]:
    from flexsim.workforce.figures import summary

    return {"folder": str(path), **summary(session, done), **({"thresholds": thresholds} if thresholds else {})}


def _print(path: Path, session: "Session", done: "list[Turn]") -> None:
    from flexsim.workforce.figures import shown

    first, last = shown(session.beginning), shown(done[-1].state)
    rows = [
        (title, form.format(first[name]), form.format(last[name]))
        for title, name, form in (
            ("service level", "service_level", "{:.1%}"), ("customers", "customers", "{:,}"), ("churn a week", "churn", "{:.2%}"),
            ("revenue a week", "revenue", "${:,.1f}k"), ("costs a week", "costs", "${:,.1f}k"), ("budget", "budget", "${:,.1f}k"),
            ("morale", "morale", "{:.2f}"), ("quality", "quality", "{:.2f}"), ("backlog", "backlog", "{:,.0f}"),
        )
    ]  # fmt: skip
    people = [
        (f"people in {team}", f"{first['headcount'].get(team, 0)}", f"{count}")
        for team, count in last["headcount"].items()
    ]
    output.print_line("")
    output.print_table(
        None, ("figure", "at the beginning", f"after {len(done)} week{'s' if len(done) > 1 else ''}"), [*rows, *people]
    )
    figures = _figures(done)
    accepted = f"{figures['accepted']:.0f} of {figures['proposals']:.0f} proposals accepted"
    asked = (
        f"; {figures['calls']:.0f} answers, {figures['tokens']:,.0f} tokens, ${figures['dollars']:.4f}"
        if figures["calls"]
        else ""
    )
    output.print_line(f"{accepted}{asked}; seed {session.seed}; session {session.id}; everything is in {path}")
