"""Which address does what: the one table, from which requests are dispatched and the coverage ledger is written.

Dispatch walks the path's segments through nested dictionaries, because trying fifty patterns in turn costs as much as
answering. A literal segment (``TaskQueues/Statistics``) goes before a SID in the same place.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from flexsim.emulator.call import Call, Reply
from flexsim.emulator.handlers import (
    activities,
    events,
    reservations,
    statistics,
    task_channels,
    task_queues,
    tasks,
    worker_channels,
    workers,
    workflows,
    workspaces,
)
from flexsim.errors import MethodNotAllowed, UnknownResource

Handler: TypeAlias = Callable[[Call], Reply]

_ANY: Final = "{}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """``operation`` is the operation's name in Twilio's OpenAPI description; ``{…}`` in the path takes any segment."""

    operation: str
    method: str
    path: str
    handler: Handler


def _resource(path: str, name: str, module: object) -> Iterable[Route]:
    """List, create, fetch, update and delete, of which the module has those it has."""
    collection, _, _ = path.rpartition("/")
    for function, verb, method, where in (
        ("listing", "List", "GET", collection),
        ("create", "Create", "POST", collection),
        ("fetch", "Fetch", "GET", path),
        ("update", "Update", "POST", path),
        ("delete", "Delete", "DELETE", path),
    ):
        handler = getattr(module, function, None)
        if handler is not None:
            yield Route(operation=verb + name, method=method, path=where, handler=handler)


_WORKSPACE: Final = "/v1/Workspaces/{WorkspaceSid}"
_OF_TASK: Final = f"{_WORKSPACE}/Tasks/{{TaskSid}}/Reservations"
_OF_WORKER: Final = f"{_WORKSPACE}/Workers/{{WorkerSid}}/Reservations"


def _statistics(path: str, name: str, real_time: Handler, cumulative: Handler, both: Handler) -> Iterable[Route]:
    """The three that Twilio has for one thing: ``name`` is the operations' without its verb and its kind."""
    for kind, handler in (("", both), ("RealTime", real_time), ("Cumulative", cumulative)):
        yield Route(
            operation=f"Fetch{name}{kind}Statistics", method="GET", path=f"{path}/{kind}Statistics", handler=handler
        )


