"""A configuration put in force in an engine of our own: the workspace that ``deploy`` would make of an empty Flex project.

Pure: whoever wants to know what a configuration does (virtual time, routing tests, plans) builds it here and asks the
engine, so that nothing stands between the question and the rules that route for real.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from flexsim.configuration.needs import is_working, needed_activities, needed_channels
from flexsim.configuration.records import Configuration
from flexsim.configuration.references import replace_queues
from flexsim.errors import ConfigurationError, RoutingError
from flexsim.ids import Sids
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import EXTRA, WORKER
from flexsim.taskrouter.inputs import NewTaskQueue, NewWorker, NewWorkflow, TaskQueueChanges
from flexsim.taskrouter.templates import flex_workspace


def build_workspace(configuration: Configuration, sids: Sids, now: float) -> Engine:
    """A new engine that holds all the configuration says; every worker is in the activity Offline.

    Channels and activities that Flex does not have are made as ``deploy --create-missing`` makes them. Raises
    ConfigurationError, naming the thing, where TaskRouter would refuse it.
    """
    engine = Engine(sids, now)
    flex_workspace(engine, now)
    _create_missing(engine, configuration, now)
    queues = _create_queues(engine, configuration, now)
    _create_workflow(engine, configuration, queues, now)
    for worker in configuration.workers:
        with _refused(f"worker {worker.name}"):
            created = engine.create_worker(now, NewWorker(name=worker.name, attributes=dict(worker.attributes)))
            number = created[0][WORKER]
            assert number is not None
            for channel, capacity in worker.capacities.items():
                if engine.workers[number].channels[engine.channel_by_name[channel]].capacity != capacity:
                    engine.update_worker_channel(now, number, engine.channel_by_name[channel], capacity=capacity)
    return engine


def workflow_of(engine: Engine, configuration: Configuration) -> int:
    """The id of the configuration's workflow in an engine that ``build_workspace`` made."""
    return next(each.id for each in engine.workflows.values() if each.name == configuration.workflow.name)


def _create_missing(engine: Engine, configuration: Configuration, now: float) -> None:
    there = {activity.name for activity in engine.activities.values()}
    for name in needed_activities(configuration.domain):
        if name not in there:
            with _refused(f"activity {name}"):
                engine.create_activity(now, name, available=is_working(configuration.domain, name))
    for name in needed_channels(configuration):
        if name not in engine.channel_by_name:
            with _refused(f"task channel {name}"):
                engine.create_task_channel(now, name, name)


def _create_queues(engine: Engine, configuration: Configuration, now: float) -> dict[str, str]:
    """Make the queues; all queues' SIDs by name. One that Flex has already gets the configuration's expression."""
    there = {queue.name: queue.id for queue in engine.queues.values()}
    for plan in configuration.queues:
        with _refused(f"task queue {plan.name}"):
            if plan.name in there:
                changes = TaskQueueChanges(target_workers=plan.target_workers)
                engine.update_task_queue(now, there[plan.name], changes)
            else:
                new = NewTaskQueue(name=plan.name, target_workers=plan.target_workers)
                there[plan.name] = engine.create_task_queue(now, new)[0][EXTRA]
    return {name: engine.sids.sid("WQ", number) for name, number in there.items()}


def _create_workflow(engine: Engine, configuration: Configuration, queues: dict[str, str], now: float) -> None:
    plan = configuration.workflow
    new = NewWorkflow(
        name=plan.name,
        configuration=json.dumps(replace_queues(plan.configuration, queues)),
        reservation_timeout=plan.reservation_timeout,
    )
    with _refused(f"workflow {plan.name}"):
        engine.create_workflow(now, new)


@contextmanager
def _refused(what: str) -> Iterator[None]:
    """Turn the engine's refusals into complaints about this part of the configuration."""
    try:
        yield
    except RoutingError as error:
        raise ConfigurationError(f"{what}: {error}") from error
