"""The TaskRouter port over Twilio's SDK: Twilio itself, or a local TaskRouter at another base address.

The SDK's errors end here: whatever goes wrong is a ``TargetRefused`` that names what was asked, or a
``TargetUnreachable`` that names the address. Neither ever holds the token.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from twilio.base import values
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.rest import Client

from flexsim.deployment.transport import Counts, Policy, Transport, watched
from flexsim.errors import TargetRefused, TargetUnreachable
from flexsim.randomness import Randomness, fresh_seed
from flexsim.taskrouter.port import (
    Activity,
    NewTask,
    Reservation,
    Task,
    TaskChanges,
    TaskChannel,
    TaskQueue,
    Worker,
    WorkerChanges,
    WorkerChannel,
    Workflow,
    WorkflowChanges,
)

TWILIO: Final = "https://taskrouter.twilio.com"

_LARGEST_PAGE: Final = 1000  # Twilio's limit for PageSize
_GREETING_TRIES: Final = 4  # some 3 seconds: time for a local TaskRouter to come up, not for a wrong address to bore


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Which workspace, and the way in; ``base_url`` None is Twilio. The token is kept out of the ``repr``."""

    account_sid: str
    auth_token: str = field(repr=False)
    workspace_sid: str
    base_url: str | None = None

    @property
    def address(self) -> str:
        """Where the TaskRouter is, for people to read."""
        return self.base_url or TWILIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """A workspace's as Twilio shows them, real-time and cumulative; ``queues`` by name, likewise."""

    present: Mapping[str, Any]
    cumulative: Mapping[str, Any]
    queues: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]


@asynccontextmanager
async def connect(
    credentials: Credentials, policy: Policy | None = None, *, page_size: int = _LARGEST_PAGE
) -> "AsyncIterator[TwilioTaskRouter]":
    """A TaskRouter whose workspace has been seen to exist and to let us in; closed at the end.

    ``page_size``: how many things a list asks for at a time; the lists are whole all the same.
    Raises TargetRefused or TargetUnreachable, saying which setting to look at.
    """
    patience = policy or Policy()
    greeting = replace(patience, tries=min(patience.tries, _GREETING_TRIES))
    transport = Transport(Randomness(fresh_seed()).generator("backoff").random, greeting)
    try:
        router = TwilioTaskRouter(credentials, transport, page_size=page_size)
        await router.greet()
        transport.policy = patience
        yield router
    finally:
        await transport.close()


