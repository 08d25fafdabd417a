"""The sanity check of an agent service: every scenario once, and what must be true of it whatever the machine's speed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp

from flexsim.errors import TargetRefused
from flexsim.traces.app_client import ask

# Small enough to take a second or two together.
QUICK: Final[Mapping[str, Mapping[str, float]]] = {
    "fanout": {"fanout": 20, "concurrency": 5, "delay_ms": 20},
    "chain": {"depth": 10, "delay_ms": 10},
    "retry": {"fanout": 20, "error_rate": 0.3, "backoff_ms": 10, "delay_ms": 10},
    "dag": {"fanout": 20, "delay_ms": 20},
    "react": {"max_steps": 3, "delay_ms": 20},
    "human": {"human_delay_s": 0.3, "delay_ms": 20},
    "rag": {"rag_chunks": 5, "rag_chunk_size_kb": 8, "delay_ms": 20},
    "stream": {"duration_s": 1, "tool_delay_ms": 50, "background_fanout": 10},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One scenario's outcome; ``problems`` is empty where all is well."""

    scenario: str
    spans: int
    duration_ms: float
    problems: tuple[str, ...]


async def check(session: aiohttp.ClientSession, base: str, scenario: str) -> Found:
    """Run the scenario there; raises TargetUnreachable where nobody answers."""
    try:
        answers = await ask(session, base, scenario, QUICK[scenario])
    except TargetRefused as error:
        return Found(scenario=scenario, spans=0, duration_ms=0.0, problems=(str(error),))
    return Found(
        scenario=scenario,
        spans=answers["spans"],
        duration_ms=answers["duration_ms"],
        problems=tuple(problems(scenario, QUICK[scenario], answers)),
    )


def problems(scenario: str, asked: Mapping[str, float], answers: Mapping[str, Any]) -> list[str]:
    """What is not as it must be, in words."""
    spans, took = answers["spans"], answers["duration_ms"]
    found = []
    expected = _spans(scenario, asked, answers)
    if spans != expected:
        found.append(f"{spans} spans where there should be {expected}")
    least = _least(scenario, asked)
    if took < least:
        found.append(f"took {took:.0f} ms, which is less than the {least:.0f} ms that it must")
    if not answers["critical_path"]:
        found.append("no critical path")
    if scenario == "human" and answers["idle_ms"] < asked["human_delay_s"] * 1000:
        found.append(f"idle for {answers['idle_ms']:.0f} ms only")
    if scenario == "stream" and answers["tokens_read"] != answers["tokens"]:
        found.append(f"{answers['tokens_read']} tokens read of {answers['tokens']}")
    return found


def _spans(scenario: str, asked: Mapping[str, float], answers: Mapping[str, Any]) -> int:
    """How many spans there must be."""
    calls: int = answers["tool_calls"]
    return {
        "fanout": 2 * calls + 3,
        "chain": 2 * calls + 1,
        "retry": 2 + int(asked.get("fanout", 0)) + calls,
        "dag": 2 * calls + 3,
        "react": 3 + 4 * calls,
        "human": 6,
        "rag": 3 + calls,
        "stream": 2 + calls,
    }[scenario]


def _least(scenario: str, asked: Mapping[str, float]) -> float:
    """The milliseconds that it cannot be done in: calls take at least nine tenths of their delay."""
    call = 0.9 * asked.get("delay_ms", 0.0)
    return {
        "fanout": call * asked.get("fanout", 0) / asked.get("concurrency", 1),
        "chain": call * asked.get("depth", 0),
        "human": asked.get("human_delay_s", 0.0) * 1000,
        "rag": call * asked.get("rag_chunks", 0),
        "stream": asked.get("duration_s", 0.0) * 1000,
    }.get(scenario, call)
