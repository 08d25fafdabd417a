"""The command ``flexsim load check``: every scenario once, and whether it did what it must."""

from typing import TYPE_CHECKING, Annotated

import typer

from flexsim import interrupts
from flexsim.cli import output, virtual
from flexsim.cli.options import Json, common
from flexsim.errors import CheckFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    from flexsim.traces.sanity import Found


def check(
    context: typer.Context,
    *,
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            help="An agent service that runs; a pair of services is started here unless given.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Run every scenario once, for real, and check its spans and its timing; exit 1 if one is not as it must be.

    Example: flexsim load check
    Example: flexsim load check --url http://127.0.0.1:8080 --json
    """
    from flexsim.traces.sanity import QUICK

    with virtual.showing("checking scenarios", quiet=common(context).quiet) as tell:
        found = interrupts.run(_all(url, lambda done: tell(done / len(QUICK))))
    bad = [each for each in found if each.problems]
    if as_json:
        output.print_json(
            [
                {
                    "scenario": each.scenario,
                    "spans": each.spans,
                    "duration_ms": each.duration_ms,
                    "problems": each.problems,
                }
                for each in found
            ]
        )
    else:
        rows = [
            (each.scenario, each.spans, round(each.duration_ms), "; ".join(each.problems) or "fine") for each in found
        ]
        output.print_table(None, ["scenario", "spans", "ms", "found"], rows)
    if bad:
        raise CheckFailed(f"{len(bad)} of {len(found)} scenarios did not do what they must")


async def _all(url: str | None, tell: "Callable[[int], None]") -> "list[Found]":
    import contextlib

    from flexsim.clock import WallClock
    from flexsim.traces import sanity
    from flexsim.traces.app_client import session
    from flexsim.traces.sending import SERVICE
    from flexsim.traces.services import App, Tools, app_service, tool_service

    found = []
    async with contextlib.AsyncExitStack() as stack:
        if url is None:
            tools_url, _ = await stack.enter_async_context(tool_service(Tools(), WallClock(), 1))
            how = App(tools_url=tools_url, service=SERVICE)
            url = (await stack.enter_async_context(app_service(how, WallClock(), 1))).url
        asking = await stack.enter_async_context(session())
        for scenario in sanity.QUICK:
            found.append(await sanity.check(asking, url, scenario))
            tell(len(found))
    return found
