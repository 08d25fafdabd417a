"""One conversation as a page: its time line with both channels, what was said and done, its figures twice, who is to blame."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from flexsim.voice.scores import words
from flexsim.voice.scores.analysis import Analysis
from flexsim.voice.scores.drawing import line
from flexsim.voice.scores.recording import SIDES, Side
from flexsim.voice.scores.rendering import rendered
from flexsim.voice.scores.scoring import Scores, percentile
from flexsim.voice.scores.telling import explained_rows

PLAYERS: Final = (
    ("Both", "stereo_recording.wav", "the caller left, the agent right"),
    ("Caller", "caller_audio.wav", "alone"),
    ("Agent", "cs_audio.wav", "alone"),
)


def conversation_page(analysis: Analysis, sounds: Sequence[str] = (), back: str | None = None) -> str:
    """The page, for the conversation's folder; ``sounds`` are the files of ``PLAYERS`` that are there, ``back`` leads to the index."""
    return rendered(
        "conversation.html.j2",
        ["converse/conversation.js"],
        analysis=analysis,
        recording=analysis.recording,
        back=back,
        players=[each for each in PLAYERS if each[1] in sounds],
        line=line(analysis),
        tiles=_tiles(analysis),
        feed=sorted(_feed(analysis), key=lambda each: each["at"]),
        figures=explained_rows(analysis),
        agreement=analysis.agreement.document() if analysis.agreement else None,
        criteria=_criteria(analysis),
        facts=_facts(analysis),
    )


def _tiles(analysis: Analysis) -> list[dict[str, Any]]:
    """The headline: label, value, the words below, and whether it is good or bad where that can be said."""
    found = [_goal_tile(analysis)]
    if analysis.scores is not None:
        found += _timing_tiles(analysis.scores)
    if analysis.calls is not None:
        wrong = len(analysis.calls) - analysis.correct_calls
        below = f"{wrong} at fault" if wrong else "none at fault"
        found.append(_tile("Function calls", words.count(len(analysis.calls)), below, good=False if wrong else None))
    if analysis.agreement is not None:
        found.append(
            _tile(
                "Log and sound agree",
                words.share(analysis.agreement.share),
                f"{len(analysis.agreement.differences)} differences of more than 20 ms",
            )
        )
    return found


def _tile(label: str, value: str, below: str, *, good: bool | None = None) -> dict[str, Any]:
    return {"label": label, "value": value, "below": below, "good": good}


def _goal_tile(analysis: Analysis) -> dict[str, Any]:
    reached = analysis.recording.reached
    value = {True: "reached", False: "missed", None: "not judged"}[reached]
    ended = (analysis.recording.end_reason or "nobody knows how").replace("_", " ")
    return _tile("Goal", value, f"ended: {ended}", good=reached)


def _timing_tiles(scores: Scores) -> Iterator[dict[str, Any]]:
    for side, label in ((Side.AGENT, "Agent answers after"), (Side.CALLER, "Caller answers after")):
        found = scores.latencies(side)
        middle = percentile(found, 0.5) if found else None
        below = (
            f"half of {len(found)}; 9 of 10 within {words.seconds(percentile(found, 0.9))}" if found else "no answer"
        )
        yield _tile(label, words.seconds(middle), below)
    by = ", ".join(f"{len(scores.interruptions(side))} by the {side}" for side in SIDES)
    yield _tile("Interruptions", words.count(len(scores.interruptions())), by)
    rate = scores.yield_rate()
    stops = scores.yield_latencies()
    yield _tile(
        "Yielded",
        words.share(rate),
        f"after {words.seconds(percentile(stops, 0.5))}" if stops else "nobody stopped for another",
    )
    selective = scores.selectivity()
    yield _tile(
        "Selectivity",
        words.share(selective),
        f"of {len(scores.back_channels())} back-channels",
        good=None if selective in {None, 1.0} else False,
    )
    dead = scores.timing.dead_air
    longest = max((end - start for start, end in dead), default=0.0)
    yield _tile(
        "Dead air",
        words.count(len(dead)),
        f"longest {words.seconds(longest)}" if dead else "never both silent for 2 s",
        good=False if dead else None,
    )
    yield _tile(
        "Caller's share of speech",
        words.share(scores.talk_ratio),
        f"{words.seconds(scores.timing.talk(Side.CALLER))} of {words.seconds(sum(scores.timing.talk(side) for side in SIDES))}",
    )


def _feed(analysis: Analysis) -> Iterator[dict[str, Any]]:
    """What was said and done."""
    latencies = {(each.side, each.at): each.seconds for each in analysis.log.timing.latencies} if analysis.log else {}
    for each in analysis.recording.utterances or ():
        latency = latencies.get((each.side, each.start))
        yield {
            "at": each.start,
            "what": "utterance",
            "utterance": each,
            "latency": latency,
            "misheard": _misheard(each.text, each.heard),
        }
    faults = {id(each.call): each.faults for each in analysis.calls or ()}
    for call in analysis.recording.calls or ():
        yield {"at": call.at, "what": "call", "call": call, "faults": faults.get(id(call), {})}
    for start, end in analysis.scores.timing.dead_air if analysis.scores else ():
        yield {"at": start, "what": "dead_air", "seconds": end - start}
    if analysis.verdict is not None:
        yield {"at": analysis.recording.duration, "what": "end"}


def _misheard(text: str, heard: str | None) -> str | None:
    return heard if heard and heard.split() != text.split() else None


def _criteria(analysis: Analysis) -> list[tuple[str, bool | None, str]]:
    goal = analysis.recording.metadata.get("goal")
    found = goal.get("criteria") if isinstance(goal, Mapping) else None
    listed = [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []
    return [
        (
            str(each.get("criterion", "")),
            each["met"] if isinstance(each.get("met"), bool) else None,
            str(each.get("why") or ""),
        )
        for each in listed
    ]


def _facts(analysis: Analysis) -> list[tuple[str, str]]:
    """What else the metadata says: plain values only."""
    metadata = analysis.recording.metadata
    plain = ("provider", "virtual", "seed", "version", "started_at", "turns")
    found = [(name, str(metadata[name])) for name in plain if isinstance(metadata.get(name), str | int | float | bool)]
    for name in ("caller", "impairments", "audio"):
        inner = metadata.get(name)
        if isinstance(inner, Mapping):
            found += [
                (f"{name}: {key}", str(value))
                for key, value in inner.items()
                if isinstance(value, str | int | float | bool)
            ]
    return [(name.replace("_", " "), value) for name, value in found]
