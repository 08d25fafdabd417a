"""The command ``flexsim converse analyze``: how recorded conversations went, by their log and by their sound."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flexsim.cli import output
from flexsim.cli.converse.recordings import OUT, AudioOnly, Conversations, Out, scored
from flexsim.cli.options import Json, Junit, common, fails_if
from flexsim.errors import ConfigurationError

if TYPE_CHECKING:
    from flexsim.cli.checking import Checks
    from flexsim.measure.thresholds import Verdict
    from flexsim.voice.scores.analysis import Analysis


def analyze(  # noqa: PLR0913 -- one parameter for each option
    context: typer.Context,
    conversations: Conversations = None,
    *,
    out: Out = OUT,
    audio_only: AudioOnly = False,
    fail_if: Annotated[list[str] | None, fails_if('comes true: "p90(latency_agent) > 1.5s", "pass_3 < 90%"')] = None,
    junit: Junit = None,
    as_json: Json = False,
) -> None:
    """Analyze recorded conversations: turns, latencies, interruptions, silence, function calls, who is to blame.

    One is told in full, the figures of its log beside those of its sound alone; several come as a table.

    Thresholds are about all of them together. What is missing of a recording is said, and the rest is scored.

    Example: flexsim converse analyze typical-lost-card-s7
    Example: flexsim converse analyze typical-lost-card-s7 --audio-only --json
    Example: flexsim converse analyze runs/nightly --fail-if "goal_rate < 90%" --fail-if "p90(latency_agent) > 1.5s"
    """
    from flexsim.voice.scores.reading import find

    checks = _checks(fail_if, junit)
    found = scored(find(conversations or [], out), quiet=common(context).quiet, with_log=not audio_only)
    verdicts = _judged(checks, found)
    if as_json:
        output.print_json(_document(found, verdicts))
    elif len(found) == 1:
        _tell(found[0])
    else:
        _list(found)
    checks.enforce(verdicts, quiet=common(context).quiet)


def _checks(fail_if: Sequence[str] | None, junit: Path | None) -> "Checks":
    from flexsim.cli.checking import Checks
    from flexsim.measure.thresholds import parse
    from flexsim.voice.scores.figures import CONVERSATION

    thresholds = [parse(each, CONVERSATION) for each in fail_if or ()]
    if junit is not None and not thresholds:
        raise ConfigurationError("--junit writes what --fail-if checks: give at least one threshold")
    if junit is not None and not junit.absolute().parent.is_dir():
        raise ConfigurationError(f"--junit: there is no folder {junit.parent}")
    return Checks(command="flexsim converse analyze", thresholds=thresholds, junit=junit)


def _judged(checks: "Checks", found: "Sequence[Analysis]") -> "list[Verdict]":
    from flexsim.measure.thresholds import verdict
    from flexsim.voice.scores.figures import CONVERSATION, measured

    return [verdict(each, measured(each.function, each.metric, found), CONVERSATION) for each in checks.thresholds]


def _document(found: "Sequence[Analysis]", verdicts: "Sequence[Verdict]") -> dict[str, object]:
    from flexsim.voice.scores.contrast import group_document

    return {
        "format": "flexsim-conversations/1",
        "conversations": [each.document() for each in found],
        "together": group_document(found),
        "thresholds": [each.document() for each in verdicts],
    }


def _tell(analysis: "Analysis") -> None:
    from flexsim.voice.scores.telling import figure_rows, remarks

    output.print_table(
        analysis.recording.conversation_id, ("Figure", "By the log", "By the sound"), figure_rows(analysis)
    )
    for line in remarks(analysis):
        output.print_line(line)


def _list(found: "Sequence[Analysis]") -> None:
    from flexsim.voice.scores.telling import LIST_COLUMNS, group_remarks, list_row

    output.print_table(None, LIST_COLUMNS, [list_row(each) for each in found])
    for line in group_remarks(found):
        output.print_line(line)
