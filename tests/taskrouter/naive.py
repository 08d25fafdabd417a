"""Matching done the obviously right way: look at every worker and every task, every time."""

from flexsim.taskrouter.expressions import lookup
from flexsim.taskrouter.matching import is_eligible


class NaiveLane:
    dropped = True  # so that nobody remembers it: it is asked for anew with each task

    def __init__(self, queue, channel, target):
        self.queue, self.channel, self.target = queue, channel, target


class NaiveMatcher:
    """What ``matching.Matcher`` promises, without any index."""

    def __init__(self, engine):
        self.engine = engine
        self.lifo_first = False
        self.any_changing = True  # serve every channel, whatever has changed
        self.queue_of_waiting = []
        self.tickets = 0

    def lane(self, task, queue, target):
        return NaiveLane(queue, task.channel, target)

    def wait(self, task, lane):
        self.tickets += 1
        task.lane, task.ticket = lane, self.tickets
        self.queue_of_waiting.append(task)

    def withdraw(self, task):
        task.ticket = 0
        self.queue_of_waiting = [each for each in self.queue_of_waiting if each is not task]

    def waiting(self):
        return sorted(self.queue_of_waiting, key=lambda task: task.id)

    def scope(self, worker):
        engine = self.engine
        channels = {
            engine.channels[number].unique_name: {
                "configured_capacity": on.capacity,
                "assigned_tasks": on.assigned,
                "available_capacity_percentage": on.available_percentage,
            }
            for number, on in worker.channels.items()
        }
        return {
            "sid": engine.sids.sid("WK", worker.id),
            "friendly_name": worker.name,
            "activity_sid": engine.sids.sid("WA", worker.activity.id),
            "activity_name": worker.activity.name,
            "channel": channels,
            **worker.attributes,
        }

    def selects(self, task, worker):
        queue, target = task.lane.queue, task.lane.target
        if queue.expression is None:
            return worker.id in queue.members  # a task sent directly to a worker; nobody, else
        if not queue.expression.matches(worker.attributes):
            return False
        if target.known_worker:
            value = lookup(task.attributes, target.known_worker.path)
            own = self.scope(worker)[target.known_worker.by]
            if not isinstance(value, str) or value.lower() != own.lower():
                return False
        return target.expression is None or target.expression.matches(
            {"task": task.attributes, "worker": self.scope(worker)}
        )

    def possible(self, task, worker):
        """Whether the worker counts as one of those whom the task may wait for."""
        target = task.lane.target
        names = {path[1] for path in target.expression.paths if path[0] == "worker"} if target.expression else set()
        names |= {order.path[0] for order in target.order_by}
        if names & {"activity_sid", "activity_name", "channel"}:
            return task.lane.queue.expression is not None and task.lane.queue.expression.matches(worker.attributes)
        return self.selects(task, worker)

    def worker_order(self, task, worker):
        key = []
        for order in task.lane.target.order_by:
            value = lookup(self.scope(worker), order.path)
            good = isinstance(value, int) and not isinstance(value, bool)
            key.append((not good, (-value if order.descending else value) if good else 0))
        last = worker.channels[task.channel.id].last_reserved if task.channel.optimized else worker.last_reserved
        return (*key, last, worker.id)

    def best_worker(self, task, lane, but=()):
        task.lane = lane
        channel = task.channel.id
        able = [
            worker
            for worker in self.engine.workers.values()
            if worker.id not in but and is_eligible(worker, channel) and self.selects(task, worker)
        ]
        fresh = [worker for worker in able if worker.id not in (task.declined or ())]
        if not fresh and task.declined and not but and not self.others_at_work(task):
            task.declined = None
            fresh = able
        return min(fresh, key=lambda worker: self.worker_order(task, worker), default=None)

    def others_at_work(self, task):
        return any(
            worker.activity.available
            and worker.channels[task.channel.id].available
            and worker.channels[task.channel.id].capacity
            and worker.id not in (task.declined or ())
            and self.possible(task, worker)
            for worker in self.engine.workers.values()
        )

    def best_task(self, worker, channel):
        able = [
            task
            for task in self.queue_of_waiting
            if task.channel.id == channel and worker.id not in (task.declined or ()) and self.selects(task, worker)
        ]
        return min(able, key=self.task_order, default=None)

    def task_order(self, task):
        lifo = task.lane.queue.lifo
        second = (-task.virtual_start, 0, -task.id) if lifo else (-task.priority, task.virtual_start, task.id)
        return (lifo is not self.lifo_first, second)

    def hopeless(self):
        found = [task for task in self.waiting() if task.declined and not self.others_at_work(task)]
        found.sort(key=self.task_order)
        for task in found:
            self.withdraw(task)
        return found

    def now_idle(self, worker, channel):
        """Nothing is remembered, so nothing needs to be."""

    worker_changed = now_idle

    def worker_gone(self, worker):
        """As above."""

    queue_changed = queue_gone = channel_gone = worker_gone
