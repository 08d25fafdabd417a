"""Statistics: of the workspace, its queues, workflows and workers; now, in the past, or both."""

from collections.abc import Collection
from typing import Any, Final

import orjson

from flexsim.emulator import statistics_rendering as shown
from flexsim.emulator.call import Call, Reply
from flexsim.emulator.rendering import Document, View
from flexsim.emulator.statistics import Statistics
from flexsim.emulator.statistics_rendering import Question
from flexsim.errors import InvalidInput
from flexsim.measure.history import KEPT, MINUTE, Window, window
from flexsim.taskrouter.resources import DAY, TaskQueue

MOST_QUEUES: Final = 50  # in bulk
LONGEST_WAIT: Final = 14 * DAY  # no task waits longer (twilio.com/docs/taskrouter/limits)
_DEFAULT_MINUTES: Final = 15

# The body of a bulk request is not in Twilio's description; however its words are joined, these are understood.
_QUEUES_KEY: Final = frozenset({"taskqueuesids", "taskqueuesid"})
_CHANNEL_KEY: Final = "taskchannel"


# --- the workspace -----------------------------------------------------------------------------------------------------


def of_workspace(call: Call) -> Reply:
    asked = _question(call, cumulative=True)
    return _both(call, shown.workspace_now(asked), shown.workspace_before(asked))


def real_time_of_workspace(call: Call) -> Reply:
    return _answer(call, shown.workspace_now(_question(call)))


def cumulative_of_workspace(call: Call) -> Reply:
    return _answer(call, shown.workspace_before(_question(call, cumulative=True)))


# --- queues ------------------------------------------------------------------------------------------------------------


def of_queue(call: Call) -> Reply:
    queue, asked = call.task_queue, _question(call, cumulative=True)
    both = shown.queue_now(asked, queue), shown.queue_before(asked, queue)
    return _both(call, *both, task_queue_sid=call.path_sids[1])


def real_time_of_queue(call: Call) -> Reply:
    queue = call.task_queue
    return _answer(call, shown.queue_now(_question(call), queue), task_queue_sid=call.path_sids[1])


def cumulative_of_queue(call: Call) -> Reply:
    queue = call.task_queue
    found = shown.queue_before(_question(call, cumulative=True), queue)
    return _answer(call, found, task_queue_sid=call.path_sids[1])


def of_queues(call: Call) -> Reply:
    """A page of queues, each with both."""
    asked, name = _question(call, cumulative=True), call.query.text("FriendlyName")
    rows = (each for each in call.workspace.engine.queues.values() if name is None or each.name == name)

    def render(view: View, queue: TaskQueue) -> Document:
        return {
            "account_sid": view.account_sid,
            "workspace_sid": view.workspace_sid,
            "task_queue_sid": view.sid("WQ", queue.id),
            "realtime": shown.queue_now(asked, queue),
            "cumulative": shown.queue_before(asked, queue),
        }

    return call.listed("task_queues_statistics", "WQ", rows, render)


def bulk_of_queues(call: Call) -> Reply:
    """Those of the queues named that there are: how many is said in the answer."""
    body, engine = _bulk(call), call.workspace.engine
    sids = _named_queues(body)
    asked = _question(call, channel=body.get(_CHANNEL_KEY))
    found = [
        {"task_queue_sid": sid, **shown.queue_now(asked, queue, relative=False)}
        for sid in dict.fromkeys(sids)
        if (queue := engine.queues.get(_number(engine.sids.number("WQ", sid)))) is not None
    ]
    return _answer(call, {"task_queue_data": found, "task_queue_response_count": len(found)})


def _bulk(call: Call) -> dict[str, Any]:
    """The body's values by name, in lower case and without what joins its words."""
    try:
        document = orjson.loads(call.request.body)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(f"the body is not valid JSON: {error}") from error
    if not isinstance(document, dict):
        raise InvalidInput("the body must be a JSON object")
    return {name.replace("_", "").lower(): value for name, value in document.items()}


def _named_queues(body: dict[str, Any]) -> list[str]:
    sids = next((body[name] for name in sorted(_QUEUES_KEY & body.keys())), None)
    if not sids:
        raise InvalidInput("Missing required parameter TaskQueueSids in the post body")
    if isinstance(sids, str):
        sids = [each.strip() for each in sids.split(",")]
    if not isinstance(sids, list) or not all(isinstance(each, str) for each in sids):
        raise InvalidInput("TaskQueueSids must be an array of SIDs")
    if len(sids) > MOST_QUEUES:
        raise InvalidInput(f"TaskQueueSids has {len(sids)} SIDs, the most is {MOST_QUEUES}")
    return sids


def _number(found: int | None) -> int:
    return -1 if found is None else found


# --- workflows ---------------------------------------------------------------------------------------------------------


