"""The command ``flexsim workforce what-if``."""

import re
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flexsim import interrupts
from flexsim.cli import output, virtual
from flexsim.cli.options import Json, common
from flexsim.cli.workforce import storing, thinking
from flexsim.cli.workforce.thinking import Minds, Thinking
from flexsim.errors import ConfigurationError

if TYPE_CHECKING:
    from flexsim.workforce.records import Session, Turn
    from flexsim.workforce.what_if.branches import Fork, WhatIf
    from flexsim.workforce.what_if.effects import Effect

_SESSION: Final = re.compile("WS[0-9a-f]{32}")
_FOLLOW: Final = 12  # turns after a fork at the end


def what_if(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    run: Annotated[
        str,
        typer.Argument(
            metavar="SESSION|RUN",
            help="A session's id in the store, last for the latest; or a run's folder, or its name in runs/.",
            show_default=False,
        ),
    ],
    *,
    at: Annotated[
        int,
        typer.Option(
            "--at", help="After how many turns the branches part; 0 is the beginning.", min=0, show_default=False
        ),
    ],
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--change",
            metavar="NAME=WISH",
            help="What is different in the second branch, several times if wanted: headcount.support=+5, release=+3w, price=+5%,"
            " role.ceo.assertiveness=0.9, hold.overtime. Without any, both branches are the same.",
            show_default=False,
        ),
    ] = None,
    turns: Annotated[
        int | None,
        typer.Option(
            "--turns",
            help="How many turns follow; to the run's end unless given, or 12.",
            min=1,
            max=520,
            show_default=False,
        ),
    ] = None,
    pairs: Annotated[
        int, typer.Option("--pairs", help="Pairs of branches, each with its own luck.", min=1, max=10_000)
    ] = 30,
    mind: Annotated[
        Minds | None, typer.Option("--mind", help="How roles think; as in the run unless given.", show_default=False)
    ] = None,
    model: thinking.ModelOption = None,
    base_url: thinking.BaseUrl = None,
    temperature: thinking.Temperature = 0.7,
    price: thinking.PriceOption = None,
    timeout: thinking.Timeout = 60.0,
    retries: thinking.Retries = 4,
    at_once: thinking.AtOnce = 8,
    record: thinking.Record = None,
    replay: thinking.Replay = None,
    database: storing.Database = None,
    as_json: Json = False,
) -> None:
    """Say what would have been: fork a run at a turn, change something, and run both branches with the same luck.

    The turns before stay as they were. Each pair of branches shares all luck, so that what differs is what the change did;
    an empty change gives an identical branch. Effects come with 95 % confidence intervals (docs/workforce.md).

    What is asked of a session in the store is kept there with its answer.

    Example: flexsim workforce what-if last --at 4 --change headcount.support=+5
    Example: flexsim workforce what-if runs/2026-01-05_080000_workforce --at 0 --change release=+3w --change price=+5% --json
    Example: flexsim workforce what-if 2026-01-05_080000_workforce --at 6 --change role.ceo.assertiveness=0.9 --pairs 100
    """
    from flexsim.workforce.what_if.branches import Fork

    session, done, kept = _found(context, run, database)
    if at > len(done):
        raise ConfigurationError(
            f"--at {at}: the run has {len(done)} turns; it can be forked after any of them, or at 0"
        )
    follow = turns or (len(done) - at) or _FOLLOW
    fork = Fork(changes=tuple(change or ()), at=at, turns=follow, pairs=pairs)
    wanted = Thinking(
        mind=mind or Minds(session.mind), seed=session.seed, model=model, base_url=base_url, temperature=temperature,
        price=price, timeout=timeout, retries=retries, at_once=at_once, record=record, replay=replay,
    )  # fmt: skip
    quiet = common(context).quiet
    found = interrupts.run(_compare(context, session, done, fork, wanted, quiet=quiet))
    if kept:
        _keep(context, database, session.id, found)
    if as_json:
        output.print_json({"session": session.id, "seed": session.seed, **found.document()})
    else:
        _print(found, done)


def _found(context: typer.Context, name: str, database: str | None) -> "tuple[Session, tuple[Turn, ...], bool]":
    """The session and its turns, and whether it is in the store."""
    from flexsim.workforce.evidence import read_run, run_named
    from flexsim.workforce.service import MOST_TURNS

    path = run_named(name)
    if path is not None:
        return (*read_run(path), False)
    if name != "last" and not _SESSION.fullmatch(name):
        raise ConfigurationError(
            f"there is no run of the workforce at {name}, nor in runs/, and a session's id is WS and 32 hexadecimal digits;"
            " flexsim workforce run makes both"
        )
    with storing.opened(context, database) as store:
        found = store.session(storing.session_id(store, name)).session
        return found, tuple(store.turns(found.id, limit=MOST_TURNS)), True


def _keep(context: typer.Context, database: str | None, session: str, found: "WhatIf") -> None:
    from flexsim.clock import WallClock
    from flexsim.randomness import fresh_secret
    from flexsim.workforce.store.what_ifs import WhatIf as Kept

    fork = found.fork
    question = {"changes": list(fork.changes), "at": fork.at, "turns": fork.turns, "pairs": fork.pairs}
    kept = Kept(
        id=f"WQ{fresh_secret()}",
        session_id=session,
        question=question,
        answer=found.document(),
        created=WallClock().now(),
    )
    with storing.opened(context, database) as store:
        store.keep_what_if(kept)


async def _compare(  # noqa: PLR0913 -- what is compared, by whom, and who watches
    context: typer.Context, session: "Session", done: "tuple[Turn, ...]", fork: "Fork", wanted: Thinking, *, quiet: bool
) -> "WhatIf":
    from flexsim.workforce.what_if.branches import compare

    async with thinking.mind_of(context, wanted) as mind:
        with virtual.showing("running branches", quiet=quiet) as tell:
            return await compare(session, done, fork, mind, progress=tell)


def _print(found: "WhatIf", done: "tuple[Turn, ...]") -> None:
    for each in found.changes:
        output.print_line(f"{each.text}: {each.before:g} -> {each.after:g}")
    rows = [
        (
            each.figure.replace("_", " "), number(each, each.before.mean), number(each, each.after.mean), signed(each, each.change.mean),
            _ends(each, (each.change.low, each.change.high)), "yes" if each.clear else "no",
        )
        for each in found.effects
    ]  # fmt: skip
    output.print_table(None, ("figure", "before", "after", "change", "95 % interval", "clear"), rows)
    fork = found.fork
    output.print_line(
        f"{fork.pairs} pairs of {fork.turns} weeks after week {fork.at}, with the same luck in each pair; shares, revenue and costs are"
        " means over these weeks, the rest is as it is at their end. Where chance is all there is, at most one such table in 20 calls anything clear"
    )
    if found.identical:
        output.print_line("both branches are the same, to the last letter")
    told = done[fork.at : fork.at + fork.turns]
    if told and found.before[: len(told)] == told:
        output.print_line("the unchanged branch is what the run did, to the last letter")


def number(effect: "Effect", value: float) -> str:
    """A figure as people read it: shares in per cent, the rest with as many digits as it is small."""
    if effect.share:
        return f"{value:.2%}"
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


def signed(effect: "Effect", value: float) -> str:
    """A change: with its sign, of shares in percentage points."""
    text = number(effect, value).replace("%", " pp")
    return text if text.startswith("-") else f"+{text}"


def _ends(effect: "Effect", ends: "tuple[float | None, float | None]") -> str:
    low, high = ends
    return "" if low is None or high is None else f"{signed(effect, low).removesuffix(' pp')} to {signed(effect, high)}"