ROUTES: Final[tuple[Route, ...]] = (
    *_resource("/v1/Workspaces/{Sid}", "Workspace", workspaces),
    *_resource(f"{_WORKSPACE}/Activities/{{Sid}}", "Activity", activities),
    *_resource(f"{_WORKSPACE}/TaskChannels/{{Sid}}", "TaskChannel", task_channels),
    *_resource(f"{_WORKSPACE}/TaskQueues/{{Sid}}", "TaskQueue", task_queues),
    *_resource(f"{_WORKSPACE}/Workflows/{{Sid}}", "Workflow", workflows),
    *_resource(f"{_WORKSPACE}/Workers/{{Sid}}", "Worker", workers),
    *_resource(f"{_WORKSPACE}/Workers/{{WorkerSid}}/Channels/{{Sid}}", "WorkerChannel", worker_channels),
    *_resource(f"{_WORKSPACE}/Tasks/{{Sid}}", "Task", tasks),
    *_resource(f"{_WORKSPACE}/Events/{{Sid}}", "Event", events),
    Route(operation="ListTaskReservation", method="GET", path=_OF_TASK, handler=reservations.listing_of_task),
    Route(
        operation="FetchTaskReservation", method="GET", path=f"{_OF_TASK}/{{Sid}}", handler=reservations.fetch_of_task
    ),
    Route(
        operation="UpdateTaskReservation",
        method="POST",
        path=f"{_OF_TASK}/{{Sid}}",
        handler=reservations.update_of_task,
    ),
    Route(operation="ListWorkerReservation", method="GET", path=_OF_WORKER, handler=reservations.listing_of_worker),
    Route(
        operation="FetchWorkerReservation",
        method="GET",
        path=f"{_OF_WORKER}/{{Sid}}",
        handler=reservations.fetch_of_worker,
    ),
    Route(
        operation="UpdateWorkerReservation",
        method="POST",
        path=f"{_OF_WORKER}/{{Sid}}",
        handler=reservations.update_of_worker,
    ),
    *_statistics(
        _WORKSPACE,
        "Workspace",
        statistics.real_time_of_workspace,
        statistics.cumulative_of_workspace,
        statistics.of_workspace,
    ),
    *_statistics(
        f"{_WORKSPACE}/TaskQueues/{{TaskQueueSid}}",
        "TaskQueue",
        statistics.real_time_of_queue,
        statistics.cumulative_of_queue,
        statistics.of_queue,
    ),
    *_statistics(
        f"{_WORKSPACE}/Workflows/{{WorkflowSid}}",
        "Workflow",
        statistics.real_time_of_workflow,
        statistics.cumulative_of_workflow,
        statistics.of_workflow,
    ),
    Route(
        operation="ListTaskQueuesStatistics",
        method="GET",
        path=f"{_WORKSPACE}/TaskQueues/Statistics",
        handler=statistics.of_queues,
    ),
    Route(
        operation="CreateTaskQueueBulkRealTimeStatistics",
        method="POST",
        path=f"{_WORKSPACE}/TaskQueues/RealTimeStatistics",
        handler=statistics.bulk_of_queues,
    ),
    Route(
        operation="FetchWorkerStatistics",
        method="GET",
        path=f"{_WORKSPACE}/Workers/Statistics",
        handler=statistics.of_workers,
    ),
    Route(
        operation="FetchWorkersRealTimeStatistics",
        method="GET",
        path=f"{_WORKSPACE}/Workers/RealTimeStatistics",
        handler=statistics.real_time_of_workers,
    ),
    Route(
        operation="FetchWorkersCumulativeStatistics",
        method="GET",
        path=f"{_WORKSPACE}/Workers/CumulativeStatistics",
        handler=statistics.cumulative_of_workers,
    ),
    Route(
        operation="FetchWorkerInstanceStatistics",
        method="GET",
        path=f"{_WORKSPACE}/Workers/{{WorkerSid}}/Statistics",
        handler=statistics.of_worker,
    ),
)


@dataclass(slots=True)
class _Segment:
    """A place in the tree of paths: what may follow, and what can be done here."""

    following: "dict[str, _Segment]" = field(default_factory=dict)
    handlers: dict[str, Handler] = field(default_factory=dict)


def _tree() -> _Segment:
    root = _Segment()
    for route in ROUTES:
        place = root
        for segment in route.path[1:].split("/"):
            place = place.following.setdefault(_ANY if segment.startswith("{") else segment, _Segment())
        place.handlers[route.method] = route.handler
    return root


_ROOT: Final = _tree()


def find(method: str, path: str) -> tuple[Handler, tuple[str, ...]]:
    """The handler and the path's variable segments; raises ``UnknownResource`` or ``MethodNotAllowed``."""
    place, variables = _place(path)
    handler = place.handlers.get(method)
    if handler is None:
        raise MethodNotAllowed(f"{method} is not allowed on this resource", allowed=sorted(place.handlers))
    return handler, variables


def methods(path: str) -> list[str]:
    """What can be done at the address; raises ``UnknownResource``."""
    return sorted(_place(path)[0].handlers)


def _place(path: str) -> tuple[_Segment, tuple[str, ...]]:
    place = _ROOT
    variables = []
    for segment in path[1:].split("/"):
        following = place.following.get(segment) if segment != _ANY else None
        if following is None:
            following = place.following.get(_ANY)
            variables.append(segment)
        if following is None or not segment:
            raise UnknownResource(f"no such address: {path}")
        place = following
    if not place.handlers:
        raise UnknownResource(f"no such address: {path}")
    return place, tuple(variables)
