"""A local TaskRouter that is killed again and again under load, and clients that keep books of what it has acknowledged.

After each restart: everything acknowledged is there, as it was acknowledged, and once. An input whose answer never came
may have been done or not; whatever there is must have been asked for by somebody.
"""

import asyncio
import base64
import json
import random
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

CLIENTS = 6
WORKERS = 12
READABLE = 250  # simulated seconds that an ended task can be read for, with some to spare

# Half of the servers take snapshots so often that kills hit them as well.
SNAPSHOTTING = """
import sys
from flexsim.emulator.options import Options
from flexsim.emulator.server import LocalTaskRouter

router = LocalTaskRouter(options=Options(data=sys.argv[1], snapshot_every=int(sys.argv[2])))
router.run(lambda: print(
    f"TASKROUTER_URL={router.base_url}", f"ACCOUNT_SID={router.account_sid}", f"AUTH_TOKEN={router.auth_token}",
    f"WRKSPC_SID={router.workspace_sid}", sep="\\n", flush=True,
))
"""


@dataclass
class Entry:
    """One task: what was acknowledged last, and what may have followed."""

    marker: str
    attributes: set
    status: set | None = None  # None: as the engine likes, but not ended
    gone: set = field(default_factory=lambda: {False})
    ended_at: float | None = None

    def settle(self, found):
        """What was uncertain is known now."""
        self.gone = {found is None}
        if found is not None:
            self.attributes = {found["attributes"]}
            if self.status is not None:
                self.status = {found["assignment_status"]}


class Book:
    """What all clients together know, and what they have counted."""

    def __init__(self):
        self.tasks = {}
        self.asked = set()  # markers of creations whose answer has not come
        self.workers = {}
        self.workers_asked = set()
        self.counts = Counter()
        self.answers = 0


class Lost(Exception):  # noqa: N818 -- it is what happened
    """The server has gone before it answered."""


class Server:
    """One process; ``kill`` is SIGKILL."""

    def __init__(self, process, lines):
        self.process = process
        self.workspace = f"{lines['TASKROUTER_URL']}/v1/Workspaces/{lines['WRKSPC_SID']}"
        credentials = f"{lines['ACCOUNT_SID']}:{lines['AUTH_TOKEN']}".encode()
        self.headers = {"Authorization": f"Basic {base64.b64encode(credentials).decode()}"}

    @classmethod
    async def start(cls, path, snapshot_every=None):
        if snapshot_every is None:
            command = ("-m", "flexsim", "--quiet", "taskrouter", "--port", "0", "--data", str(path))
        else:
            command = ("-c", SNAPSHOTTING, str(path), str(snapshot_every))
        process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
        lines = [(await process.stdout.readline()).decode().strip() for _ in range(4)]
        assert all(lines), f"it did not start, and ended with {await process.wait()}"
        return cls(process, dict(line.split("=", 1) for line in lines))

    async def end(self, number):
        self.process.send_signal(number)
        await self.process.communicate()
        return self.process.returncode


