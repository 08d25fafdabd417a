"""Who is offered what: the waiting tasks and the idle workers, indexed so that neither is ever searched for the other.

A *lane* is what is alike for matching: one queue, one channel, one way of selecting workers (a target's expression with
the task values it reads, its order, its known worker). The tasks of a lane are interchangeable as to who may have them,
so its member workers are found once and remembered; a worker holds the list of its lanes on each channel.

* A task that begins to wait asks its lane for the best idle member; the idle ones stand in a heap.
* A worker that becomes free looks at the heads of its lanes and takes the best.

Ties are decided the same way every time. Tasks: the kind of queue that the workspace serves first; then, in FIFO
queues, higher priority, earlier virtual start, lower id (created first); in LIFO queues, later virtual start, higher id.
Workers: ``order_by`` if the target has one; then the longest time since the last reservation, never reserved first
(on the task's channel alone when the channel is optimized); then lower id (created first).

A worker who rejected a task or let it time out is not offered it again while another member who has not is at work
(in an available activity, the channel switched on): the task waits for those. When nobody else is, all may be asked anew.
"""

import heapq
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from flexsim.ids import Sids
from flexsim.taskrouter.expressions import Path, lookup
from flexsim.taskrouter.resources import Task, TaskChannel, TaskQueue, Worker, WorkerChannel
from flexsim.taskrouter.workflow import Order, Target

Key: TypeAlias = tuple[float, float, int]  # smaller is served first
Entry: TypeAlias = tuple[Key, int, Task]  # with the ticket that says whether the task still waits here

_WORKER_BITS: Final = 20  # in the integer keys of idle workers: rank | last reservation | worker
_WORKER_MASK: Final = (1 << _WORKER_BITS) - 1
_RANK_SHIFT: Final = 64
_MANY_LANES: Final = 20_000
_PSEUDO: Final = frozenset({"sid", "friendly_name", "activity_sid", "activity_name", "channel"})
_NOBODY: Final[dict[int, Task]] = {}
_CHANGING: Final = frozenset({"activity_sid", "activity_name", "channel"})


def is_eligible(worker: Worker, channel: int) -> bool:
    """Whether the worker can be offered one more task on the channel now.

    Not while it is in hand: then it will choose the best of what waits, rather than be chosen by whatever asks first.
    """
    if not worker.activity.available:
        return False
    on = worker.channels[channel]
    return on.load < on.capacity and on.available and not on.in_hand


