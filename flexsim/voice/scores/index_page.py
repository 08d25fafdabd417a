"""Many conversations as a page: rates with their intervals, by caller, scenario and agent, who is to blame, and each in a line."""

from collections.abc import Iterator, Sequence
from typing import Any

from flexsim.voice.scores import words
from flexsim.voice.scores.analysis import Analysis
from flexsim.voice.scores.attribution import RULES
from flexsim.voice.scores.by import By
from flexsim.voice.scores.contrast import blame
from flexsim.voice.scores.figures import measured, values
from flexsim.voice.scores.groups import flakes, grouped, most_repeats, passes, success
from flexsim.voice.scores.rates import Estimate
from flexsim.voice.scores.recording import Side
from flexsim.voice.scores.rendering import rendered
from flexsim.voice.scores.scoring import percentile

_MOST_K = 8


def index_page(title: str, analyses: Sequence[Analysis], links: Sequence[str | None]) -> str:
    """The page; ``links`` holds, for each conversation, where its own page lies, or None."""
    most = min(most_repeats(analyses), _MOST_K)
    return rendered(
        "index.html.j2",
        ["converse/index.js"],
        title=title,
        count=len(analyses),
        tiles=list(_tiles(analyses)),
        groups=[
            (by.value, [_group(name, inside, most) for name, inside in grouped(analyses, by).items()]) for by in By
        ],
        k=most,
        passes=[(k, found) for k in range(2, most + 1) if (found := passes(analyses, k))],
        rules=_rules(analyses),
        rows=[_row(each, link) for each, link in zip(analyses, links, strict=True)],
    )


def _tiles(analyses: Sequence[Analysis]) -> Iterator[tuple[str, str, str]]:
    """Label, value, the words below."""
    reached, flaky = success(analyses), flakes(analyses)
    yield (
        "Conversations",
        words.count(len(analyses)),
        f"{words.seconds(measured(None, 'duration', analyses))} each, in the mean",
    )
    yield "Goal reached", words.share(reached.value if reached else None), _interval(reached)
    most = min(most_repeats(analyses), _MOST_K)
    if most > 1:
        found = passes(analyses, most)
        yield f"pass^{most}", words.share(found.value if found else None), _interval(found)
        yield "Flake rate", words.share(flaky.value if flaky else None), _interval(flaky)
    yield (
        "Agent answers after",
        _middle(values("latency_agent", analyses)),
        f"9 of 10 within {_nine(values('latency_agent', analyses))}",
    )
    yield "Dead air", words.count(_one(measured(None, "dead_airs", analyses))), "times in a conversation, in the mean"
    yield (
        "Correct calls",
        words.share(measured(None, "correct_calls", analyses)),
        f"of {words.count(sum(len(each.calls or ()) for each in analyses))} function calls",
    )
    blamed = blame(analyses)
    yield (
        "Failures",
        words.count(sum(blamed.values())),
        ", ".join(f"{count} {party}" for party, count in blamed.items()),
    )


def _interval(found: Estimate | None) -> str:
    return "not judged" if found is None else f"{words.share(found.low)} to {words.share(found.high)} at 95\u00a0%"


def _middle(found: Sequence[float]) -> str:
    return words.seconds(percentile(found, 0.5) if found else None)


def _nine(found: Sequence[float]) -> str:
    return words.seconds(percentile(found, 0.9) if found else None)


def _group(name: str, analyses: Sequence[Analysis], k: int) -> dict[str, Any]:
    reached, flaky = success(analyses), flakes(analyses)
    repeated = passes(analyses, k) if k > 1 else None
    blamed = blame(analyses)
    return {
        "name": name,
        "count": len(analyses),
        "success": reached,
        "pass": words.share(repeated.value if repeated else None),
        "flaky": words.share(flaky.value if flaky else None),
        "agent": _middle(values("latency_agent", analyses)),
        "caller": _middle(values("latency_caller", analyses)),
        "interruptions": words.count(_one(measured(None, "interruptions_caller", analyses))),
        "dead": words.count(_one(measured(None, "dead_airs", analyses))),
        "duration": words.seconds(measured(None, "duration", analyses)),
        "blame": ", ".join(f"{count} {party}" for party, count in blamed.items() if count) or words.NOTHING,
    }


def _one(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _rules(analyses: Sequence[Analysis]) -> list[tuple[str, str, str, int]]:
    """Party, rule, what it says, how often; the most frequent first."""
    counted: dict[tuple[str, str], int] = {}
    for each in analyses:
        if each.verdict is not None:
            key = each.verdict.party.value, each.verdict.rule
            counted[key] = counted.get(key, 0) + 1
    return sorted(
        ((party, rule, RULES[rule], count) for (party, rule), count in counted.items()), key=lambda each: -each[3]
    )


def _row(analysis: Analysis, link: str | None) -> dict[str, Any]:
    recording, scores = analysis.recording, analysis.scores
    return {
        "id": recording.conversation_id,
        "link": link,
        "names": (recording.caller, recording.scenario, recording.agent),
        "reached": recording.reached,
        "ended": (recording.end_reason or "not known").replace("_", " "),
        "blame": analysis.verdict.party.value if analysis.verdict else "",
        "duration": words.seconds(recording.duration),
        "turns": words.count(scores.turns()) if scores else words.NOTHING,
        "agent": _middle(scores.latencies(Side.AGENT)) if scores else words.NOTHING,
        "interruptions": words.count(len(scores.interruptions())) if scores else words.NOTHING,
        "dead": words.count(len(scores.timing.dead_air)) if scores else words.NOTHING,
        "faults": words.count(len(analysis.calls) - analysis.correct_calls)
        if analysis.calls is not None
        else words.NOTHING,
        "missing": len(recording.missing),
    }
