"""Callers, scenarios and agents by name, or from a file of one's own."""

from pathlib import Path

from flexsim.errors import ConfigurationError
from flexsim.voice.dialogue import agents, callers, scenarios
from flexsim.voice.dialogue.personas import Agent, Caller, Scenario
from flexsim.voice.dialogue.reading import LONGEST, read_agent, read_caller, read_scenario


def caller_of(name: str, file: Path | None = None) -> Caller:
    """The caller in ``file``, if there is one, else the one of this name; raises ConfigurationError."""
    return callers.caller(name) if file is None else read_caller(text_of(file), str(file), file.stem)


def scenario_of(name: str, file: Path | None = None) -> Scenario:
    """The same of a scenario."""
    return scenarios.scenario(name) if file is None else read_scenario(text_of(file), str(file), file.stem)


def agent_of(name: str | None, scenario: Scenario, file: Path | None = None) -> Agent:
    """The same of an agent; without a name, the first that works where the scenario plays."""
    if file is not None:
        return read_agent(text_of(file), str(file), file.stem)
    if name is not None:
        return agents.agent(name)
    known = [agents.agent(each) for each in agents.names()]
    return next(each for each in known if each.domain == scenario.domain)


def text_of(file: Path) -> str:
    """What the file holds; raises ConfigurationError where it cannot be read or is far too long."""
    try:
        with file.open(encoding="utf-8-sig") as opened:
            return opened.read(LONGEST + 1)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(f"cannot read {file}: {reason}") from error