class Lane:
    """Tasks that the same workers may have: those that wait, and the members that are idle."""

    __slots__ = (
        "changing", "channel", "count", "dropped", "example", "idle", "in_order", "key", "late", "members", "queue",
        "rank", "standing", "target",
    )  # fmt: skip

    def __init__(self, key: tuple[Any, ...], task: Task, queue: TaskQueue, target: Target) -> None:
        self.key = key
        self.queue = queue
        self.channel: TaskChannel = task.channel
        self.target = target
        self.example: Mapping[str, Any] = task.attributes  # any task of the lane: all read alike
        self.members: set[int] = set()
        self.rank: dict[int, int] | None = None  # by order_by; None without one
        self.dropped = False  # the matcher no longer knows it
        names = {path[1] for path in target.expression.paths if path[0] == "worker"} if target.expression else set()
        names |= {order.path[0] for order in target.order_by}
        self.changing = not _CHANGING.isdisjoint(names)  # selects by what changes from moment to moment
        self.count = 0
        self.in_order: deque[Entry] = deque()
        self.late: list[Entry] = []
        # The idle members: a heap of keys, one for each, and whose they are. A key may be older, hence smaller, than the
        # worker's present one, and its worker no longer idle: both are put right at the top. None: not asked for yet.
        self.idle: list[int] | None = None
        self.standing: set[int] = set()

    def add(self, task: Task, ticket: int) -> None:
        """The task waits here."""
        entry = (_key(task, self.queue), ticket, task)
        self.count += 1
        in_order = self.in_order
        if in_order and entry[0] < in_order[-1][0]:
            heapq.heappush(self.late, entry)
        else:
            in_order.append(entry)
        if len(in_order) + len(self.late) > 2 * self.count + 32:
            self.late = [each for each in self.late if each[2].ticket == each[1]]
            heapq.heapify(self.late)
            self.in_order = deque(each for each in in_order if each[2].ticket == each[1])

    def head(self) -> Entry:
        """The task to be served first, of those that wait: there must be one."""
        in_order, late = self.in_order, self.late
        while in_order and in_order[0][2].ticket != in_order[0][1]:
            in_order.popleft()
        while late and late[0][2].ticket != late[0][1]:
            heapq.heappop(late)
        return late[0] if late and (not in_order or late[0] < in_order[0]) else in_order[0]

    def waiting(self) -> list[Task]:
        """The tasks that wait here, in order of service."""
        entries = sorted([*self.in_order, *self.late], key=lambda entry: entry[0])
        return [task for _, ticket, task in entries if task.ticket == ticket]

    def idle_key(self, worker: Worker) -> int:
        """Where the worker stands among the idle; only ever grows while it is a member."""
        last = worker.channels[self.channel.id].last_reserved if self.channel.optimized else worker.last_reserved
        key = last << _WORKER_BITS | worker.id
        return key if self.rank is None else self.rank[worker.id] << _RANK_SHIFT | key


