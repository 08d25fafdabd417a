"""The command ``flexsim converse callers``: who can call whom about what, and what is wrong with a file of one's own."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from flexsim.cli import output
from flexsim.cli.options import Json
from flexsim.errors import ConfigurationError

if TYPE_CHECKING:
    from flexsim.voice.dialogue.personas import Agent, Caller, Scenario

_ENDINGS: Final = (".yaml", ".yml", ".json")


class Kind(StrEnum):
    """What there are files of."""

    CALLER = "caller"
    SCENARIO = "scenario"
    AGENT = "agent"


def callers(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME|FILE",
            help="A caller, a scenario or an agent to describe, by name or as a file of your own (.yaml, .json).",
            show_default=False,
        ),
    ] = None,
    *,
    scenario: Annotated[
        str | None,
        typer.Option(
            "--instructions",
            metavar="SCENARIO",
            help="Print the instructions that the caller NAME gets in this scenario, or, for an agent, its own.",
            show_default=False,
        ),
    ] = None,
    schema: Annotated[
        Kind | None, typer.Option("--schema", help="Print the JSON Schema of such a file.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Show who can call whom about what: callers, scenarios and agents that there are, or one of them, or your own file.

    A file of your own is checked: what is wrong with it is told with its line, and the command exits 2.

    Example: flexsim converse callers
    Example: flexsim converse callers frustrated
    Example: flexsim converse callers my-caller.yaml --json
    Example: flexsim converse callers typical --instructions lost-card
    """
    if schema is not None:
        from flexsim.voice.dialogue.reading import schema_text

        output.print_line(schema_text(schema.value).rstrip("\n"))
    elif name is None:
        if scenario is not None:
            raise ConfigurationError("--instructions is about one: name a caller or an agent")
        _list_all(as_json=as_json)
    else:
        found = _found(name)
        if scenario is not None:
            output.print_line(_instructions(found, scenario))
        elif as_json:
            output.print_json(asdict(found))
        else:
            _describe(found)


# --- finding ---------------------------------------------------------------------------------------------------------------


def _found(name: str) -> "Caller | Scenario | Agent":
    from flexsim.domain.problems import hint
    from flexsim.voice.dialogue import agents, callers, scenarios

    if name.endswith(_ENDINGS):
        return _read(Path(name))
    if name in callers.names():
        return callers.caller(name)
    if name in scenarios.names():
        return scenarios.scenario(name)
    if name in agents.names():
        return agents.agent(name)
    known = [*callers.names(), *scenarios.names(), *agents.names()]
    advice = hint(name, known) or f"; there are {', '.join(known)}, and files that end in {', '.join(_ENDINGS)}"
    raise ConfigurationError(f"no such caller, scenario or agent: {name}{advice}")


def _read(file: Path) -> "Caller | Scenario | Agent":
    """A file of the user's; a scenario has a state, an agent a company."""
    from flexsim.domain.yaml_text import read_yaml
    from flexsim.routecheck.sources import read_text
    from flexsim.voice.dialogue.reading import read_agent, read_caller, read_scenario

    text = read_text(file)
    document = read_yaml(text, str(file)).value
    keys = document if isinstance(document, dict) else {}
    if "state" in keys or "facts" in keys:
        return read_scenario(text, str(file), file.stem)
    if "company" in keys:
        return read_agent(text, str(file), file.stem)
    return read_caller(text, str(file), file.stem)


def _instructions(found: "Caller | Scenario | Agent", scenario: str) -> str:
    from flexsim.voice.dialogue import instructions, scenarios
    from flexsim.voice.dialogue.personas import Agent, Caller, Scenario

    if isinstance(found, Caller):
        about = _read(Path(scenario)) if scenario.endswith(_ENDINGS) else scenarios.scenario(scenario)
        if not isinstance(about, Scenario):
            raise ConfigurationError(f"{scenario} is no scenario")
        return instructions.for_caller(found, about).rstrip("\n")
    if isinstance(found, Agent):
        return instructions.for_agent(found).rstrip("\n")
    raise ConfigurationError(f"{found.name} is a scenario, which gets no instructions: name a caller or an agent")


