"""The agent service: runs a scenario for each request, for real, and answers with what is true of the trace.

``GET /run?scenario=fanout&fanout=50`` answers when it is over; ``GET /stream`` streams tokens as server-sent events, and the
answers as the last of them. ``GET /health``. A parameter out of range is refused with 422 and the range; when the client goes,
the scenario is broken off, and its calls with it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from flexsim.clock import Clock
from flexsim.errors import ConfigurationError
from flexsim.randomness import Randomness
from flexsim.traces import truth
from flexsim.traces.answering import query, respond, while_connected
from flexsim.traces.answers import Answers
from flexsim.traces.exporter import Exporter
from flexsim.traces.parameters import SCENARIOS, Number, read
from flexsim.traces.real_stage import RealStage
from flexsim.traces.run import Ids, Names, Run
from flexsim.traces.scenarios import BY_NAME
from flexsim.traces.tool_client import RemoteTools, ToolClient
from flexsim.traces.virtual import tool_delay
from flexsim.traces.vocabulary import vocabulary

Token = Callable[[str], Awaitable[None]]


class AppService:
    """The ASGI application; without an exporter, spans go nowhere."""

    def __init__(self, tools: ToolClient, exporter: Exporter | None, clock: Clock, seed: int, mesh: str = "") -> None:
        randomness = Randomness(seed)
        self._tools = tools
        self._exporter = exporter
        self._clock = clock
        self._ids = Ids(randomness.generator("trace ids"))
        self._draws = randomness.family("trace")
        self._names = Names(mesh)
        self._words = {name: vocabulary(name) for name in SCENARIOS}
        self.begun = 0
        self.ended = 0
        self.broken_off = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path == "/health":
            await respond(send, 200, self.stats())
            return
        if path not in {"/run", "/stream"}:
            await respond(send, 404, {"error": f"nothing at {path}; there are /run?scenario=NAME, /stream and /health"})
            return
        try:
            given = query(scope)
            scenario = given.pop("scenario", "fanout") if path == "/run" else "stream"
            parameters = read(scenario, given)
        except ConfigurationError as error:
            await respond(send, 422, {"error": str(error)})
            return
        handle = self._streamed if scenario == "stream" else self._answered
        await handle(scenario, parameters, set(given), receive, send)

    def stats(self) -> dict[str, Any]:
        """What has been done, and what became of the spans."""
        found: dict[str, Any] = {
            "status": "ok", "begun": self.begun, "ended": self.ended, "broken_off": self.broken_off,
        }  # fmt: skip
        return found | ({} if self._exporter is None else {"delivery": self._exporter.ledger.document()})

    async def _answered(
        self, scenario: str, parameters: Mapping[str, Number], given: set[str], receive: Receive, send: Send
    ) -> None:
        answers = await while_connected(receive, self.run(scenario, parameters, given, None))
        if answers is not None:
            await respond(send, 200, asdict(answers))

    async def _streamed(
        self, scenario: str, parameters: Mapping[str, Number], given: set[str], receive: Receive, send: Send
    ) -> None:
        async def token(text: str) -> None:
            await send(_event(orjson.dumps({"token": text})))

        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        answers = await while_connected(receive, self.run(scenario, parameters, given, token))
        if answers is not None:
            await send(_event(orjson.dumps(asdict(answers)), b"event: answers\n"))
            await send({"type": "http.response.body", "body": b""})

    async def run(
        self, scenario: str, parameters: Mapping[str, Number], given: set[str], token: Token | None
    ) -> Answers:
        """Run it to its end, or till it is cancelled, and export its spans in either case."""
        nominal = tool_delay(parameters)
        asked = nominal if given & {"delay_ms", "tool_delay_ms"} or scenario == "stream" else None
        stage = RealStage(
            self._clock, RemoteTools(self._tools, asked, nominal, recorded=self._exporter is not None), token
        )
        draws = self._draws.of(str(self.begun)).random
        run = Run(stage, self._words[scenario], parameters, self._ids, draws, self._names)
        self.begun += 1
        done = False
        try:
            await BY_NAME[scenario](run)
            done = True
        finally:
            self.ended += done
            self.broken_off += not done
            if self._exporter is not None:
                self._exporter.offer(run.spans)
        return truth.answers(scenario, run.spans, run.facts)


def _event(data: bytes, before: bytes = b"") -> dict[str, Any]:
    return {"type": "http.response.body", "body": before + b"data: " + data + b"\n\n", "more_body": True}
