"""Lint's rules about which filter gets what: filters out of reach or in each other's shadow, and tasks that none takes. Pure."""

from collections.abc import Iterator

from flexsim.people.customer import NewContact
from flexsim.routecheck.explaining import name, shown
from flexsim.routecheck.findings import KINDS, Finding, Place
from flexsim.routecheck.satisfiability import can_hold, follows
from flexsim.routecheck.subject import ROUTING, WORKFLOW, Filter, Subject
from flexsim.taskrouter.expressions import lookup


def filters(subject: Subject) -> Iterator[Finding]:
    """What no task reaches, and what no filter takes."""
    for index, each in enumerate(subject.filters):
        yield from _shadowed(subject, each, subject.filters[:index])
    if all(each.expression is not None for each in subject.filters):
        yield from _untaken(subject)


def _shadowed(subject: Subject, found: Filter, earlier: tuple[Filter, ...]) -> Iterator[Finding]:
    if found.expression is None or not can_hold(found.expression.tree, subject.tasks):
        return
    readable = [each for each in earlier if each.expression is not None]
    keepers = [each for each in readable if each.keeps]
    if takers := _takers(subject, found, keepers):
        sentence = f"filter {found.shown} gets nothing: all its tasks go to {_names(takers)} before it, and stay there"
        yield _finding("FX020", found.place, sentence)
    elif takers := _takers(subject, found, readable):
        sentence = f"filter {found.shown} gets only what {_names(takers)} before it gave up: they take all its tasks"
        yield _finding("FX021", found.place, sentence)


def _takers(subject: Subject, found: Filter, others: list[Filter]) -> list[Filter]:
    """The filters, as few as one if one will do, that take all tasks of ``found``; none where some task is left."""
    assert found.expression is not None
    trees = {id(each): each.expression.tree for each in others if each.expression is not None}
    for each in others:
        if follows(found.expression.tree, [trees[id(each)]], subject.tasks):
            return [each]
    return others if follows(found.expression.tree, list(trees.values()), subject.tasks) else []


def _names(filters: list[Filter]) -> str:
    return ("filter " if len(filters) == 1 else "filters ") + ", ".join(each.shown for each in filters)


def _untaken(subject: Subject) -> Iterator[Finding]:
    """By drawing contacts: what falls through is seen, not supposed."""
    if not subject.filters and subject.default is not None:
        return  # no filters at all: the default filter is the workflow
    left = [each for each in subject.contacts if not _taken(subject, each)]
    if not left:
        return
    share = (
        f"{100 * len(left) / len(subject.contacts):.3g} % of {len(subject.contacts):,} contacts drawn from the domain"
    )
    example = _example(subject, left[0])
    if subject.default is None:
        yield _finding("FX024", ROUTING, f"{share} match no filter, and there is no default_filter{example}")
    else:
        place = (*ROUTING, "default_filter")
        yield _finding("FX023", place, f"{share} match no filter and go to queue {subject.default!r}{example}")


def _taken(subject: Subject, contact: NewContact) -> bool:
    return any(each.expression is not None and each.expression.matches(contact.attributes) for each in subject.filters)


def _example(subject: Subject, contact: NewContact) -> str:
    """What the filters look at, as it is in a contact that none takes."""
    paths = dict.fromkeys(path for each in subject.filters if each.expression for path in each.expression.paths)
    told = [f"{name(path)} is {shown(lookup(contact.attributes, path))}" for path in paths]
    return f", for example where {', '.join(told)}" if told else ""


def _finding(code: str, place: Place, sentence: str) -> Finding:
    return Finding(kind=KINDS[code], file=WORKFLOW, place=place, sentence=sentence)