class Client:
    """Does things to tasks of its own, one after the other, and writes down what was acknowledged."""

    def __init__(self, book, number, rng):
        self.book, self.number, self.rng = book, number, rng
        self.mine = []  # SIDs
        self.made = 0

    async def run(self, session, server):
        steps = [self.create, self.change, self.take, self.finish, self.remove, self.hire]
        try:
            while True:
                await self.rng.choices(steps, [30, 25, 20, 15, 4, 3])[0](session, server.workspace)
        except Lost:
            return

    async def ask(self, session, method, url, **form):
        try:
            async with session.request(method, url, data=form or None) as answer:
                document = await answer.json() if answer.status != 204 else None
        except (TimeoutError, aiohttp.ClientError, ConnectionError) as error:
            raise Lost from error
        assert answer.status < 500, document
        self.book.answers += 1
        return answer.status, document

    def marker(self):
        self.made += 1
        return f"{self.number}-{self.made}"

    def open_task(self, status=None):
        """One of the latest tasks that have not ended; with a ``status``, one that was acknowledged to have it."""
        entries = [(sid, self.book.tasks[sid]) for sid in self.mine]
        live = [(sid, each) for sid, each in entries if each.ended_at is None and each.gone == {False}]
        fitting = [(sid, each) for sid, each in live if status is None or each.status == {status}]
        return self.rng.choice(fitting[-100:]) if fitting else (None, None)

    async def create(self, session, workspace):
        marker = self.marker()
        attributes = json.dumps({"marker": marker})
        self.book.asked.add(marker)
        status, task = await self.ask(session, "POST", f"{workspace}/Tasks", Attributes=attributes)
        assert status == 201, task
        self.book.asked.discard(marker)
        self.book.tasks[task["sid"]] = Entry(marker, {attributes})
        self.mine.append(task["sid"])
        self.book.counts["created"] += 1

    async def change(self, session, workspace):
        sid, entry = self.open_task()
        if sid is None:
            return
        attributes = json.dumps({"marker": entry.marker, "change": self.rng.randrange(1 << 30)})
        entry.attributes.add(attributes)
        status, task = await self.ask(session, "POST", f"{workspace}/Tasks/{sid}", Attributes=attributes)
        assert status == 200, task
        entry.attributes = {attributes}
        self.book.counts["updated"] += 1

    async def take(self, session, workspace):
        _, page = await self.ask(session, "GET", f"{workspace}/Tasks?AssignmentStatus=reserved&PageSize=30")
        mine = {task["sid"] for task in page["tasks"]} & set(self.mine)
        reserved = [(sid, self.book.tasks[sid]) for sid in sorted(mine) if self.book.tasks[sid].gone == {False}]
        if not reserved:
            return
        sid, entry = self.rng.choice(reserved)
        _, page = await self.ask(session, "GET", f"{workspace}/Tasks/{sid}/Reservations?ReservationStatus=pending")
        if not page["reservations"]:
            return
        address = f"{workspace}/Tasks/{sid}/Reservations/{page['reservations'][0]['sid']}"
        entry.status = {"reserved", "assigned"}
        status, reservation = await self.ask(session, "POST", address, ReservationStatus="accepted")
        assert status == 200, reservation
        entry.status = {"assigned"}
        self.book.counts["accepted"] += 1

    async def finish(self, session, workspace):
        sid, entry = self.open_task("assigned")
        if sid is None:
            return
        entry.status = {"assigned", "completed"}
        status, task = await self.ask(session, "POST", f"{workspace}/Tasks/{sid}", AssignmentStatus="completed")
        assert status == 200, task
        entry.status = {"completed"}
        entry.ended_at = asyncio.get_running_loop().time()
        self.book.counts["completed"] += 1

    async def remove(self, session, workspace):
        sid, entry = self.open_task()
        if sid is None:
            return
        entry.gone = {False, True}
        status, _ = await self.ask(session, "DELETE", f"{workspace}/Tasks/{sid}")
        assert status == 204
        entry.gone = {True}
        self.book.counts["deleted"] += 1

    async def hire(self, session, workspace):
        """One more worker; when there are enough, one who may have let a reservation time out comes back to work."""
        _, page = await self.ask(session, "GET", f"{workspace}/Activities?FriendlyName=Available")
        available = page["activities"][0]["sid"]
        if len(self.book.workers) + len(self.book.workers_asked) >= WORKERS:
            sid = self.rng.choice(list(self.book.workers.values()))
            status, worker = await self.ask(session, "POST", f"{workspace}/Workers/{sid}", ActivitySid=available)
            assert status == 200, worker
            return
        name = f"worker-{self.marker()}"
        self.book.workers_asked.add(name)
        status, worker = await self.ask(
            session, "POST", f"{workspace}/Workers", FriendlyName=name, ActivitySid=available
        )
        assert status == 201, worker
        self.book.workers_asked.discard(name)
        self.book.workers[name] = worker["sid"]
        self.book.counts["workers"] += 1