class TwilioTaskRouter:
    """One workspace; implements ``flexsim.taskrouter.port.TaskRouter``. Get one from ``connect``."""

    def __init__(self, credentials: Credentials, transport: Transport, *, page_size: int = _LARGEST_PAGE) -> None:
        self._credentials = credentials
        self._transport = transport
        self._page_size = page_size
        # The SDK looks into the process environment unless it is given a mapping that is not empty; and an edge or
        # region found there would mangle the address of a local TaskRouter.
        client = Client(
            credentials.account_sid, credentials.auth_token, http_client=transport, environment={"TWILIO_EDGE": ""}
        )
        client.taskrouter.base_url = credentials.address
        self._workspace: Any = client.taskrouter.v1.workspaces(credentials.workspace_sid)

    @property
    def counts(self) -> Counts:
        """Requests, repetitions and failures so far."""
        return self._transport.counts

    async def greet(self) -> str:
        """The workspace's name; raises as ``connect`` says."""
        try:
            found = await self._ask("read the workspace", self._workspace.fetch_async())
        except TargetRefused as error:
            if error.status != 404:
                raise
            sid, account = self._credentials.workspace_sid, self._credentials.account_sid
            raise TargetRefused(
                f"account {account} at {self._credentials.address} has no workspace {sid}:"
                " check WRKSPC_SID (or --wrkspc)",
                status=error.status,
                code=error.code,
            ) from error
        if found.sid != self._credentials.workspace_sid:
            raise TargetUnreachable(
                f"{self._credentials.address} does not answer as a TaskRouter does (asked for workspace"
                f" {self._credentials.workspace_sid}, it describes something else); check the address"
            )
        return str(found.friendly_name)

    # -- activities and task channels

    async def activities(self) -> list[Activity]:
        return [_activity(found) for found in await self._list("activities", self._workspace.activities)]

    async def create_activity(self, name: str, *, available: bool) -> Activity:
        call = self._workspace.activities.create_async(friendly_name=name, available=available)
        return _activity(await self._ask(f"create the activity {name}", call))

    async def delete_activity(self, sid: str) -> None:
        await self._delete(f"the activity {sid}", self._workspace.activities(sid))

    async def task_channels(self) -> list[TaskChannel]:
        return [_task_channel(found) for found in await self._list("task channels", self._workspace.task_channels)]

    async def create_task_channel(self, unique_name: str, *, name: str) -> TaskChannel:
        call = self._workspace.task_channels.create_async(friendly_name=name, unique_name=unique_name)
        return _task_channel(await self._ask(f"create the task channel {unique_name}", call))

    async def delete_task_channel(self, sid: str) -> None:
        await self._delete(f"the task channel {sid}", self._workspace.task_channels(sid))

    # -- task queues and workflows

    async def task_queues(self) -> list[TaskQueue]:
        return [_task_queue(found) for found in await self._list("task queues", self._workspace.task_queues)]

    async def create_task_queue(self, name: str, *, target_workers: str) -> TaskQueue:
        call = self._workspace.task_queues.create_async(friendly_name=name, target_workers=target_workers)
        return _task_queue(await self._ask(f"create the task queue {name} for {target_workers}", call))

    async def update_task_queue(self, sid: str, *, target_workers: str) -> TaskQueue:
        call = self._workspace.task_queues(sid).update_async(target_workers=target_workers)
        return _task_queue(await self._ask(f"set the task queue {sid} to {target_workers}", call))

    async def delete_task_queue(self, sid: str) -> None:
        await self._delete(f"the task queue {sid}", self._workspace.task_queues(sid))

    async def workflows(self) -> list[Workflow]:
        return [_workflow(found) for found in await self._list("workflows", self._workspace.workflows)]

    async def create_workflow(self, name: str, changes: WorkflowChanges) -> Workflow:
        call = self._workspace.workflows.create_async(friendly_name=name, **_workflow_parameters(changes))
        return _workflow(await self._ask(f"create the workflow {name}", call))

    async def update_workflow(self, sid: str, changes: WorkflowChanges) -> Workflow:
        call = self._workspace.workflows(sid).update_async(**_workflow_parameters(changes))
        return _workflow(await self._ask(f"change the workflow {sid}", call))

    async def delete_workflow(self, sid: str) -> None:
        await self._delete(f"the workflow {sid}", self._workspace.workflows(sid))

    # -- workers

    async def workers(self) -> list[Worker]:
        return [_worker(found) for found in await self._list("workers", self._workspace.workers)]

    async def create_worker(self, name: str, *, attributes: Mapping[str, Any]) -> Worker:
        call = self._workspace.workers.create_async(friendly_name=name, attributes=_text(attributes))
        return _worker(await self._ask(f"create the worker {name}", call))

    async def update_worker(self, sid: str, changes: WorkerChanges) -> Worker:
        call = self._workspace.workers(sid).update_async(
            activity_sid=_given(changes.activity_sid),
            attributes=_given(None if changes.attributes is None else _text(changes.attributes)),
            reject_pending_reservations=True if changes.reject_pending else values.unset,
        )
        return _worker(await self._ask(f"change the worker {sid}", call))

    async def delete_worker(self, sid: str) -> None:
        await self._delete(f"the worker {sid}", self._workspace.workers(sid))

    async def worker_channels(self, worker_sid: str) -> list[WorkerChannel]:
        channels = self._workspace.workers(worker_sid).worker_channels
        found = await self._list(f"channels of the worker {worker_sid}", channels)
        return [_worker_channel(each) for each in found]

    async def set_capacity(self, worker_sid: str, channel: str, capacity: int) -> None:
        call = self._workspace.workers(worker_sid).worker_channels(channel).update_async(capacity=capacity)
        await self._ask(f"set the capacity of the worker {worker_sid} for {channel} to {capacity}", call)

    # -- tasks and reservations

    async def create_task(self, task: NewTask) -> Task:
        call = self._workspace.tasks.create_async(
            workflow_sid=task.workflow_sid,
            task_channel=task.channel,
            attributes=_text(task.attributes),
            priority=_given(task.priority),
            timeout=_given(task.timeout),
        )
        return _task(await self._ask(f"create a task on the channel {task.channel}", call))

    async def task(self, sid: str) -> Task:
        return _task(await self._ask(f"read the task {sid}", self._workspace.tasks(sid).fetch_async()))

    async def tasks(self, *, matching: str | None = None, statuses: tuple[str, ...] = ()) -> list[Task]:
        found = await self._list(
            "tasks",
            self._workspace.tasks,
            evaluate_task_attributes=_given(matching),
            assignment_status=_given(list(statuses) or None),
        )
        return [_task(each) for each in found]

    async def update_task(self, sid: str, changes: TaskChanges) -> Task:
        call = self._workspace.tasks(sid).update_async(
            assignment_status=_given(changes.status),
            reason=_given(changes.reason),
            attributes=_given(None if changes.attributes is None else _text(changes.attributes)),
        )
        with watched() as fate:
            try:
                return _task(await self._ask(f"change the task {sid} to {changes.status or 'new attributes'}", call))
            except TargetRefused as error:
                if not fate.unknown or error.status != 400 or changes.status is None:
                    raise
                # An earlier try may have done it, its answer lost; then the state refuses the second.
                present = await self.task(sid)
                if present.status != changes.status:
                    raise
                return present

    async def delete_task(self, sid: str) -> None:
        await self._delete(f"the task {sid}", self._workspace.tasks(sid))

    async def task_reservations(self, task_sid: str) -> list[Reservation]:
        reservations = self._workspace.tasks(task_sid).reservations
        return [_reservation(each) for each in await self._list(f"reservations of the task {task_sid}", reservations)]

    async def update_reservation(self, task_sid: str, reservation_sid: str, status: str) -> Reservation:
        reservation = self._workspace.tasks(task_sid).reservations(reservation_sid)
        what = f"change the reservation {reservation_sid} to {status}"
        with watched() as fate:
            try:
                return _reservation(await self._ask(what, reservation.update_async(reservation_status=status)))
            except TargetRefused as error:
                if not fate.unknown or error.status != 400:
                    raise
                present = _reservation(await self._ask(what, reservation.fetch_async()))
                if present.status != status:
                    raise
                return present

    # -- statistics

    async def statistics(self, *, minutes: int, threshold: int) -> Statistics:
        """Of the latest so many minutes; waits are split at ``threshold`` seconds."""
        window: dict[str, Any] = {"minutes": minutes, "split_by_wait_time": str(threshold)}
        found = await self._ask("read the statistics", self._workspace.statistics().fetch_async(**window))
        rows = await self._list("statistics of the task queues", self._workspace.task_queues.statistics, **window)
        names = {queue.sid: queue.name for queue in await self.task_queues()}
        queues = {
            names.get(each.task_queue_sid, each.task_queue_sid): (each.realtime, each.cumulative) for each in rows
        }
        return Statistics(present=found.realtime, cumulative=found.cumulative, queues=queues)

    # -- how all of them ask

    async def _list(self, what: str, collection: Any, **filters: Any) -> list[Any]:
        found = await self._ask(f"list the {what}", collection.list_async(page_size=self._page_size, **filters))
        return list(found)

    async def _delete(self, what: str, resource: Any) -> None:
        with watched() as fate:
            try:
                await self._ask(f"delete {what}", resource.delete_async())
            except TargetRefused as error:
                # An earlier try may have deleted it, its answer lost.
                if error.status != 404 or not fate.unknown:
                    raise

    async def _ask(self, what: str, call: Awaitable[Any]) -> Any:
        """Await the SDK's ``call``; its errors come out as TargetRefused, saying that we could not do ``what``."""
        try:
            return await call
        except TwilioRestException as error:
            raise self._refused(what, _Refusal(error.status, error.code, error.msg)) from error
        except TwilioServiceException as error:
            text = error.detail or error.title
            raise self._refused(what, _Refusal(error.status, error.code, text)) from error
        except TwilioException as error:
            raise self._refused(what, _refusal_of_page(error)) from error

    def _refused(self, what: str, refusal: "_Refusal") -> TargetRefused:
        if refusal.status == 401:
            message = (
                f"{self._credentials.address} does not accept the credentials of account"
                f" {self._credentials.account_sid}: check ACCOUNT_SID and AUTH_TOKEN (or --acct and --auth)"
            )
        else:
            message = f"could not {what}: {refusal.reason()}"
        return TargetRefused(message, status=refusal.status, code=refusal.code)


