"""What there is to say of conversations, in rows and lines, for a terminal; the page has the same figures."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from flexsim.voice.scores import words
from flexsim.voice.scores.analysis import Analysis
from flexsim.voice.scores.contrast import blame
from flexsim.voice.scores.figures import DISTRIBUTIONS, FIGURES, alone, values
from flexsim.voice.scores.groups import flakes, most_repeats, passes, success
from flexsim.voice.scores.recording import Side
from flexsim.voice.scores.scoring import Scores, percentile

LIST_COLUMNS: Final = ("Conversation", "Goal", "To blame", "Duration", "Agent answers")
_OF_THE_LOG: Final = frozenset({
    "goal_rate", "words_per_minute_caller", "words_per_minute_agent", "calls", "correct_calls", "unknown_functions",
    "invalid_arguments", "call_errors", "needless_repeats", "not_understood", "agreement",
})  # fmt: skip
_MOST: Final = 10  # differences that are told


def figure_rows(analysis: Analysis) -> list[tuple[str, str, str]]:
    """Title, by the log, by the sound, a dash where one of them does not know; what neither knows is left out."""
    return [row[:3] for row in explained_rows(analysis) if {row[1], row[2]} != {words.NOTHING}]


def explained_rows(analysis: Analysis) -> list[tuple[str, str, str, str]]:
    """The same, and what each figure is."""
    sides = [_by(analysis, scores) for scores in (analysis.log, analysis.sound)]
    found = []
    for name, (meaning, _) in DISTRIBUTIONS.items():
        log, sound = (_spread(name, each) for each in sides)
        found.append((name.replace("_", " ").capitalize(), log, sound, meaning))
    for figure in FIGURES.values():
        show = words.SHOW[figure.kind]
        if figure.name in _OF_THE_LOG:
            log, sound = show(alone(figure.name, analysis)), words.NOTHING
        else:
            log, sound = (show(alone(figure.name, each)) if each else words.NOTHING for each in sides)
        found.append((figure.title, log, sound, figure.meaning))
    return found


def _by(analysis: Analysis, scores: Scores | None) -> Analysis | None:
    """The analysis as if these were the only scores; None where there are none."""
    return None if scores is None else replace(analysis, log=scores)


def _spread(name: str, analysis: Analysis | None) -> str:
    """The median, the 90th percentile, and of how many: ``640 ms, p90 1.1 s (12)``."""
    found = values(name, [analysis]) if analysis else []
    if not found:
        return words.NOTHING
    return f"{words.seconds(percentile(found, 0.5))}, p90 {words.seconds(percentile(found, 0.9))} ({len(found)})"


def remarks(analysis: Analysis) -> Iterator[str]:
    """What is missing, where log and sound differ, what was wrong with calls, and who is to blame."""
    for each in analysis.recording.missing:
        yield f"missing: {each}"
    if analysis.agreement is not None:
        yield from _agreement(analysis)
    for call in (each for each in analysis.calls or () if each.faults):
        for fault, why in call.faults.items():
            yield f"{words.place(call.call.at)} {call.call.name}: {fault.value.replace('_', ' ')}: {why}"
    if analysis.verdict is not None:
        yield f"to blame: the {analysis.verdict.party}: {analysis.verdict.why} ({analysis.verdict.rule})"
        for piece in analysis.verdict.evidence:
            yield f"  {words.place(piece.at)} {piece.what}"


def _agreement(analysis: Analysis) -> Iterator[str]:
    found = analysis.agreement
    if found is None or not found.pairs:
        return
    apart = found.differences
    yield f"log and sound agree within 20 ms on {len(found.pairs) - len(apart)} of {len(found.pairs)} latencies, interruptions and back-channels"
    for each in apart[:_MOST]:
        yield f"  {each}"
    if len(apart) > _MOST:
        yield f"  and {len(apart) - _MOST} more; --json has all"


def list_row(analysis: Analysis) -> tuple[str, ...]:
    """A conversation in a line; what the agent's answers take is their median."""
    recording, scores = analysis.recording, analysis.scores
    answers = scores.latencies(Side.AGENT) if scores else []
    goal = {True: "reached", False: "missed", None: "not judged"}[recording.reached]
    ended = "" if recording.end_reason in {None, "completed"} else f", {str(recording.end_reason).replace('_', ' ')}"
    return (
        recording.conversation_id,
        goal + ended,
        analysis.verdict.party.value if analysis.verdict else "",
        words.seconds(recording.duration),
        words.seconds(percentile(answers, 0.5) if answers else None),
    )


def group_remarks(analyses: Sequence[Analysis]) -> Iterator[str]:
    """Rates over all, and what is missing."""
    reached, flaky = success(analyses), flakes(analyses)
    yield f"goal reached: {words.estimate(reached)} of {reached.count if reached else 0} conversations"
    most = min(most_repeats(analyses), 8)
    if most > 1:
        for k in range(2, most + 1):
            yield f"pass^{k}: {words.estimate(passes(analyses, k))}"
        yield f"flake rate: {words.estimate(flaky)}"
    blamed = blame(analyses)
    if sum(blamed.values()):
        yield f"to blame: {', '.join(f'{party} {count}' for party, count in blamed.items())}"
    for each in analyses:
        for note in each.recording.missing:
            yield f"missing of {each.recording.conversation_id}: {note}"
