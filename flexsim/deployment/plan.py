"""From what is there and what is wanted to what has to change; pure.

What is ours: workers whose attribute ``flexsim`` is our brand, the workflow of our name, and the task queues that
``ledger`` recognises. A worker or a task queue of a name that we want, and that is not ours, is never changed: a queue
that picks the workers we want is used as it is, and noted as borrowed; anything else is an error before the first change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from flexsim.configuration.needs import needed_activities, needed_channels
from flexsim.configuration.records import Configuration, QueuePlan, WorkerPlan
from flexsim.configuration.references import replace_queues
from flexsim.deployment.changes import Action, Change, Difference, Kind
from flexsim.deployment.ledger import (
    Ledger,
    default_queue,
    filtered_queues,
    own_queues,
    picks_its_own_name,
    read_ledger,
    referenced_queues,
    with_ledger,
    without_ledger,
)
from flexsim.errors import ConfigurationError
from flexsim.taskrouter.port import Activity, TaskChannel, TaskQueue, Worker, Workflow

OURS: Final = "flexsim"  # the attribute whose value is the brand


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """What is in the workspace; ``capacities`` of our workers only, by worker SID and channel."""

    activities: tuple[Activity, ...] = ()
    task_channels: tuple[TaskChannel, ...] = ()
    task_queues: tuple[TaskQueue, ...] = ()
    workflows: tuple[Workflow, ...] = ()
    workers: tuple[Worker, ...] = ()
    capacities: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def workflow(self, name: str) -> Workflow | None:
        """The workflow of that name, if there is one."""
        return next((workflow for workflow in self.workflows if workflow.name == name), None)

    def workers_of(self, brand: str) -> tuple[Worker, ...]:
        """The workers whose attribute says that they are ours."""
        return tuple(worker for worker in self.workers if worker.attributes.get(OURS) == brand)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A thing that the configuration needs and that is not ours to deploy unasked."""

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The workflow's configuration on the way; queues by name, to be replaced by the SIDs they have by then.

    ``begin`` notes what is about to be created and routes as before; ``middle`` routes as wanted and notes what is about
    to be removed; ``end`` is how it stays. ``begin`` is None where nothing is created.
    """

    begin: Mapping[str, Any] | None
    middle: Mapping[str, Any]
    end: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``changes`` in the order of doing, the things that stay as they are included.

    ``queue_sids`` are the task queues there already that the workflow will refer to, by name.
    """

    configuration: Configuration
    present: Present
    assignment_url: str | None
    changes: tuple[Change, ...]
    missing: tuple[Missing, ...]
    stages: Stages
    queue_sids: Mapping[str, str]

    @property
    def todo(self) -> tuple[Change, ...]:
        """What is not left as it is."""
        return tuple(change for change in self.changes if change.action is not Action.LEAVE)

    @property
    def in_sync(self) -> bool:
        """Whether there is nothing to do."""
        return not self.todo

    def of(self, kind: Kind, *actions: Action) -> list[Change]:
        """The changes of one kind of thing."""
        return [change for change in self.changes if change.kind is kind and change.action in actions]


def make_plan(
    present: Present, configuration: Configuration, assignment_url: str | None, *, create_missing: bool = False
) -> Plan:
    """Compare; ``assignment_url`` None leaves the workflow's as it is.

    Raises ConfigurationError, naming all of them, when things that are not ours stand in the way.
    """
    missing = find_missing(present, configuration)
    created = [_creation(each) for each in missing] if create_missing else []
    queues = _Queues.compare(present, configuration)
    workers, conflicts = _worker_changes(present, configuration)
    if conflicts or queues.conflicts:
        raise ConfigurationError(
            "\n  ".join(
                [
                    "the workspace does not fit the configuration, and nothing was changed:",
                    *queues.conflicts,
                    *conflicts,
                ]
            )
        )
    stages = _stages(present, configuration, queues, created)
    workflow = _workflow_change(present, configuration, assignment_url, _Routes(queues=queues, stages=stages))
    return Plan(
        configuration=configuration,
        present=present,
        assignment_url=assignment_url,
        changes=(*created, *queues.changes, workflow, *workers, *queues.removals),
        missing=() if create_missing else missing,
        stages=stages,
        queue_sids=queues.sids,
    )


# -- what must be there already


def find_missing(present: Present, configuration: Configuration) -> tuple[Missing, ...]:
    """Task channels, activities, and queues not of our making, that the configuration names and the workspace lacks."""
    needed = [(Kind.TASK_CHANNEL, name) for name in needed_channels(configuration)]
    needed += [(Kind.ACTIVITY, name) for name in needed_activities(configuration.domain)]
    there = {(Kind.TASK_CHANNEL, channel.unique_name) for channel in present.task_channels}
    there |= {(Kind.ACTIVITY, activity.name) for activity in present.activities}
    return tuple(Missing(kind=kind, name=name) for kind, name in needed if (kind, name) not in there)


def _creation(missing: Missing) -> Change:
    return Change(action=Action.CREATE, kind=missing.kind, name=missing.name, note="missing")


