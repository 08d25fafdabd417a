"""Thresholds and their JUnit file, for every command that has figures.

A command takes ``fail_if: FailIf = None, junit: Junit = None`` (``cli.options``), and::

    checks = read_checks(fail_if, junit, queues=...)   # first of all: exit 2 before anything is done
    ...
    verdicts = checks.judge(totals)                    # a measure.statistics.Totals: the counts, not the summary
    ...                                                # print the result; with --json, [v.document() for v in verdicts]
    checks.enforce(verdicts, quiet=...)                # last of all: the file, a line for each, exit 1 if one failed
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flexsim.cli import output
from flexsim.errors import CheckFailed, ConfigurationError

if TYPE_CHECKING:
    from flexsim.measure.junit import Case
    from flexsim.measure.metrics import Vocabulary
    from flexsim.measure.statistics import Totals
    from flexsim.measure.thresholds import Threshold, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What the user asked to be checked; ``junit`` is where the outcome is to be written, if anywhere."""

    command: str
    thresholds: "Sequence[Threshold]"
    junit: Path | None

    def judge(self, totals: "Totals") -> "list[Verdict]":
        """What each threshold makes of the counts."""
        from flexsim.measure.thresholds import judge

        return [judge(each, totals) for each in self.thresholds]

    def enforce(self, verdicts: "Sequence[Verdict]", *, quiet: bool) -> None:
        """Write the file, and say on stderr, in a line each, what was measured; ``quiet`` leaves only failures.

        Raises CheckFailed where one of them failed.
        """
        if self.junit is not None:
            write_junit(self.junit, self.command, (each.case() for each in verdicts))
        failed = [each for each in verdicts if each.failed]
        for each in verdicts:
            output.say(str(each), quiet=quiet and not each.failed)
        if failed:
            raise CheckFailed(f"{len(failed)} of {len(verdicts)} thresholds failed")


def read_checks(
    command: str,
    fail_if: Sequence[str] | None,
    junit: Path | None,
    *,
    queues: Collection[str] | None = None,
    vocabulary: "Vocabulary | None" = None,
) -> Checks:
    """The thresholds that were given to ``command`` (``flexsim demo``), about queues that are among ``queues`` if given.

    They are about a contact centre's figures unless a ``vocabulary`` says others, which the command then judges itself.
    Raises ConfigurationError that says which one is wrong, and where.
    """
    from flexsim.measure.metrics import CENTRE
    from flexsim.measure.thresholds import check_queues, parse

    thresholds = [parse(each, vocabulary or CENTRE) for each in fail_if or ()]
    if queues is not None:
        check_queues(thresholds, queues)
    if junit is not None:
        if not thresholds:
            raise ConfigurationError("--junit writes what --fail-if checks: give at least one threshold")
        if not junit.absolute().parent.is_dir():
            raise ConfigurationError(f"--junit: there is no folder {junit.parent}")
    return Checks(command=command, thresholds=thresholds, junit=junit)


def write_junit(path: Path, suite: str, cases: "Iterable[Case]") -> None:
    """Write the cases to ``path`` as JUnit XML; raises ConfigurationError where it cannot be written."""
    from flexsim.measure.junit import junit_xml

    try:
        path.write_bytes(junit_xml(suite, cases))
    except OSError as error:
        raise ConfigurationError(f"cannot write {path}: {error.strerror}") from error
