"""The coverage ledger: which of Twilio's TaskRouter operations are served, written from the route table."""

from typing import Final

from flexsim.emulator.routes import ROUTES

METHODS: Final = ("GET", "POST", "DELETE")

_W: Final = "/v1/Workspaces/{WorkspaceSid}"

# The operations of Twilio's OpenAPI description (taskrouter_v1) that no route serves; a test compares both with it.
NOT_SERVED: Final[tuple[tuple[str, str, str], ...]] = (
    ("FetchWorkspaceStatistics", "GET", f"{_W}/Statistics"),
    ("FetchWorkspaceRealTimeStatistics", "GET", f"{_W}/RealTimeStatistics"),
    ("FetchWorkspaceCumulativeStatistics", "GET", f"{_W}/CumulativeStatistics"),
    ("ListTaskQueuesStatistics", "GET", f"{_W}/TaskQueues/Statistics"),
    ("CreateTaskQueueBulkRealTimeStatistics", "POST", f"{_W}/TaskQueues/RealTimeStatistics"),
    ("FetchTaskQueueStatistics", "GET", f"{_W}/TaskQueues/{{TaskQueueSid}}/Statistics"),
    ("FetchTaskQueueRealTimeStatistics", "GET", f"{_W}/TaskQueues/{{TaskQueueSid}}/RealTimeStatistics"),
    ("FetchTaskQueueCumulativeStatistics", "GET", f"{_W}/TaskQueues/{{TaskQueueSid}}/CumulativeStatistics"),
    ("FetchWorkflowStatistics", "GET", f"{_W}/Workflows/{{WorkflowSid}}/Statistics"),
    ("FetchWorkflowRealTimeStatistics", "GET", f"{_W}/Workflows/{{WorkflowSid}}/RealTimeStatistics"),
    ("FetchWorkflowCumulativeStatistics", "GET", f"{_W}/Workflows/{{WorkflowSid}}/CumulativeStatistics"),
    ("FetchWorkerStatistics", "GET", f"{_W}/Workers/Statistics"),
    ("FetchWorkersRealTimeStatistics", "GET", f"{_W}/Workers/RealTimeStatistics"),
    ("FetchWorkersCumulativeStatistics", "GET", f"{_W}/Workers/CumulativeStatistics"),
    ("FetchWorkerInstanceStatistics", "GET", f"{_W}/Workers/{{WorkerSid}}/Statistics"),
)


def operations() -> dict[str, tuple[str, str]]:
    """Every operation of Twilio's, served or not: its method and path by name."""
    served = {route.operation: (route.method, route.path) for route in ROUTES}
    return served | {name: (method, path) for name, method, path in NOT_SERVED}


def ledger() -> str:
    """A Markdown table: one line for each path; a cell says ``yes``, ``no``, or nothing where Twilio has nothing."""
    served = {(route.method, route.path) for route in ROUTES}
    missing = {(method, path) for _, method, path in NOT_SERVED}
    lines = [f"| {' | '.join(('path', *METHODS))} |", "| --- | --- | --- | --- |"]
    for path in dict.fromkeys(path for _, path in operations().values()):
        cells = ["yes" if (method, path) in served else "no" if (method, path) in missing else "" for method in METHODS]
        lines.append(f"| `{path}` | {' | '.join(cells)} |")
    total = len(served) + len(missing)
    return f"{len(served)} of {total} operations are served.\n\n" + "\n".join(lines) + "\n"