# -- task queues


@dataclass(slots=True)
class _Queues:
    """How the task queues compare; ``sids`` are those that our workflow will route to, as far as they exist."""

    changes: list[Change] = field(default_factory=list)
    removals: list[Change] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    borrowed: set[str] = field(default_factory=set)
    sids: dict[str, str] = field(default_factory=dict)

    @classmethod
    def compare(cls, present: Present, configuration: Configuration) -> "_Queues":
        queues = cls()
        ours = own_queues(present.task_queues, present.workflows, configuration.workflow.name)
        # Of several queues with one name the oldest counts, unless one is ours.
        there = {queue.name: queue for queue in reversed(present.task_queues)} | ours
        for plan in configuration.queues:
            queues.compare_one(plan, there.get(plan.name), owned=plan.name in ours)
        wanted = {plan.name for plan in configuration.queues}
        for name in sorted(referenced_queues(configuration.workflow.configuration) - wanted):
            queues.use(name, there.get(name))
        for name, queue in ours.items():
            if name not in wanted:
                queues.removals.append(
                    Change(
                        action=Action.REMOVE, kind=Kind.TASK_QUEUE, name=name, sid=queue.sid, note="no longer wanted"
                    )
                )
        return queues

    def compare_one(self, plan: QueuePlan, found: TaskQueue | None, *, owned: bool) -> None:
        change = Change(action=Action.LEAVE, kind=Kind.TASK_QUEUE, name=plan.name)
        if found is None:
            difference = Difference(what="workers", after=plan.target_workers)
            self.changes.append(replace(change, action=Action.CREATE, differences=(difference,)))
            return
        self.sids[plan.name] = found.sid
        change = replace(change, sid=found.sid)
        if found.target_workers == plan.target_workers:
            if not owned:
                self.borrowed.add(plan.name)
            self.changes.append(change if owned else replace(change, note="not ours, used as it is"))
        elif owned:
            difference = Difference(what="workers", before=found.target_workers, after=plan.target_workers)
            self.changes.append(replace(change, action=Action.UPDATE, differences=(difference,)))
        else:
            self.conflicts.append(
                f"the task queue {plan.name} ({found.sid}) picks other workers ({found.target_workers}, not"
                f" {plan.target_workers}); rename it, or the option in the domain"
            )

    def use(self, name: str, found: TaskQueue | None) -> None:
        """A queue that we route to and do not deploy, such as Everyone."""
        if found is None:
            self.conflicts.append(
                f"the workflow needs the task queue {name}, which is not there; create it (1==1 is everyone)"
            )
        else:
            self.sids[name] = found.sid

    def names(self, *actions: Action) -> frozenset[str]:
        return frozenset(change.name for change in self.changes if change.action in actions)


# -- the workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Routes:
    queues: _Queues
    stages: Stages


def _stages(present: Present, configuration: Configuration, queues: _Queues, created: Sequence[Change]) -> Stages:
    workflow = present.workflow(configuration.workflow.name)
    before: Mapping[str, Any] = workflow.configuration if workflow else {}
    noted = read_ledger(before)
    wanted = configuration.workflow.configuration
    fallback = default_queue(wanted) or next(iter(sorted(referenced_queues(wanted))), "")
    rest = Ledger(
        queues=_unrecognisable(configuration, queues),
        borrowed=frozenset(queues.borrowed),
        activities=_kept(noted.activities, {each.name for each in present.activities}, created, Kind.ACTIVITY),
        channels=_kept(
            noted.channels, {each.unique_name for each in present.task_channels}, created, Kind.TASK_CHANNEL
        ),
    )
    creating = queues.names(Action.CREATE)
    removing = frozenset(change.name for change in queues.removals)
    begin = None
    if creating or created:
        noting = replace(rest, queues=rest.queues | creating | removing | noted.queues)
        minimal = {"task_routing": {"filters": [], "default_filter": {"queue": fallback}}}
        begin = with_ledger(before or minimal, noting, fallback)
    return Stages(
        begin=begin,
        middle=with_ledger(wanted, replace(rest, queues=rest.queues | removing), fallback),
        end=with_ledger(wanted, rest, fallback),
    )


def _unrecognisable(configuration: Configuration, queues: _Queues) -> frozenset[str]:
    """Queues of ours that nobody could tell were ours by looking at the workflow as it will be."""
    routed = filtered_queues(configuration.workflow.configuration)
    return frozenset(
        plan.name
        for plan in configuration.queues
        if plan.name not in queues.borrowed
        and not (plan.name in routed and picks_its_own_name(plan.name, plan.target_workers))
    )


def _kept(noted: frozenset[str], there: set[str], created: Sequence[Change], kind: Kind) -> frozenset[str]:
    return (noted & there) | {change.name for change in created if change.kind is kind}