@dataclass(frozen=True, slots=True)
class _Refusal:
    status: int
    code: int | None
    text: str

    def reason(self) -> str:
        """What the TaskRouter said, without the SDK's words before it."""
        said = self.text.removeprefix("Unable to ").partition("record: ")[2] or self.text
        code = f", code {self.code}" if self.code not in {None, self.status} else ""
        return f"{said.rstrip('.')} (HTTP {self.status}{code})"


def _refusal_of_page(error: TwilioException) -> _Refusal:
    """The SDK hands on a failed list as ``TwilioException("Unable to fetch page", response)``."""
    response = error.args[1] if len(error.args) > 1 else None
    if response is None:
        return _Refusal(200, None, f"the answer makes no sense to Twilio's SDK: {error}")
    try:
        body = json.loads(response.text)
        return _Refusal(response.status_code, body.get("code"), str(body.get("message", error.args[0])))
    except (ValueError, AttributeError):
        return _Refusal(response.status_code, None, str(error.args[0]))


def _given(value: Any) -> Any:
    return values.unset if value is None else value


def _text(document: Mapping[str, Any]) -> str:
    """JSON as short as it gets: attributes may have 4096 characters, white space included (Twilio: Worker, Task)."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _document(text: str | None) -> dict[str, Any]:
    """The JSON object that ``text`` holds; empty when there is none."""
    try:
        document = json.loads(text or "{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _activity(found: Any) -> Activity:
    return Activity(sid=found.sid, name=found.friendly_name, available=bool(found.available))


def _task_channel(found: Any) -> TaskChannel:
    return TaskChannel(sid=found.sid, unique_name=found.unique_name, name=found.friendly_name)


def _task_queue(found: Any) -> TaskQueue:
    return TaskQueue(sid=found.sid, name=found.friendly_name, target_workers=found.target_workers or "")


def _workflow(found: Any) -> Workflow:
    return Workflow(
        sid=found.sid,
        name=found.friendly_name,
        configuration=_document(found.configuration),
        assignment_url=found.assignment_callback_url or None,
        reservation_timeout=int(found.task_reservation_timeout or 0),
    )


def _workflow_parameters(changes: WorkflowChanges) -> dict[str, Any]:
    configuration = None if changes.configuration is None else _text(changes.configuration)
    return {
        "configuration": _given(configuration),
        "assignment_callback_url": _given(changes.assignment_url),
        "task_reservation_timeout": _given(changes.reservation_timeout),
    }


def _worker(found: Any) -> Worker:
    return Worker(
        sid=found.sid,
        name=found.friendly_name,
        attributes=_document(found.attributes),
        activity_sid=found.activity_sid,
        available=bool(found.available),
    )


def _worker_channel(found: Any) -> WorkerChannel:
    channel, capacity = found.task_channel_unique_name, int(found.configured_capacity or 0)
    return WorkerChannel(sid=found.sid, channel=channel, capacity=capacity)


def _task(found: Any) -> Task:
    return Task(
        sid=found.sid,
        status=found.assignment_status,
        attributes=_document(found.attributes),
        channel=found.task_channel_unique_name,
        queue=found.task_queue_friendly_name or None,
        priority=int(found.priority or 0),
        age=int(found.age or 0),
        reason=found.reason,
    )


def _reservation(found: Any) -> Reservation:
    return Reservation(
        sid=found.sid,
        task_sid=found.task_sid,
        worker_sid=found.worker_sid,
        status=found.reservation_status,
        updated=_seconds(found.date_updated),
    )


def _seconds(moment: datetime | str) -> float:
    """The SDK hands back text for a time that is not to the second, which datetime reads."""
    when = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
