"""The command ``flexsim load ctl``: steer a running swarm from the shell."""

from enum import StrEnum
from typing import Annotated, Any, Final

import typer

from flexsim.cli import output
from flexsim.cli.options import settings
from flexsim.errors import ConfigurationError


class Action(StrEnum):
    """What can be asked of a swarm."""

    STATUS = "status"
    START = "start"
    STOP = "stop"
    SCALE = "scale"
    PAUSE = "pause"
    RESUME = "resume"
    STATS = "stats"
    CONFIG = "config"


_NUMBERS: Final = {Action.START: "activeAgents", Action.SCALE: "targetAgents"}
_PORT: Final = 8081


def ctl(
    context: typer.Context,
    action: Annotated[Action, typer.Argument(help="What to do.", metavar="ACTION", show_default=False)],
    values: Annotated[
        list[str] | None,
        typer.Argument(
            help="start and scale: how many agents; config: NAME=VALUE to change, dots for what is inside.",
            show_default=False,
        ),
    ] = None,
    *,
    url: Annotated[
        str | None,
        typer.Option(
            "--url",
            help="The swarm's control, http://127.0.0.1:8081 unless given. \\[env: AGENTSIM_CONTROL_PORT]",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Ask a swarm to do something, or how it is; the answer is printed as JSON.

    ACTION is status, start, stop, scale, pause, resume, stats or config.

    Example: flexsim load ctl status
    Example: flexsim load ctl scale 500
    Example: flexsim load ctl config heartbeatInterval=1 stateDurations.on_call=60
    """
    from flexsim.load.client import ask

    given = list(values or [])
    address = url or f"http://127.0.0.1:{settings(context).swarm_control_port or _PORT}"
    method, body = _request(action, given)
    output.print_json(ask(address, method, f"/{action}", body))


def _request(action: Action, given: list[str]) -> tuple[str, Any]:
    if action is Action.CONFIG:
        return ("PUT", _changes(given)) if given else ("GET", None)
    most = 1 if action in _NUMBERS else 0
    if len(given) > most or (action is Action.SCALE and not given):
        wanted = "one number" if action in _NUMBERS else "nothing more"
        raise ConfigurationError(f"{action} takes {wanted}, not: {' '.join(given) or 'nothing'}")
    if action in {Action.STATUS, Action.STATS}:
        return "GET", None
    if not given:
        return "POST", None
    if not given[0].isdecimal():
        raise ConfigurationError(f"{action} takes a number of agents, not {given[0]}")
    return "POST", {_NUMBERS[action]: int(given[0])}


def _changes(given: list[str]) -> dict[str, Any]:
    """``a.b=1`` as ``{"a": {"b": 1}}``; what is no JSON is a text."""
    import json

    changes: dict[str, Any] = {}
    for each in given:
        name, equals, text = each.partition("=")
        if not equals or not name:
            raise ConfigurationError(f"config takes NAME=VALUE, not {each}")
        *outer, last = name.split(".")
        place = changes
        for step in outer:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                raise ConfigurationError(f"config is told two things of {step}")
        try:
            place[last] = json.loads(text)
        except ValueError:
            place[last] = text
    return changes
