"""Routing in its plainest form: what every TaskRouter must agree with, one channel, one offer at a time.

No index, no timer, no event: after every input, look at all workers and all tasks. The rules, from Twilio's pages as
shared/reference/taskrouter.md gives them:

* a task goes to the member of its queue who can take one more and has been longest without an offer;
* a worker who can take one more gets the waiting task of highest priority, of these the oldest;
* an offer lasts 120 seconds; a worker who lets it pass is sent Offline;
* who has declined a task gets it again only when nobody else at work could have it (ours; Twilio says only that it may);
* an ended task can be read for 300 seconds.
"""

from dataclasses import dataclass, field

OFFER_LASTS = 120
READABLE = 300

TASK_MOVES = {
    "canceled": {"pending", "reserved"},
    "wrapping": {"assigned"},
    "completed": {"assigned", "wrapping"},
}
RESERVATION_MOVES = {
    "accepted": {"pending"},
    "rejected": {"pending"},
    "wrapping": {"accepted"},
    "completed": {"accepted", "wrapping"},
}


class Refused(Exception):  # noqa: N818 -- it reads as what happened
    """With the status that HTTP gives."""


@dataclass
class Offer:
    worker: "Worker"
    number: int
    made: float
    status: str = "pending"


@dataclass
class Worker:
    name: str
    skills: set
    capacity: int
    number: int
    activity: str = "Offline"
    load: int = 0
    last: int = 0  # serial number of the latest offer

    def can_take_one(self):
        return self.activity == "Available" and self.load < self.capacity


@dataclass
class Task:
    skill: str
    priority: int
    number: int
    status: str = "pending"
    offers: list = field(default_factory=list)
    declined: set = field(default_factory=set)
    ended: float | None = None

    @property
    def offer(self):
        """The one that is open."""
        return next((each for each in self.offers if each.status in {"pending", "accepted", "wrapping"}), None)


class Model:
    """The state of one workspace, and the inputs that change it."""

    def __init__(self, workers):
        self.now = 0.0
        self.workers = [Worker(*each, number) for number, each in enumerate(workers)]
        self.tasks = {}
        self.made = 0
        self.offers = 0

    # --- inputs ---

    def arrive(self, skill, priority):
        self.made += 1
        task = self.tasks[self.made - 1] = Task(skill, priority, self.made - 1)
        self.offer(task)

    def answer(self, number, place, status):
        task = self.find(number)
        offer = task.offers[place]
        if offer.status not in RESERVATION_MOVES[status]:
            raise Refused(400)
        if status == "accepted":
            offer.status, task.status = "accepted", "assigned"
        elif status == "rejected":
            self.decline(task, offer, "rejected")
            self.serve(offer.worker)
        else:
            self.move(number, status)

    def move(self, number, status):
        task = self.find(number)
        if task.status not in TASK_MOVES[status]:
            raise Refused(400)
        if status == "wrapping":
            task.status = task.offer.status = "wrapping"
            return
        task.status, task.ended = status, self.now
        self.free(task)

    def delete(self, number):
        task = self.find(number)
        del self.tasks[number]
        self.free(task)

    def go(self, worker, activity, *, reject):
        if reject and activity == "Available":
            raise Refused(400)
        worker = self.workers[worker]
        self.set_activity(worker, activity)
        for task in list(self.tasks.values()):
            if reject and task.offer and task.offer.worker is worker and task.offer.status == "pending":
                self.decline(task, task.offer, "rejected")
        self.serve(worker)

    def resize(self, worker, capacity):
        worker = self.workers[worker]
        worker.capacity = capacity
        if not capacity:
            self.try_again()
        self.serve(worker)

    def wait(self, seconds):
        """One offer after the other runs out, in the order in which they were made."""
        end = self.now + seconds
        while True:
            offered = [each for each in self.tasks.values() if each.status == "reserved"]
            task = min(offered, key=lambda each: each.offer.number, default=None)
            if task is None or task.offer.made + OFFER_LASTS > end:
                break
            self.now = task.offer.made + OFFER_LASTS
            worker = task.offer.worker
            task.declined.add(worker.number)
            self.close(task.offer, "timeout")
            task.status = "reopened"  # not waiting yet: others are served first
            self.set_activity(worker, "Offline")
            task.status = "pending"
            self.offer(task)
        self.now = end

    def forget(self):
        """Drop what has ended too long ago to be read."""
        self.tasks = {
            number: task for number, task in self.tasks.items()
            if task.ended is None or task.ended + READABLE > self.now
        }  # fmt: skip

    def find(self, number):
        self.forget()
        if number not in self.tasks:
            raise Refused(404)
        return self.tasks[number]

    # --- routing ---

    def offer(self, task, *, but=None):
        """Offer a task that nobody has to the best worker there is."""
        able = [each for each in self.workers if each.can_take_one() and task.skill in each.skills and each is not but]
        willing = [each for each in able if each.number not in task.declined]
        if not willing and not self.others_at_work(task):
            task.declined = set()
            willing = able
        if willing:
            self.reserve(task, min(willing, key=lambda each: (each.last, each.number)))

    def serve(self, worker):
        """Give a worker what waits for it."""
        while worker.can_take_one():
            waiting = [
                each for each in self.tasks.values()
                if each.status == "pending" and each.skill in worker.skills and worker.number not in each.declined
            ]  # fmt: skip
            if not waiting:
                return
            self.reserve(min(waiting, key=lambda each: (-each.priority, each.number)), worker)

    def reserve(self, task, worker):
        self.offers += 1
        worker.last = self.offers
        worker.load += 1
        task.status = "reserved"
        task.offers.append(Offer(worker, self.offers, self.now))

    def decline(self, task, offer, status):
        """The worker of the offer is asked again only after the others; serving it comes after."""
        task.declined.add(offer.worker.number)
        self.close(offer, status)
        task.status = "pending"
        self.offer(task, but=offer.worker)

    def close(self, offer, status):
        offer.status = status
        offer.worker.load -= 1

    def free(self, task):
        """The task has ended or is gone."""
        offer = task.offer
        if offer is not None:
            self.close(offer, "canceled" if offer.status == "pending" else "completed")
            self.serve(offer.worker)

    def set_activity(self, worker, activity):
        left = worker.activity == "Available" != activity
        worker.activity = activity
        if left:
            self.try_again()

    def others_at_work(self, task):
        return any(
            each.activity == "Available" and each.capacity and task.skill in each.skills
            and each.number not in task.declined
            for each in self.workers
        )  # fmt: skip

    def try_again(self):
        """Somebody has left work: who declined a task may be the last one for it."""
        for task in self.tasks.values():
            if task.status == "pending" and task.declined and not self.others_at_work(task):
                self.offer(task)