class Matcher:
    """The lanes of one workspace.

    The engine tells it what has changed; it never changes a task or a worker itself, but for ``task.lane`` and
    ``task.ticket``, which are its own, and ``task.declined``, which it clears when all have declined.
    """

    def __init__(self, workers: Mapping[int, Worker], channels: Mapping[int, TaskChannel], sids: Sids) -> None:
        self._workers = workers
        self._channels = channels
        self._sids = sids
        self.any_changing = False  # whether some lane selects by what changes from moment to moment
        self._lanes: dict[tuple[Any, ...], Lane] = {}
        self._waiting: dict[int, int] = {}  # tasks in lanes, by channel
        self._declined: dict[int, dict[int, Task]] = {}  # tasks that wait for those who have not declined, by channel
        self._tickets = 0
        self.lifo_first = False

    # --- tasks ---

    def lane(self, task: Task, queue: TaskQueue, target: Target) -> Lane:
        """The lane of a task in this target of this queue; made if need be."""
        channel = task.channel.id
        key: tuple[Any, ...] = (queue.id, channel)
        if target.selects:
            key = (queue.id, channel, target.selects, target.values_read(task.attributes))
        lane = self._lanes.get(key)
        if lane is None:
            if len(self._lanes) >= _MANY_LANES:
                self._sweep()
            lane = self._lanes[key] = Lane(key, task, queue, target)
            self.any_changing = self.any_changing or lane.changing
            self._fill(lane)
        return lane

    def wait(self, task: Task, lane: Lane) -> None:
        """The task waits in the lane until it is taken by a worker or withdrawn."""
        self._tickets += 1
        task.lane, task.ticket = lane, self._tickets
        channel = lane.channel.id
        self._waiting[channel] = self._waiting.get(channel, 0) + 1
        if task.declined:
            self._declined.setdefault(channel, {})[task.id] = task
        else:
            lane.add(task, self._tickets)

    def withdraw(self, task: Task) -> None:
        """The task no longer waits; harmless if it did not."""
        if not task.ticket:
            return
        lane: Lane = task.lane
        if task.id in self._declined.get(lane.channel.id, ()):
            del self._declined[lane.channel.id][task.id]
        else:
            lane.count -= 1
        self._waiting[lane.channel.id] -= 1
        task.ticket = 0

    def waiting(self) -> list[Task]:
        """Every task that waits, in order of creation."""
        tasks = {task.id: task for lane in self._lanes.values() for task in lane.waiting()}
        for declined in self._declined.values():
            tasks |= declined
        return [tasks[each] for each in sorted(tasks)]

    # --- the two questions ---

    def best_worker(self, task: Task, lane: Lane, but: Collection[int] = ()) -> Worker | None:
        """The eligible member, not one of ``but``, to offer the task to; None when there is none, or others shall be waited for."""
        if task.declined:
            return self._best_not_declined(task, lane, but)
        if lane.changing or but:
            return self._best_of((worker for worker in self._eligible(lane) if worker.id not in but), lane)
        idle = lane.idle
        if idle is None:
            idle = lane.idle = [lane.idle_key(worker) for worker in self._eligible(lane)]
            lane.standing = {key & _WORKER_MASK for key in idle}
            heapq.heapify(idle)
        members, workers, channel = lane.members, self._workers, lane.channel.id
        plain = lane.rank is None and not lane.channel.optimized
        while idle:
            top = idle[0]
            number = top & _WORKER_MASK
            if number in members:
                worker = workers[number]
                on = worker.channels[channel]
                # is_eligible, spelt out: this is asked more often than anything else.
                if on.load < on.capacity and not on.in_hand and on.available and worker.activity.available:
                    key = worker.last_reserved << _WORKER_BITS | number if plain else lane.idle_key(worker)
                    if key == top:
                        return worker
                    heapq.heapreplace(idle, key)
                    continue
            heapq.heappop(idle)
            lane.standing.discard(number)
        return None

    def best_task(self, worker: Worker, channel: int) -> Task | None:
        """The waiting task that the worker takes first."""
        if not self._waiting.get(channel):
            return None
        best: tuple[bool, Key] | None = None
        chosen: Task | None = None
        lanes: list[Lane] = worker.channels[channel].lanes
        for lane in lanes:
            if lane.count and (not lane.changing or self._selects(lane, worker)):
                key, _, task = lane.head()
                rank = (lane.queue.lifo is not self.lifo_first, key)
                if best is None or rank < best:
                    best, chosen = rank, task
        for task in self._declined.get(channel, _NOBODY).values():
            lane = task.lane
            if worker.id in lane.members and worker.id not in (task.declined or ()):
                rank = (lane.queue.lifo is not self.lifo_first, _key(task, lane.queue))
                if (best is None or rank < best) and (not lane.changing or self._selects(lane, worker)):
                    best, chosen = rank, task
        return chosen

    def selected(self, task: Task, queue: TaskQueue, target: Target) -> list[Worker]:
        """The queue's members whom the target selects for the task, in order of creation, whatever they are doing."""
        lane = Lane((), task, queue, target)
        return [each for each in map(self._workers.get, sorted(queue.members)) if each and self._selects(lane, each)]

    def told(self, worker: Worker) -> Mapping[str, Any]:
        """All that ``worker.…`` can mean in a target: the attributes, and TaskRouter's own names."""
        own: dict[str, Any] = {
            "sid": self._sids.sid("WK", worker.id),
            "friendly_name": worker.name,
            "activity_sid": self._sids.sid("WA", worker.activity.id),
            "activity_name": worker.activity.name,
            "channel": {self._channels[number].unique_name: _load(on) for number, on in worker.channels.items()},
        }
        return own | worker.attributes

    # --- what has changed ---

    def now_idle(self, worker: Worker, channel: int) -> None:
        """The worker can take more on the channel and nothing waits for it."""
        number = worker.id
        lanes: list[Lane] = worker.channels[channel].lanes
        for lane in lanes:
            # A lane that selects by what changes has no heap. Whoever stands in it already is put right when asked for.
            idle = lane.idle
            if idle is not None and number not in lane.standing:
                lane.standing.add(number)
                heapq.heappush(idle, lane.idle_key(worker))

    def hopeless(self) -> list[Task]:
        """Tasks that wait for others than those who declined, though none is at work any more.

        They are withdrawn, to be tried anew, in the order of service.
        """
        tasks = [task for tasks in self._declined.values() for task in tasks.values()]
        found = [task for task in tasks if not self._others_at_work(task, task.lane)]
        found.sort(key=lambda task: (task.lane.queue.lifo is not self.lifo_first, _key(task, task.lane.queue)))
        for task in found:
            self.withdraw(task)
        return found

    def worker_changed(self, worker: Worker, queues: Iterable[TaskQueue]) -> None:
        """The worker is new, or its attributes or ``queues``' member sets are: find its lanes again."""
        changed = {queue.id for queue in queues}
        for lane in self._lanes.values():
            if lane.queue.id not in changed:
                continue
            belongs = self._belongs(lane, worker)
            if belongs != (worker.id in lane.members):
                (self._admit if belongs else self._expel)(lane, worker)
            elif belongs and lane.rank is not None:
                self._rank(lane)

    def worker_gone(self, worker: Worker) -> None:
        """The worker has been deleted."""
        for on in worker.channels.values():
            for lane in list(on.lanes):
                self._expel(lane, worker)

    def queue_changed(self, queue: TaskQueue) -> None:
        """The queue's members or its order are new."""
        for lane in self._lanes.values():
            if lane.queue is queue:
                self._fill(lane)
                waiting = lane.waiting()
                lane.in_order, lane.late, lane.count = deque(), [], 0
                for task in sorted(waiting, key=lambda each: _key(each, queue)):
                    lane.add(task, task.ticket)

    def queue_gone(self, queue: TaskQueue) -> None:
        """The queue, which nothing waits in, has been deleted."""
        self._drop(lane for lane in list(self._lanes.values()) if lane.queue is queue)

    def channel_gone(self, channel: int) -> None:
        """The channel, on which nothing waits, has been deleted."""
        self._drop(lane for lane in list(self._lanes.values()) if lane.channel.id == channel)

    def _drop(self, lanes: Iterable[Lane]) -> None:
        for lane in lanes:
            del self._lanes[lane.key]
            lane.dropped = True
            for number in lane.members:
                self._workers[number].channels[lane.channel.id].lanes.remove(lane)

    def _sweep(self) -> None:
        """Forget the lanes that nothing waits in: there are very many, one for each value that targets read."""
        held = {id(task.lane) for tasks in self._declined.values() for task in tasks.values()}
        self._drop(lane for lane in list(self._lanes.values()) if not lane.count and id(lane) not in held)

    # --- members ---

    def _fill(self, lane: Lane) -> None:
        """Find the lane's members anew."""
        before = lane.members
        # Whom a task was sent to directly may be gone.
        there = (self._workers[number] for number in lane.queue.members if number in self._workers)
        now = {worker.id for worker in there if self._belongs(lane, worker)}
        channel = lane.channel.id
        for number in sorted(before - now):
            self._workers[number].channels[channel].lanes.remove(lane)
        for number in sorted(now - before):
            self._workers[number].channels[channel].lanes.append(lane)
        lane.members = now
        self._rank(lane)

    def _admit(self, lane: Lane, worker: Worker) -> None:
        lane.members.add(worker.id)
        worker.channels[lane.channel.id].lanes.append(lane)
        self._rank(lane)

    def _expel(self, lane: Lane, worker: Worker) -> None:
        lane.members.discard(worker.id)
        worker.channels[lane.channel.id].lanes.remove(lane)

    def _rank(self, lane: Lane) -> None:
        """Order the members by ``order_by``; the heap of the idle is made again when asked for."""
        lane.idle = None
        orders = lane.target.order_by
        if not orders or lane.changing:
            return
        values = {number: _order_key(self._scope(self._workers[number], lane), orders) for number in lane.members}
        places = {value: place for place, value in enumerate(sorted(set(values.values())))}
        lane.rank = {number: places[value] for number, value in values.items()}

    def _belongs(self, lane: Lane, worker: Worker) -> bool:
        """Whether the worker is a member: selected, or, where that changes all the time, possibly selected."""
        return worker.id in lane.queue.members and (lane.changing or self._selects(lane, worker))

    def _selects(self, lane: Lane, worker: Worker) -> bool:
        """Whether the target's known worker and expression select this worker of the queue."""
        target = lane.target
        if target.known_worker and not self._is_known(worker, lane):
            return False
        if target.expression is None:
            return True
        return target.expression.matches({"task": lane.example, "worker": self._scope(worker, lane)})

    def _is_known(self, worker: Worker, lane: Lane) -> bool:
        known = lane.target.known_worker
        assert known is not None
        value = lookup(lane.example, known.path)
        if not isinstance(value, str):
            return False
        # Worker names are unique whatever their case, so they are found whatever their case.
        return value == self._sids.sid("WK", worker.id) if known.by == "sid" else value.lower() == worker.name.lower()

    def _scope(self, worker: Worker, lane: Lane) -> Mapping[str, Any]:
        """What ``worker.…`` means in a target: the attributes, and TaskRouter's own names where they are asked for."""
        paths: Iterator[Path] = (order.path for order in lane.target.order_by)
        read = {path[0] for path in paths}
        if lane.target.expression:
            read |= {path[1] for path in lane.target.expression.paths if path[0] == "worker"}
        wanted = read & _PSEUDO
        if not wanted:
            return worker.attributes
        return self.told(worker)

    # --- who is there ---

    def _eligible(self, lane: Lane) -> Iterator[Worker]:
        channel = lane.channel.id
        return (self._workers[number] for number in lane.members if is_eligible(self._workers[number], channel))

    def _best_of(self, workers: Iterable[Worker], lane: Lane) -> Worker | None:
        """The best of ``workers``, found by looking at each."""
        if lane.changing:
            selected = [worker for worker in workers if self._selects(lane, worker)]
            orders = lane.target.order_by
            key = lambda each: (_order_key(self._scope(each, lane), orders), lane.idle_key(each))  # noqa: E731 -- one use
            return min(selected, key=key, default=None)
        return min(workers, key=lane.idle_key, default=None)

    def _best_not_declined(self, task: Task, lane: Lane, but: Collection[int]) -> Worker | None:
        declined = task.declined or set()
        eligible = [worker for worker in self._eligible(lane) if worker.id not in but]
        best = self._best_of((worker for worker in eligible if worker.id not in declined), lane)
        if best is None and not but and not self._others_at_work(task, lane):
            task.declined = None
            best = self._best_of(eligible, lane)
        return best

    def _others_at_work(self, task: Task, lane: Lane) -> bool:
        channel = lane.channel.id
        for number in lane.members - (task.declined or set()):
            worker = self._workers[number]
            if worker.activity.available and worker.channels[channel].available and worker.channels[channel].capacity:
                return True
        return False


def _key(task: Task, queue: TaskQueue) -> Key:
    if queue.lifo:
        return (-task.virtual_start, 0.0, -task.id)
    return (-task.priority, task.virtual_start, task.id)


def _load(on: WorkerChannel) -> dict[str, int]:
    return {
        "configured_capacity": on.capacity,
        "assigned_tasks": on.assigned,
        "available_capacity_percentage": on.available_percentage,
    }


def _order_key(scope: Mapping[str, Any], orders: tuple[Order, ...]) -> tuple[tuple[bool, int], ...]:
    """Workers that lack the attribute come after those that have it, in either direction (Twilio: "Ordering Workers")."""
    key = []
    for order in orders:
        value = lookup(scope, order.path)
        if isinstance(value, int) and not isinstance(value, bool):
            key.append((False, -value if order.descending else value))
        else:
            key.append((True, 0))
    return tuple(key)