async def listed(session, workspace, kind, key):
    url, rows = f"{workspace}/{kind}?PageSize=1000", []
    while url:
        async with session.get(url) as answer:
            assert answer.status == 200, await answer.text()
            page = await answer.json()
        rows += page[key]
        url = page["meta"]["next_page_url"]
    return rows


async def audit(book, clients, session, workspace):
    """Compare the books with what the server holds; what was uncertain is certain afterwards."""
    tasks = await listed(session, workspace, "Tasks", "tasks")
    found = {task["sid"]: task for task in tasks}
    assert len(found) == len(tasks), "a task is listed twice"
    markers = Counter(json.loads(task["attributes"])["marker"] for task in tasks)
    doubled = [marker for marker, count in markers.items() if count > 1]
    assert not doubled, f"created twice: {doubled}"
    for sid, entry in book.tasks.items():
        _check(sid, entry, found.get(sid))
    known = {entry.marker for entry in book.tasks.values()}
    assert markers.keys() <= known | book.asked, "there is a task that nobody asked for"
    for task in tasks:
        if task["sid"] not in book.tasks:
            marker = json.loads(task["attributes"])["marker"]
            book.tasks[task["sid"]] = Entry(marker, {task["attributes"]})
            clients[int(marker.partition("-")[0])].mine.append(task["sid"])
            book.counts["unacknowledged but done"] += 1
    book.asked.clear()
    await _audit_workers(book, session, workspace)
    return len(tasks)


def _check(sid, entry, task):
    now = asyncio.get_running_loop().time()
    if task is None:
        too_old = entry.ended_at is not None and now - entry.ended_at > READABLE
        assert too_old or True in entry.gone, f"task {sid} ({entry.marker}) is missing"
    else:
        assert False in entry.gone, f"task {sid} was deleted, and is back"
        assert task["attributes"] in entry.attributes, f"task {sid}: {task['attributes']} is not in {entry.attributes}"
        expected = entry.status or {"pending", "reserved"}
        assert task["assignment_status"] in expected, f"task {sid} is {task['assignment_status']}, not {expected}"
        if task["assignment_status"] == "completed" and entry.ended_at is None:
            entry.ended_at = now
        if task["assignment_status"] == "reserved" and entry.status == {"reserved", "assigned"}:
            entry.status = None  # the acceptance never came
    entry.settle(task)


async def _audit_workers(book, session, workspace):
    workers = await listed(session, workspace, "Workers", "workers")
    names = Counter(worker["friendly_name"] for worker in workers)
    assert all(count == 1 for count in names.values()), "a worker is there twice"
    assert {worker["friendly_name"]: worker["sid"] for worker in workers}.items() >= book.workers.items()
    assert names.keys() <= book.workers.keys() | book.workers_asked, "there is a worker that nobody asked for"
    book.workers |= {worker["friendly_name"]: worker["sid"] for worker in workers}
    book.workers_asked.clear()


async def torment(path: Path, seed, kills, tell=lambda _: None):
    """Kill a server so often, each time under load; the book, in which everything has been found in order."""
    rng = random.Random(seed)
    book = Book()
    clients = [Client(book, number, random.Random(f"{seed}/{number}")) for number in range(CLIENTS)]
    for kill in range(kills + 1):
        server = await Server.start(path, snapshot_every=rng.choice([None, 20, 300]))
        try:
            timeout = aiohttp.ClientTimeout(total=20)
            async with aiohttp.ClientSession(headers=server.headers, timeout=timeout) as session:
                tasks = await audit(book, clients, session, server.workspace)
                if kill < kills:
                    at_work = [asyncio.create_task(each.run(session, server)) for each in clients]
                    await asyncio.sleep(rng.uniform(0.02, 0.6))
                    await server.end(signal.SIGKILL)
                    await asyncio.gather(*at_work)
                    tell(f"kill {kill + 1}: {book.answers} answers, {tasks} tasks found in order before it")
        finally:
            if server.process.returncode is None:
                assert await server.end(signal.SIGTERM) == 0
    return book
