"""A TaskRouter without a socket or a real clock, spoken to in Twilio's own terms."""

import asyncio
import base64
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson
import pytest
from aiohttp import web

from flexsim.clock import ManualClock
from flexsim.emulator.accounts import Account, Accounts
from flexsim.emulator.alerts import Alerts
from flexsim.emulator.api import Api
from flexsim.emulator.event_history import EventHistory
from flexsim.emulator.exchange import Request
from flexsim.emulator.host import Happening, Host, Workspace
from flexsim.emulator.statistics import Statistics
from flexsim.taskrouter.templates import flex_workspace

BASE = "http://127.0.0.1:8900"


@dataclass
class Answer:
    status: int
    json: Any
    headers: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.json[name]


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class Json(dict[str, Any]):
    """What is sent as JSON instead of as a form."""

    def __or__(self, other: dict[str, Any]) -> "Json":
        return Json({**self, **other})


class Site:
    """One account with a Flex-like workspace; addresses are relative to the workspace unless they start with /v1."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.alerts = Alerts()
        self.host = Host(self.clock, seed=1)
        self.history = EventHistory(self.host)
        self.host.subscribe(self.history)
        self.host.subscribe(Statistics())
        self.happenings: list[Happening] = []
        self.host.subscribe(self.happenings.append)
        self.accounts = Accounts(seed=1)
        self.account = self.accounts.add()
        self.workspace = self.open(self.account)
        self.api = Api(self.host, self.accounts, self.alerts)

    def open(self, account: Account) -> Workspace:
        return self.host.open(account, "Flex Task Assignment", flex_workspace)

    def call(self, method: str, address: str, form: dict[str, Any] | None = None, **more: Any) -> Answer:
        """``form`` is sent with POST, and as the query with GET; a list is a repeated parameter."""
        parts = urlsplit(address if address.startswith(("/v1", "http")) else self.workspace.path + address)
        encoded = orjson.dumps(form).decode() if isinstance(form, Json) else urlencode(form or {}, doseq=True)
        request = Request(
            method=method,
            path=parts.path,
            query="&".join(filter(None, (parts.query, encoded if method == "GET" else ""))),
            body=encoded.encode() if method == "POST" else b"",
            base_url=BASE,
            **({"authorization": basic(self.account.sid, self.account.token)} | more),
        )
        response = self.api.handle(request)
        headers = {name.decode(): value.decode() for name, value in response.headers}
        return Answer(response.status, orjson.loads(response.body) if response.body else None, headers)

    def get(self, address: str, /, **query: Any) -> Answer:
        return self.call("GET", address, query)

    def post(self, address: str, /, **form: Any) -> Answer:
        return self.call("POST", address, form)

    def delete(self, address: str, /) -> Answer:
        return self.call("DELETE", address)

    def made(self, address: str, /, **form: Any) -> Any:
        """What a POST has created."""
        answer = self.post(address, **form)
        assert answer.status == 201, answer.json
        return answer.json

    def listed(self, address: str, /, **query: Any) -> list[Any]:
        """The rows of the first page."""
        answer = self.get(address, **query)
        assert answer.status == 200, answer.json
        return answer.json[answer.json["meta"]["key"]]

    # --- things that many tests need ---

    def activity(self, name: str) -> str:
        return next(each["sid"] for each in self.listed("/Activities") if each["friendly_name"] == name)

    def worker(self, name: str = "bob", /, activity: str = "Available", attributes: str = "{}") -> Any:
        return self.made("/Workers", FriendlyName=name, ActivitySid=self.activity(activity), Attributes=attributes)

    def task(self, attributes: str = "{}", /, **form: Any) -> Any:
        return self.made("/Tasks", Attributes=attributes, **form)

    def reserved(self) -> tuple[Any, Any, Any]:
        """A worker, a task, and the pending reservation that joins them."""
        worker = self.worker()
        task = self.task()
        (reservation,) = self.listed(f"/Tasks/{task['sid']}/Reservations")
        return worker, task, reservation

    def kinds(self) -> list[int]:
        """The kinds of all events so far."""
        return [event[1] for happening in self.happenings for event in happening.events]


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def new_site() -> type[Site]:
    """The class, for a test that needs several."""
    return Site


class Receiver:
    """A real HTTP server that answers posts as told and remembers them; the last answer repeats."""

    def __init__(self, *answers: "web.Response | str | None") -> None:
        """An answer is a response, a JSON text, or None for never answering."""
        self.answers = list(answers or ["{}"])
        self.posts: list[Post] = []
        self._over = asyncio.Event()
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._over.set()
        await self._runner.cleanup()

    async def arrived(self, count: int) -> "list[Post]":
        """Once so many posts have come: all of them."""
        while len(self.posts) < count:
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), 10)
        return self.posts

    async def _answer(self, request: web.Request) -> web.Response:
        form = dict(parse_qsl(await request.text(), keep_blank_values=True))
        self.posts.append(Post(request.path_qs, form, dict(request.headers)))
        self._news.set()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            await self._over.wait()
            return web.Response()
        if isinstance(answer, str):
            return web.Response(text=answer, content_type="application/json")
        return web.Response(status=answer.status, body=answer.body, headers=answer.headers)


@dataclass
class Post:
    path: str
    form: dict[str, str]
    headers: dict[str, str]


@pytest.fixture
def receiver() -> type[Receiver]:
    """The class, since a test opens it on its own event loop."""
    return Receiver
