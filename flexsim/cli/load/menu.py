"""The command ``flexsim load menu``: choose scenarios and parameters, and see what comes of them."""

from typing import Annotated, Any

import typer

from flexsim import interrupts
from flexsim.cli import output
from flexsim.errors import ConfigurationError, TargetError

_APP = "http://127.0.0.1:8080"


def menu(
    url: Annotated[
        list[str] | None,
        typer.Option(
            "--url",
            help=f"An agent service, {_APP} unless given; with several, the menu asks which.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Choose a scenario, an agent service and parameters, run it there, and see what is true of the trace; again, until q.

    Example: flexsim load menu
    Example: flexsim load menu --url http://127.0.0.1:8080 --url http://127.0.0.1:8090
    """
    from flexsim.traces.parameters import SCENARIOS

    services = url or [_APP]
    while True:
        scenario = _chosen("scenario", list(SCENARIOS))
        if scenario is None:
            return
        service = services[0] if len(services) == 1 else _chosen("agent service", services)
        if service is None:
            return
        try:
            _show(_run(service, scenario, _parameters(scenario)))
        except TargetError as error:
            output.say(f"flexsim: {error}")


def _chosen(what: str, choices: list[str]) -> str | None:
    """What was chosen, by number or name; None for q or the end of the input."""
    output.print_line("\n".join(f"{number:2}  {each}" for number, each in enumerate(choices, 1)) + "\n q  quit")
    while True:
        text = _asked(what)
        if text is None or text.lower() in {"q", "quit"}:
            return None
        if text in choices:
            return text
        if text.isdecimal() and 1 <= int(text) <= len(choices):
            return choices[int(text) - 1]
        output.print_line(f"a number from 1 to {len(choices)}, a name, or q")


def _parameters(scenario: str) -> dict[str, Any]:
    """What was given, each asked for until it is in its range; those left at their defaults are not in it."""
    from flexsim.traces.parameters import PARAMETERS

    found: dict[str, Any] = {}
    for each in PARAMETERS[scenario]:
        while True:
            text = _asked(f"{each.name} ({each.help})", f"{each.default:g}")
            if text is None or text == f"{each.default:g}":
                break
            try:
                found[each.name] = each.read(text)
                break
            except ConfigurationError as error:
                output.print_line(str(error))
    return found


def _asked(what: str, default: str | None = None) -> str | None:
    """The answer; None at the end of the input."""
    try:
        return str(typer.prompt(what, default=default)).strip()
    except typer.Abort:  # Ctrl-D, or Ctrl-C at the prompt
        return None


def _run(service: str, scenario: str, parameters: dict[str, Any]) -> dict[str, Any]:
    from flexsim.traces.app_client import ask, session

    async def go() -> dict[str, Any]:
        async with session() as asking:
            return await ask(asking, service, scenario, parameters)

    return interrupts.run(go())


def _show(answers: dict[str, Any]) -> None:
    output.print_line(
        f"trace {answers['trace_id']}: {answers['spans']} spans in {answers['duration_ms']:.0f} ms,"
        f" {len(answers['critical_path'])} of them on the critical path; {answers['tool_calls']} tool calls,"
        f" {len(answers['retries'])} of them retried; idle for {answers['idle_ms']:.0f} ms"
    )
    if answers["root_cause"]:
        output.print_line(f"to blame: span {answers['root_cause']}")
    if answers["time_to_first_token_ms"] is not None:
        output.print_line(f"first of {answers['tokens']} tokens after {answers['time_to_first_token_ms']:.0f} ms")