def of_workflow(call: Call) -> Reply:
    workflow, asked = call.workflow, _question(call, cumulative=True)
    both = shown.workflow_now(asked, workflow), shown.workflow_before(asked, workflow)
    return _both(call, *both, workflow_sid=call.path_sids[1])


def real_time_of_workflow(call: Call) -> Reply:
    workflow = call.workflow
    return _answer(call, shown.workflow_now(_question(call), workflow), workflow_sid=call.path_sids[1])


def cumulative_of_workflow(call: Call) -> Reply:
    workflow = call.workflow
    found = shown.workflow_before(_question(call, cumulative=True), workflow)
    return _answer(call, found, workflow_sid=call.path_sids[1])


# --- workers -----------------------------------------------------------------------------------------------------------


def of_workers(call: Call) -> Reply:
    _check_workers(call)
    workers, asked = _workers(call), _question(call, cumulative=True)
    return _both(call, shown.workers_now(asked, workers), shown.workers_before(asked, workers))


def real_time_of_workers(call: Call) -> Reply:
    _check_workers(call)
    return _answer(call, shown.workers_now(_question(call), None))


def cumulative_of_workers(call: Call) -> Reply:
    _check_workers(call)
    return _answer(call, shown.workers_before(_question(call, cumulative=True), None))


def of_worker(call: Call) -> Reply:
    _check_workers(call)
    worker, asked = call.worker, _question(call, cumulative=True)
    found = {"cumulative": shown.workers_before(asked, {worker.id})}
    return _answer(call, found, worker_sid=call.path_sids[1])


def _workers(call: Call) -> Collection[int] | None:
    """The workers that the filters leave; None without a filter. Of a queue: those who are its members now."""
    engine, query = call.workspace.engine, call.query
    queue = call.given(query, "TaskQueueSid", "WQ", engine.queues)
    queue_name, name = query.text("TaskQueueName"), query.text("FriendlyName")
    found: Collection[int] | None = None
    if queue is not None:
        found = queue.members
    if queue_name is not None:
        members = next((each.members for each in engine.queues.values() if each.name == queue_name), set())
        found = members if found is None else members & set(found)
    if name is not None:
        worker = engine.worker_named(name)
        named = set() if worker is None or worker.name != name else {worker.id}
        found = named if found is None else named & set(found)
    return found


def _check_workers(call: Call) -> None:
    call.host.subscriber(Statistics).check_worker_limit(call.workspace)


# --- what the query says, and the answer -------------------------------------------------------------------------------


def _question(call: Call, *, cumulative: bool = False, channel: Any = None) -> Question:
    """What is asked; ``channel`` is the task channel's name where it is not in the query."""
    view, name = call.view, call.query.text("TaskChannel") if channel is None else channel
    return Question(
        view=view,
        fold=call.host.subscriber(Statistics).of(call.workspace),
        channel=_channel(call, name) if name else None,
        span=_span(call, view.now) if cumulative else None,
        thresholds=_thresholds(call) if cumulative else (),
    )


def _channel(call: Call, name: Any) -> int:
    found = call.find_channel(name) if isinstance(name, str) else None
    if found is None:
        raise InvalidInput(f"TaskChannel names no channel of workspace {call.workspace.sid}: {str(name)[:80]}")
    return found.id


def _span(call: Call, now: float) -> Window:
    """From ``StartDate``, or ``Minutes`` before the end; until ``EndDate``, or now."""
    query = call.query
    minutes = query.integer("Minutes", 1, KEPT // MINUTE)
    start, end = query.moment("StartDate"), query.moment("EndDate")
    if end is None or end > now:
        end = now
    if end < now - KEPT:
        raise InvalidInput(f"EndDate must be within the past {KEPT // DAY} days: {query.text('EndDate')}")
    if start is None:
        start = end - MINUTE * (minutes or _DEFAULT_MINUTES)
    if start > end:
        raise InvalidInput(f"StartDate must not be after the end of the interval: {query.text('StartDate')}")
    return window(now, start, end)


def _thresholds(call: Call) -> tuple[int, ...]:
    """Whole seconds, each once."""
    text = call.query.text("SplitByWaitTime")
    if not text:
        return ()
    parts = [each.strip() for each in text.split(",")]
    for each in parts:
        if not (each.isascii() and each.isdecimal() and len(each) < 10 and int(each) <= LONGEST_WAIT):
            raise InvalidInput(
                f"SplitByWaitTime must be whole seconds up to {LONGEST_WAIT}, joined by commas: {each[:40]}"
            )
    return tuple(dict.fromkeys(int(each) for each in parts))


def _both(call: Call, now: Document, before: Document, **sid: str) -> Reply:
    return _answer(call, {"realtime": now, "cumulative": before}, **sid)


def _answer(call: Call, found: Document, **sid: str) -> Reply:
    view = call.view
    return Reply(
        document={
            "account_sid": view.account_sid,
            "workspace_sid": view.workspace_sid,
            **sid,
            **found,
            "url": call.request.base_url + call.request.path,
        }
    )
