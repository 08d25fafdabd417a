"""The scenarios' parameters: what each means, what it is unless given, and from where to where it may go.

Names, defaults and meaning are those of the services that the scenarios were first described with; ranges are ours, as are
the parameters marked so. A value out of range is refused with the range, never bent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flexsim.errors import ConfigurationError

Number = int | float

_SHOWN: Final = 80  # characters of what is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One number that a scenario takes, from ``low`` to ``high`` inclusive."""

    name: str
    default: Number
    low: Number
    high: Number
    help: str

    @property
    def whole(self) -> bool:
        """Whether only whole numbers will do."""
        return isinstance(self.default, int)

    def read(self, text: str) -> Number:
        """The number that ``text`` says; raises ConfigurationError that names the range."""
        try:
            value: Number = int(text) if self.whole else float(text)
        except ValueError:
            value = float("nan")
        if not self.low <= value <= self.high:
            kind = "a whole number" if self.whole else "a number"
            raise ConfigurationError(f"{self.name} is {kind} from {self.low:g} to {self.high:g}: {text[:_SHOWN]}")
        return value


def _number(name: str, default: Number, low: Number, high: Number, text: str) -> Parameter:  # a row of the table
    return Parameter(name=name, default=default, low=low, high=high, help=text)


_DELAY: Final = _number("delay_ms", 80.0, 0, 60_000, "how long a tool call takes, in milliseconds")
_FANOUT: Final = _number("fanout", 100, 1, 10_000, "how many workers")
_CONCURRENCY: Final = _number("concurrency", 20, 1, 1_000, "how many work at the same time")
_STRAGGLER: Final = _number("straggler_factor", 5.0, 1, 100, "how many times as long one of the tool calls takes; ours")

PARAMETERS: Final[Mapping[str, tuple[Parameter, ...]]] = {
    "fanout": (_FANOUT, _CONCURRENCY, _DELAY, _STRAGGLER),
    "chain": (_number("depth", 60, 1, 500, "how many agents, each waiting for the next"), _DELAY),
    "retry": (
        _FANOUT,
        _CONCURRENCY,
        _number("error_rate", 0.1, 0, 1, "share of tool calls that fail"),
        _number("max_retries", 3, 0, 10, "how often a failed call is tried again"),
        _DELAY,
        _number("backoff_ms", 100.0, 0, 60_000, "pause before the first retry; it doubles with each; ours"),
    ),
    "dag": (_FANOUT, _DELAY, _STRAGGLER),
    "react": (
        _number("max_steps", 10, 1, 100, "the most steps that the agent takes"),
        _DELAY,
        _number("slow_rate", 0.1, 0, 1, "share of steps whose tool takes five times as long; ours"),
    ),
    "human": (_number("human_delay_s", 1.0, 0, 86_400, "how long the person takes, in seconds"), _DELAY),
    "rag": (
        _number("rag_chunks", 5, 1, 1_000, "how many chunks are retrieved"),
        _number("rag_chunk_size_kb", 2, 1, 1_024, "how large a chunk is, in kilobytes"),
        _DELAY,
    ),
    "stream": (
        _number("duration_s", 20.0, 0.05, 3_600, "how long tokens come, in seconds"),
        _number("tool_delay_ms", 400.0, 0, 60_000, "how long a background tool call takes, in milliseconds"),
        _number("background_fanout", 50, 0, 1_000, "how many background tool calls"),
        _number("concurrency", 10, 1, 1_000, "how many of them at the same time; ours"),
        _number("error_rate", 0.02, 0, 1, "share of background tool calls that fail; ours"),
        _number("tokens_per_s", 20.0, 0.1, 1_000, "how many tokens come in a second; ours"),
    ),
}

SCENARIOS: Final = tuple(PARAMETERS)


def read(scenario: str, given: Mapping[str, str]) -> dict[str, Number]:
    """All parameters of the scenario: those given, the others' defaults; raises ConfigurationError saying what there is."""
    known = PARAMETERS.get(scenario)
    if known is None:
        raise ConfigurationError(f"no such scenario: {scenario[:_SHOWN]}; there are {', '.join(SCENARIOS)}")
    names = [each.name for each in known]
    for name in given:
        if name not in names:
            raise ConfigurationError(f"{scenario} has no parameter {name[:_SHOWN]}; it has {', '.join(names)}")
    return {each.name: each.read(given[each.name]) if each.name in given else each.default for each in known}


def pairs(settings: list[str]) -> dict[str, str]:
    """What ``k=v`` settings say; raises ConfigurationError for one that is none."""
    found = {}
    for each in settings:
        name, equals, value = each.partition("=")
        if not equals or not name.strip():
            raise ConfigurationError(f"a setting is NAME=VALUE, such as fanout=10: {each}")
        found[name.strip()] = value.strip()
    return found
