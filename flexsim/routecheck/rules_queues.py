"""Lint's rules about who serves what: queues without workers, channels without capacity, workers without work. Pure."""

from collections.abc import Iterator

from flexsim.routecheck.comparing_kinds import described, nearest
from flexsim.routecheck.explaining import name
from flexsim.routecheck.findings import KINDS, Finding, Place
from flexsim.routecheck.rules_expressions import contradicts_itself
from flexsim.routecheck.satisfiability import can_hold, comparisons, literal_of
from flexsim.routecheck.subject import METADATA, QUEUES, ROUTING, WORKERS, WORKFLOW, Queue, Subject
from flexsim.taskrouter.expressions import unparse


def queues(subject: Subject) -> Iterator[Finding]:
    """What no worker serves, and who serves nothing."""
    used = used_queues(subject)
    for each in subject.queues.values():
        if each.place is not None:
            yield from _unserved(subject, each)
            if each.name not in used:
                yield _finding("FX041", QUEUES, each.place, f"no target leads to queue {each.name!r}")
    yield from _channels(subject)
    yield from _workers(subject, used)


def used_queues(subject: Subject) -> set[str]:
    """The names of the queues that tasks can be sent to."""
    named = {step.queue for _, _, step in subject.steps()} | {subject.default}
    return {each for each in named if each is not None}


def arriving(subject: Subject) -> dict[tuple[str, str], None]:
    """Which queues get tasks of which channels, by the contacts drawn: pairs of both, in order of appearance."""
    seen: dict[tuple[str, str], None] = {}
    for contact in subject.contacts:
        found = next(
            (each for each in subject.filters if each.expression and each.expression.matches(contact.attributes)), None
        )
        names = [subject.default] if found is None else [step.queue for step in found.steps]
        seen |= {(each, contact.channel): None for each in names if each is not None}
    return seen


def _unserved(subject: Subject, queue: Queue) -> Iterator[Finding]:
    if queue.members or not queue.parses or (queue.expression is not None and contradicts_itself(queue.expression)):
        return
    assert queue.place is not None
    if queue.expression is None:
        sentence = f"queue {queue.name!r} has an empty expression, which no worker satisfies"
    else:
        sentence = f"none of {len(subject.staff)} workers satisfies {queue.expression.text}{_blame(subject, queue)}"
    yield _finding("FX040", QUEUES, (*queue.place, "targetWorkers"), sentence)


def _blame(subject: Subject, queue: Queue) -> str:
    assert queue.expression is not None
    for each in comparisons(queue.expression.tree):
        found = literal_of(each)
        if found is not None and subject.workers.knows(found[0]) and not can_hold(each, subject.workers):
            path, literal = found
            values = described(subject.workers(path))
            told = f": {name(path)} is {values}" if values else f": {unparse(each)} is true of nobody"
            return told + nearest(subject.workers(path), literal)
    return ""


def _channels(subject: Subject) -> Iterator[Finding]:
    if not subject.staff:
        return
    taken = {each for each in subject.channels if any(worker.capacity(each) for worker in subject.staff)}
    for channel in subject.channels:
        if channel not in taken:
            sentence = f"customers come by {channel!r}, and no worker has a capacity on it"
            yield _finding("FX052", METADATA, ("dimensions", "channel", "options"), sentence)
    for name_, channel in arriving(subject):
        queue = subject.queues[name_]
        if channel in taken and queue.members and not any(each.capacity(channel) for each in queue.members):
            file, place = (QUEUES, queue.place) if queue.place is not None else (WORKFLOW, (*ROUTING, "default_filter"))
            sentence = (
                f"tasks of {channel!r} come to queue {queue.name!r}, and none of its workers has a capacity on it"
            )
            yield _finding("FX042", file, place, sentence)


def _workers(subject: Subject, used: set[str]) -> Iterator[Finding]:
    busy = {each.place for queue in used for each in subject.queues[queue].members}
    strange: set[str] = set()
    for worker in subject.staff:
        if worker.place not in busy:
            yield _finding("FX050", WORKERS, worker.place, f"{worker.name} is in no queue that tasks are sent to")
        if not any(worker.capacity(each) for each in subject.channels):
            place = (*worker.place, "channelCaps")
            yield _finding("FX051", WORKERS, place, f"{worker.name} has no capacity on any channel that customers use")
        for channel, capacity in worker.capacities.items():
            if capacity and channel not in subject.channels and channel not in strange:
                strange.add(channel)
                sentence = f"no customer comes by {channel!r}, on which {worker.name} has a capacity"
                yield _finding("FX054", WORKERS, (*worker.place, "channelCaps"), sentence)


def _finding(code: str, file: str, place: Place, sentence: str) -> Finding:
    return Finding(kind=KINDS[code], file=file, place=place, sentence=sentence)