# --- showing ---------------------------------------------------------------------------------------------------------------


def _list_all(*, as_json: bool) -> None:
    from flexsim.voice.dialogue import agents, callers, scenarios

    who = [callers.caller(each) for each in callers.names()]
    about = [scenarios.scenario(each) for each in scenarios.names()]
    whom = [agents.agent(each) for each in agents.names()]
    if as_json:
        output.print_json(
            {
                "callers": [asdict(each) for each in who],
                "scenarios": [asdict(each) for each in about],
                "agents": [asdict(each) for each in whom],
            }
        )
        return
    output.print_table("Callers", ["name", "who that is"], [(each.name, each.description) for each in who])
    rows = [(each.name, each.title, each.domain) for each in about]
    output.print_table("Scenarios", ["name", "what happens", "domain"], rows)
    people = [(each.name, f"{each.title}: {each.speaks_as} of {each.company}", each.domain) for each in whom]
    output.print_table("Agents", ["name", "who that is", "domain"], people)


def _describe(found: "Caller | Scenario | Agent") -> None:
    from flexsim.voice.dialogue.personas import Caller, Scenario

    if isinstance(found, Caller):
        rows = _of_caller(found)
    elif isinstance(found, Scenario):
        rows = _of_scenario(found)
    else:
        rows = _of_agent(found)
    output.print_table(None, ["what", "value"], rows)


def _of_caller(found: "Caller") -> list[tuple[str, object]]:
    persona = found.persona
    rows: list[tuple[str, object]] = [
        ("caller", found.name),
        ("description", found.description),
        ("traits", ", ".join(persona.traits)),
        ("style", persona.style),
        ("patience", f"{persona.patience} of 10"),
        ("comfort with technology", f"{persona.tech_comfort} of 10"),
        ("tendency to interrupt", f"{persona.tendency_to_interrupt:.0%} of the agent's turns"),
        ("clarity", f"{persona.clarity:.0%} of answers whole at first"),
        ("answers after", f"{persona.answering.median:g} s, log-normal, spread {persona.answering.spread:g}"),
        ("voice", f"{persona.voice}, pitch {persona.pitch}, {persona.rate} words a minute ± {persona.rate_spread:g}"),
        ("language", persona.language),
    ]
    return rows + (_of_goal(found.goal) if found.goal else [])


def _of_scenario(found: "Scenario") -> list[tuple[str, object]]:
    facts = [(f"knows the {label.replace('_', ' ')}", value) for label, value in found.facts.items()]
    return [("scenario", found.name), ("title", found.title), ("domain", found.domain), *_of_goal(found.goal), *facts]


def _of_goal(goal: Any) -> list[tuple[str, object]]:
    return [
        ("goal", goal.primary),
        *(("also", each) for each in goal.secondary),
        *(("success", each.says) for each in goal.success),
        *(("failure", each.says) for each in goal.failure),
        ("gives up after", f"{goal.max_turns} turns"),
    ]


def _of_agent(found: "Agent") -> list[tuple[str, object]]:
    from flexsim.voice.dialogue.tools import for_agent

    rates = [(f"{name} fails", f"{each.error_rate:.0%} of calls") for name, each in found.functions.items()]
    return [
        ("agent", found.name),
        ("title", found.title),
        ("company", found.company),
        ("speaks as", found.speaks_as),
        ("domain", found.domain),
        ("functions", ", ".join(each.name for each in for_agent(found.domain))),
        *rates,
        ("verifies who calls", "yes" if found.identify else "no"),
        ("answers after", f"{found.answering.median:g} s, log-normal, spread {found.answering.spread:g}"),
        ("voice", f"{found.voice}, pitch {found.pitch}, {found.rate} words a minute"),
        ("languages", ", ".join(found.knowledge)),
    ]