def _workflow_change(
    present: Present, configuration: Configuration, assignment_url: str | None, routes: "_Routes"
) -> Change:
    plan = configuration.workflow
    found = present.workflow(plan.name)
    change = Change(action=Action.CREATE, kind=Kind.WORKFLOW, name=plan.name)
    if found is None:
        differences = [Difference(what="assignment callback", after=assignment_url)]
        return replace(change, differences=tuple(differences))
    sids = routes.queues.sids  # a queue that only shares the name keeps its SID, and so differs
    names = {queue.sid: queue.name for queue in present.task_queues if sids.get(queue.name, queue.sid) == queue.sid}
    differences = _routing_differences(replace_queues(found.configuration, names), routes.stages.end)
    if assignment_url is not None and found.assignment_url != assignment_url:
        differences.append(Difference(what="assignment callback", before=found.assignment_url, after=assignment_url))
    if found.reservation_timeout != plan.reservation_timeout:
        before, after = found.reservation_timeout, plan.reservation_timeout
        differences.append(Difference(what="reservation timeout", before=before, after=after))
    action = Action.UPDATE if differences else Action.LEAVE
    return replace(change, action=action, sid=found.sid, differences=tuple(differences))


def _routing_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Which filters come, go and change, in words; the order of filters counts, since the first that matches routes."""
    old, new = _by_name(without_ledger(before)), _by_name(without_ledger(after))
    differences = [Difference(what="filter", before=name, after="gone") for name in old if name not in new]
    differences += [Difference(what="new filter", after=name) for name in new if name not in old]
    differences += [
        Difference(what=f"filter {name}", before="as it was", after="changed")
        for name, entry in new.items()
        if name in old and old[name] != entry
    ]
    if not differences and list(old) != list(new):
        differences.append(Difference(what="filters", before="as they were", after="in another order"))
    was, will_be = _default(before), _default(after)
    if was != will_be:
        differences.append(Difference(what="default filter", before=was.get("queue"), after=will_be.get("queue")))
    if read_ledger(before) != read_ledger(after):
        differences.append(Difference(what="notes", before="as they were", after="changed"))
    return differences


def _by_name(document: Mapping[str, Any]) -> dict[str, Any]:
    """Filters by name in a form that can be compared: no nulls, numbers as numbers, one spelling of the name.

    Documented examples hold ``timeout`` and ``priority`` as numbers and as text, and both spellings of the name.
    """
    found: dict[str, Any] = {}
    for index, entry in enumerate(document["task_routing"]["filters"]):
        plain = _plain(entry)
        name = str(plain.pop("filter_friendly_name", None) or plain.pop("friendly_name", None) or f"number {index + 1}")
        found[name if name not in found else f"{name} (number {index + 1})"] = plain
    return found


def _default(document: Mapping[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = _plain(document.get("task_routing", {}).get("default_filter") or {})
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _number(key, _plain(each)) for key, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value


def _number(key: str, value: Any) -> Any:
    return int(value) if key in {"timeout", "priority"} and isinstance(value, str) and value.isdigit() else value


# -- workers


def _worker_changes(present: Present, configuration: Configuration) -> tuple[list[Change], list[str]]:
    brand = configuration.domain.brand
    ours = {worker.sid for worker in present.workers_of(brand)}
    there = {worker.name.casefold(): worker for worker in present.workers}  # unique ignoring case (Twilio: Worker)
    changes: list[Change] = []
    conflicts: list[str] = []
    for plan in configuration.workers:
        found = there.get(plan.name.casefold())
        if found is not None and found.sid not in ours:
            whose = found.attributes.get(OURS)
            conflicts.append(
                f"the worker {found.name} ({found.sid}) is"
                + (f" of the brand {whose}" if whose else " not flexsim's")
                + f", not of {brand}; rename or remove it"
            )
        else:
            changes.append(_worker_change(plan, found, present.capacities))
    wanted = {plan.name.casefold() for plan in configuration.workers}
    changes += [
        Change(action=Action.REMOVE, kind=Kind.WORKER, name=worker.name, sid=worker.sid, note="no longer wanted")
        for worker in present.workers
        if worker.sid in ours and worker.name.casefold() not in wanted
    ]
    return changes, conflicts


def _worker_change(plan: WorkerPlan, found: Worker | None, capacities: Mapping[str, Mapping[str, int]]) -> Change:
    change = Change(action=Action.CREATE, kind=Kind.WORKER, name=plan.name)
    if found is None:
        return replace(change, differences=tuple(_capacity_differences(plan, {})))
    differences = _attribute_differences(found.attributes, plan.attributes)
    differences += _capacity_differences(plan, capacities.get(found.sid, {}))
    action = Action.UPDATE if differences else Action.LEAVE
    return replace(change, action=action, sid=found.sid, differences=tuple(differences))


def _attribute_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    names = dict.fromkeys([*before, *after])
    return [
        Difference(what=f"attribute {name}", before=before.get(name), after=after.get(name))
        for name in names
        if name not in before or name not in after or before[name] != after[name]
    ]


def _capacity_differences(plan: WorkerPlan, there: Mapping[str, int]) -> list[Difference]:
    return [
        Difference(what=f"capacity {channel}", before=there.get(channel), after=capacity)
        for channel, capacity in plan.capacities.items()
        if there.get(channel) != capacity
    ]
