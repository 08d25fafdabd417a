"""An audit as a JSON-ready document, and as lines for people."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from flexsim.measure.audit.auditor import Audit
from flexsim.measure.audit.laws import LAWS, Place, Violation
from flexsim.measure.junit import Case


def document(audit: Audit) -> dict[str, Any]:
    """Everything that was found; ``violations`` of a law that was not applied are None."""
    findings = audit.findings
    return {
        "passed": audit.passed,
        "events": audit.events,
        "laws": [
            {
                "name": law.name,
                "sentence": law.sentence,
                "violations": None if law.name in findings.unchecked else findings.counts[law.name],
                "unchecked": findings.unchecked.get(law.name),
            }
            for law in LAWS
        ],
        "violations": [
            {"law": each.law.name, "message": each.message, "events": [_place(place) for place in each.places]}
            for each in audit.violations
        ],
        "open_tasks": audit.open_tasks,
        "open": [
            {"task": each.sid, "status": each.status, "created": _place(each.created)} for each in audit.open_listed
        ],
    }


def lines(audit: Audit) -> Iterator[str]:
    """What there is to say, a line each: violations by law, open tasks, and at the end how it went."""
    findings = audit.findings
    told = dict.fromkeys(findings.counts, 0)
    for violation in audit.violations:
        told[violation.law.name] += 1
        yield sentence(violation)
    for name, count in told.items():
        if findings.counts[name] > count:
            yield f"{name}: and {findings.counts[name] - count} more"
    for each in audit.open_listed:
        yield f"open at the end: task {each.sid} is {each.status} ({_words(each.created)})"
    if audit.open_tasks > len(audit.open_listed):
        yield f"open at the end: and {audit.open_tasks - len(audit.open_listed)} more tasks"
    for name, why in findings.unchecked.items():
        yield f"not checked: {name}, because {why}"
    yield _verdict(audit)


def cases(audit: Audit) -> Iterator[Case]:
    """One test case for each law, for a build server."""
    for law in LAWS:
        found = [sentence(each) for each in audit.violations if each.law is law]
        count = audit.findings.counts[law.name]
        yield Case(
            name=f"{law.name}: {law.sentence}",
            failure=f"{count} violations:\n" + "\n".join(found) if count else None,
            skipped=audit.findings.unchecked.get(law.name),
        )


def sentence(violation: Violation) -> str:
    """One violation: the law, what is wrong, and the events behind it."""
    places = "; ".join(_words(place) for place in violation.places)
    return f"{violation.law.name}: {violation.message}" + (f" ({places})" if places else "")


def _verdict(audit: Audit) -> str:
    applied = len(LAWS) - len(audit.findings.unchecked)
    broken = len(audit.broken())
    held = f"{applied} laws hold" if not broken else f"{broken} of {applied} laws do not hold"
    tasks = "1 task is" if audit.open_tasks == 1 else f"{audit.open_tasks} tasks are"
    return f"{audit.events} events: {held}; {tasks} open at the end"


def _place(place: Place) -> dict[str, Any]:
    return {"seq": place.seq, "t": place.t}


def _words(place: Place) -> str:
    if place.t is None:
        return f"event {place.seq}"
    at = datetime.fromtimestamp(place.t, UTC).isoformat(sep=" ", timespec="milliseconds").removesuffix("+00:00")
    return f"event {place.seq} at {at}"
