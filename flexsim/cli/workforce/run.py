"""The command ``flexsim workforce run``."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flexsim.cli import output, virtual
from flexsim.cli.options import FailIf, Json, Junit, Seed, common, seed_or_fresh
from flexsim.cli.workforce import thinking
from flexsim.cli.workforce.thinking import Minds, Thinking
from flexsim.errors import ConfigurationError

if TYPE_CHECKING:
    from flexsim.cli.workforce.watching import Watching
    from flexsim.workforce.evidence import Evidence
    from flexsim.workforce.records import Session, Turn

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
    out: virtual.Out = Path("runs"),
    brief: Annotated[
        bool, typer.Option("--brief", help="Print each week's summary only, not the conversation.")
    ] = False,
    with_report: Annotated[
        bool, typer.Option("--report/--no-report", help="Leave a page about it in the run's folder, too: report.html.")
    ] = True,
    fail_if: FailIf = None,
    junit: Junit = None,
    as_json: Json = False,
) -> None:
    """Let a company of agents work through a scenario, week by week: they talk, propose, decide, and the company follows.

    With rules it costs nothing, needs no network and repeats exactly; with a language model each role asks it.
    Leaves a folder with everything that was said and decided, the figures, and a page (docs/workforce.md).

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
    silent = as_json or quiet
    done, path, interrupted = asyncio.run(_play(context, session, turns, wanted, out, silent=silent, brief=brief))
    if not done:
        raise KeyboardInterrupt
    if with_report:
        from flexsim.workforce.page import leave_page

        leave_page(path, session, done)
    verdicts = judge(checks.thresholds, _figures(done))
    if as_json:
        output.print_json(_document(path, session, done, [each.document() for each in verdicts]))
    else:
        _print(path, session, done)
    if interrupted:
        raise KeyboardInterrupt
    checks.enforce(verdicts, quiet=quiet)


def _session(scenario: str, seed: int, mind: Minds, roles: Path | None) -> "Session":
    from flexsim.workforce.roles.loading import read_roles
    from flexsim.workforce.turns.opening import open_session

    taking_part = None if roles is None else read_roles(roles)
    return open_session(_text(scenario), seed=seed, mind=mind.value, roles=taking_part)


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


async def _play(  # noqa: PLR0913 -- what is played, by whom, and who watches
    context: typer.Context, session: "Session", count: int, wanted: Thinking, out: Path, *, silent: bool, brief: bool
) -> "tuple[list[Turn], Path, bool]":
    """Turn after turn; Ctrl-C ends it with the turns that are whole."""
    from flexsim.cli.workforce.watching import Watching
    from flexsim.clock import WallClock
    from flexsim.workforce.evidence import Evidence

    with Watching(session, count, silent=silent, brief=brief) as watching:
        async with thinking.mind_of(context, wanted, watching.speaking) as mind:
            from flexsim.workforce.turns.engine import simulator

            with Evidence(out, session, WallClock().now()) as evidence:
                done: list[Turn] = []
                interrupted = False
                try:
                    await _turns(session, count, simulator(mind), (evidence, watching), done)
                except asyncio.CancelledError:
                    interrupted = True
                if done:
                    evidence.finish(done)
                return done, evidence.path, interrupted


async def _turns(
    session: "Session", count: int, engine: Any, to: "tuple[Evidence, Watching]", done: "list[Turn]"
) -> None:
    from flexsim.workforce.memory.listed import ListedMemories

    evidence, watching = to
    memories = ListedMemories()
    for _ in range(count):
        turn = await engine.next_turn(session, done, memories, watching.happened)
        memories.add(turn.memories)
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
    output.print_table(None, ("figure", "at the beginning", f"after {len(done)} weeks"), [*rows, *people])
    figures = _figures(done)
    accepted = f"{figures['accepted']:.0f} of {figures['proposals']:.0f} proposals accepted"
    asked = (
        f"; {figures['calls']:.0f} answers, {figures['tokens']:,.0f} tokens, ${figures['dollars']:.4f}"
        if figures["calls"]
        else ""
    )
    output.print_line(f"{accepted}{asked}; seed {session.seed}; everything is in {path}")
