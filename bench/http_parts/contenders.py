"""The servers that are measured: how each is installed, started and asked, with its nearest mix of create, read and list.

What is not flexsim's is installed on demand into a folder of the benchmark's own (``Workshop``), never into the checkout.
"""

import base64
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

SKILLS = tuple(f"skill{number}" for number in range(20))
INSTALL_WITHIN = 300  # seconds
START_WITHIN = 60


class LeftOut(Exception):  # noqa: N818 -- it reads as what happened
    """A contender cannot take part, and why."""


def task_attributes(number: int) -> str:
    """As a real task's: with them its JSON has about 1,800 bytes."""
    contact = f"CX{number:032x}"
    return json.dumps(
        {
            "channelType": "web",
            "customerName": "Ada Lovelace",
            "customerAddress": "+14155550123",
            "direction": "inbound",
            "skill": SKILLS[number % len(SKILLS)],
            "language": "en",
            "flexsim": "Owl Shoes",
            "flexsim_contact": contact,
            "conversations": {"conversation_id": contact, "external_contact": "+14155550123"},
            "customers": {"name": "Ada Lovelace", "phone": "+14155550123", "external_id": f"C-{number}"},
        }
    )


def raw(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """One HTTP/1.1 request as bytes."""
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def post_json(url: str, headers: dict[str, str], document: Any) -> Any:
    request = urllib.request.Request(url, json.dumps(document).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


class Server:
    """A process of ours, in a process group of its own so that it can be stopped whole."""

    def __init__(self, name: str, command: list[str], workshop: "Workshop") -> None:
        self.log = workshop.folder / f"{name}.log"
        self._output = self.log.open("wb")
        self._process = subprocess.Popen(
            command,
            cwd=workshop.folder,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._output.close()

    def wait_for(self, ready: Callable[[], bool]) -> None:
        limit = time.monotonic() + START_WITHIN
        while not ready():
            if self._process.poll() is not None or time.monotonic() > limit:
                said = self.log.read_text(errors="replace").strip().splitlines()
                raise LeftOut(f"it does not start: {said[-1] if said else 'it said nothing'}")
            time.sleep(0.05)

    def wait_for_port(self, port: int) -> None:
        def answers() -> bool:
            with socket.socket() as probe:
                probe.settimeout(1)
                return probe.connect_ex(("127.0.0.1", port)) == 0

        self.wait_for(answers)

    def cpu_seconds(self) -> float | None:
        """User and system time of the process group so far; None where there is no ``/proc``."""
        return cpu_seconds(self._process.pid)


def cpu_seconds(group: int) -> float | None:
    """User and system time of all processes of a group."""
    if not Path("/proc/self/stat").exists():
        return None
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(fields[2]) == group:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Workshop:
    """Where the other servers are installed, once for all runs, and where logs go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def python(self, name: str, *packages: str) -> Path:
        """The programs' folder of a virtual environment that holds ``packages``."""
        place = self.folder / name
        if not (place / "installed").exists():
            shutil.rmtree(place, ignore_errors=True)
            self._run([sys.executable, "-m", "venv", str(place)])
            self._run([str(place / "bin" / "python"), "-m", "pip", "install", "--quiet", *packages])
            (place / "installed").touch()
        return place / "bin"

    def node(self, name: str, *packages: str) -> Path:
        """``node_modules`` of a folder that holds ``packages``."""
        if shutil.which("npm") is None:
            raise LeftOut("npm is not there")
        place = self.folder / name
        if not (place / "installed").exists():
            shutil.rmtree(place, ignore_errors=True)
            self._run(["npm", "install", "--prefix", str(place), "--no-audit", "--no-fund", "--silent", *packages])
            (place / "installed").touch()
        return place / "node_modules"

    def _run(self, command: list[str]) -> None:
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALL_WITHIN)
        except (OSError, subprocess.SubprocessError) as error:
            said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
            raise LeftOut(f"it cannot be installed: {said[-1][:120]}") from error


class Contender(ABC):
    """A started server and its requests; ``seen`` are the ids that creates have answered."""

    name: str
    mix: str
    port: int
    server: Server

    def __init__(self) -> None:
        self.created = 0
        self.seen: list[bytes] = []
        self.fixed: dict[str, bytes] = {}  # the requests that are the same every time

    @abstractmethod
    def start(self, workshop: Workshop) -> None:
        """Install what is needed, start, and wait until it answers; raises ``LeftOut``."""

    def refresh(self) -> None:  # noqa: B027 -- most have nothing to refresh
        """Before each round, unmeasured: what keeps the comparison fair to this one."""

    def create(self) -> bytes:
        return self.fixed["create"]

    def read(self, rng: random.Random) -> bytes:  # noqa: ARG002 -- for those that choose
        return self.fixed["read"]

    def list(self) -> bytes:
        return self.fixed["list"]

    def learn(self, body: bytes) -> None:
        found = self.id_in(body)
        if found:
            self.seen.append(found)

    id_pattern = re.compile(rb'"sid":\s*"(WT[0-9a-f]{32})"')

    def id_in(self, body: bytes) -> bytes | None:
        found = self.id_pattern.search(body)
        return found[1] if found else None

    def next_number(self) -> int:
        self.created += 1
        return self.created


class Flexsim(Contender):
    name = "flexsim"
    mix = "create task / fetch task / list 50 tasks"

    def __init__(self, *options: str, name: str = "flexsim") -> None:
        super().__init__()
        self.name = name
        self._options = options

    def start(self, workshop: Workshop) -> None:
        command = [sys.executable, "-m", "flexsim", "taskrouter", "--port", "0", "--json", *self._options]
        self.server = Server(self.name, command, workshop)
        announced: list[bytes] = []

        def ready() -> bool:
            announced[:] = [line for line in self.server.log.read_bytes().splitlines() if line.endswith(b"}")]
            return bool(announced)

        self.server.wait_for(ready)
        facts = json.loads(announced[0])
        self.port = int(facts["TASKROUTER_URL"].rpartition(":")[2])
        user = f"{facts['ACCOUNT_SID']}:{facts['AUTH_TOKEN']}"
        self._headers = {"Authorization": "Basic " + base64.b64encode(user.encode()).decode()}
        self._tasks = f"/v1/Workspaces/{facts['WRKSPC_SID']}/Tasks"
        workflow = self._furnish(f"{facts['TASKROUTER_URL']}/v1/Workspaces/{facts['WRKSPC_SID']}")
        self._forms = [
            urlencode({"Attributes": task_attributes(number), "WorkflowSid": workflow, "TaskChannel": "chat"}).encode()
            for number in range(100)
        ]
        self.fixed["list"] = raw("GET", f"{self._tasks}?PageSize=50", self._headers)
        self._read_head, self._read_tail = raw("GET", f"{self._tasks}/@", self._headers).split(b"@")

    def _furnish(self, workspace: str) -> str:
        """20 queues by skill, an overflow, 100 workers at work, and the workflow that leads there."""

        def post(path: str, **form: str) -> Any:
            request = urllib.request.Request(workspace + path, urlencode(form).encode(), self._headers)
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.loads(answer.read())

        def listed(path: str) -> Any:
            request = urllib.request.Request(workspace + path, headers=self._headers)
            with urllib.request.urlopen(request, timeout=10) as answer:
                document = json.loads(answer.read())
            return document[document["meta"]["key"]]

        available = next(each["sid"] for each in listed("/Activities") if each["available"])
        everyone = listed("/TaskQueues")[0]["sid"]
        filters = []
        for skill in SKILLS:
            queue = post("/TaskQueues", FriendlyName=skill, TargetWorkers=f"skills HAS '{skill}'")["sid"]
            targets = [{"queue": queue, "timeout": 60}, {"queue": everyone, "priority": 5}]
            filters.append({"expression": f"skill == '{skill}'", "targets": targets})
        document = {"task_routing": {"filters": filters, "default_filter": {"queue": everyone}}}
        for number in range(100):
            skills = [SKILLS[number % 20], SKILLS[(number + 7) % 20]]
            post(
                "/Workers", FriendlyName=f"w{number}", ActivitySid=available, Attributes=json.dumps({"skills": skills})
            )
        return str(post("/Workflows", FriendlyName="Main", Configuration=json.dumps(document))["sid"])

    def create(self) -> bytes:
        form = self._forms[self.next_number() % len(self._forms)]
        headers = self._headers | {"Content-Type": "application/x-www-form-urlencoded"}
        return raw("POST", self._tasks, headers, form)

    def read(self, rng: random.Random) -> bytes:
        return self._read_head + rng.choice(self.seen) + self._read_tail


class MotoSqs(Contender):
    name = "moto SQS"
    mix = "send message / queue attributes / receive 10 messages"

    def start(self, workshop: Workshop) -> None:
        programs = workshop.python("moto", "moto[server]>=5")
        self.port = free_port()
        self.server = Server(
            self.name, [str(programs / "moto_server"), "-H", "127.0.0.1", "-p", str(self.port)], workshop
        )
        self.server.wait_for_port(self.port)
        credential = "Credential=test/20260101/us-east-1/sqs/aws4_request"
        self._headers = {
            "Authorization": f"AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0",
            "Content-Type": "application/x-amz-json-1.0",
        }
        self._queues = 0
        self.refresh()

    def refresh(self) -> None:
        # Each of its reads walks all messages, so a queue that fills for a minute would measure nothing but that.
        self._queues += 1
        headers = self._headers | {"X-Amz-Target": "AmazonSQS.CreateQueue"}
        name = {"QueueName": f"tasks{self._queues}"}
        self._queue = {"QueueUrl": post_json(f"http://127.0.0.1:{self.port}/", headers, name)["QueueUrl"]}
        self.fixed["read"] = self._request("GetQueueAttributes", AttributeNames=["All"])
        self.fixed["list"] = self._request("ReceiveMessage", MaxNumberOfMessages=10, VisibilityTimeout=0)

    def _request(self, action: str, **more: Any) -> bytes:
        headers = self._headers | {"X-Amz-Target": f"AmazonSQS.{action}"}
        return raw("POST", "/", headers, json.dumps(self._queue | more).encode())

    def create(self) -> bytes:
        # A message comes back as it went in, so it is padded to what a task's JSON has.
        return self._request("SendMessage", MessageBody=task_attributes(self.next_number()).ljust(1700))


class Prism(Contender):
    name = "Prism"
    mix = "create task / fetch task / list tasks of Twilio's OpenAPI file (static examples, one row)"

    def __init__(self, description: Path) -> None:
        super().__init__()
        self._description = description

    def start(self, workshop: Workshop) -> None:
        if not self._description.is_file():
            raise LeftOut(f"Twilio's OpenAPI file is not at {self._description}")
        modules = workshop.node("prism", "@stoplight/prism-cli")
        self.port = free_port()
        program = str(modules / ".bin" / "prism")
        where = ["-h", "127.0.0.1", "-p", str(self.port), "--verboseLevel", "fatal", str(self._description)]
        self.server = Server(self.name, [program, "mock", *where], workshop)
        self.server.wait_for_port(self.port)
        headers = {"Authorization": "Basic " + base64.b64encode(b"user:password").decode()}
        tasks = f"/v1/Workspaces/WS{1:032x}/Tasks"
        form = urlencode({"Attributes": task_attributes(1)}).encode()
        form_headers = headers | {"Content-Type": "application/x-www-form-urlencoded"}
        self.fixed["create"] = raw("POST", tasks, form_headers, form)
        self.fixed["read"] = raw("GET", f"{tasks}/WT{1:032x}", headers)
        self.fixed["list"] = raw("GET", f"{tasks}?PageSize=50", headers)


class Emulate(Contender):
    """Vercel's, its GitHub. It needs Node 22, which npm has as a package too."""

    name = "emulate"
    mix = "create issue / fetch issue / list 50 issues of its GitHub, limiter raised"
    id_pattern = re.compile(rb'"number":(\d+)')

    def start(self, workshop: Workshop) -> None:
        modules = workshop.node("emulate", "emulate@0.12", "node@22")
        self._raise_limiter(modules / "emulate" / "dist")
        self.port = free_port()
        program = modules / "emulate" / "dist" / "index.js"
        command = [str(modules / ".bin" / "node"), str(program), "start", "-s", "github", "-p", str(self.port)]
        self.server = Server(self.name, command, workshop)
        self.server.wait_for_port(self.port)
        headers = {"Authorization": "Bearer test_token_admin", "Content-Type": "application/json"}
        address = f"http://127.0.0.1:{self.port}"
        post_json(f"{address}/user/repos", headers, {"name": "demo"})
        self._issues = "/repos/admin/demo/issues"
        self._headers = headers
        self.fixed["list"] = raw("GET", f"{self._issues}?per_page=50", headers)

    @staticmethod
    def _raise_limiter(folder: Path) -> None:
        for script in folder.glob("*.js"):
            text = script.read_text()
            if "remaining: 5e3" in text:
                script.write_text(text.replace("remaining: 5e3", "remaining: 5e12"))

    def create(self) -> bytes:
        number = self.next_number()
        document = {"title": f"Task {number}", "body": task_attributes(number)}
        return raw("POST", self._issues, self._headers, json.dumps(document).encode())

    def read(self, rng: random.Random) -> bytes:
        return raw("GET", f"{self._issues}/{rng.choice(self.seen).decode()}", self._headers)


class Nothing(Contender):
    """Answers everything at once with the same 1,800 bytes: what is left is the load generator."""

    name = "nothing"
    mix = "the same bytes for everything"

    def start(self, workshop: Workshop) -> None:
        self.port = free_port()
        self.server = Server(
            self.name, [sys.executable, str(Path(__file__).with_name("nothing.py")), str(self.port)], workshop
        )
        self.server.wait_for_port(self.port)
        self.fixed = dict.fromkeys(("create", "read", "list"), raw("GET", "/", {"Authorization": "Basic " + "x" * 90}))
