"""Everything that can be said against a configuration without a single task. Pure."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

from flexsim.configuration.records import Configuration
from flexsim.configuration.workspace import build_workspace
from flexsim.errors import ConfigurationError
from flexsim.ids import Sids
from flexsim.routecheck.findings import KINDS, Finding, Severity
from flexsim.routecheck.reading import read_subject
from flexsim.routecheck.rules_expressions import expressions
from flexsim.routecheck.rules_filters import filters
from flexsim.routecheck.rules_names import names
from flexsim.routecheck.rules_queues import queues
from flexsim.routecheck.rules_targets import targets
from flexsim.routecheck.rules_time import times
from flexsim.routecheck.subject import METADATA, MONDAY, QUEUES, WORKERS, WORKFLOW, Subject

_RULES: Final[tuple[Callable[[Subject], Iterator[Finding]], ...]] = (
    names,
    expressions,
    filters,
    targets,
    queues,
    times,
)
_FILES: Final = (WORKFLOW, QUEUES, WORKERS, METADATA)


def lint_configuration(
    configuration: Configuration, documents: Mapping[str, Any], ignore: Collection[str] = ()
) -> list[Finding]:
    """What is wrong with a configuration whose files hold ``documents``, by file and place; without the codes in ``ignore``.

    Raises ConfigurationError for a code that there is none of.
    """
    for code in ignore:
        if code not in KINDS:
            raise ConfigurationError(f"no such finding: {code}; the codes are {', '.join(KINDS)}")
    subject, findings = read_subject(configuration, documents)
    for rule in _RULES:
        findings += rule(subject)
    if not any(each.kind.severity is Severity.ERROR for each in findings):
        findings += _refusals(configuration)
    kept = (each for each in findings if each.kind.code not in ignore)
    return sorted(dict.fromkeys(kept), key=_order)


def _refusals(configuration: Configuration) -> Iterator[Finding]:
    """What the engine itself refuses, should the rules have missed it."""
    try:
        build_workspace(configuration, Sids(configuration.seed, "lint"), MONDAY)
    except ConfigurationError as error:
        yield Finding(kind=KINDS["FX004"], file=WORKFLOW, place=(), sentence=str(error))


def _order(finding: Finding) -> tuple[Any, ...]:
    steps = tuple((isinstance(step, str), step) for step in finding.place)
    return _FILES.index(finding.file), steps, finding.kind.code
