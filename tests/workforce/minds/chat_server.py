"""A model for tests: a server that speaks OpenAI's chat protocol, streams, counts tokens, and fails as it is told to.

``Server.faults`` holds what happens to the next requests, in order; when it is empty, answers are right. Each is one of ``FAULTS``,
or a function of the request's document that gives the answer's text.
"""

import asyncio
import json
from contextlib import asynccontextmanager

from aiohttp import web

FAULTS = (
    "429", "429-after", "500", "503", "401", "400", "silence", "drip", "cut", "no-json", "no-choices", "html", "close", "no-usage",
)  # fmt: skip
SECRET = "sk-test-0123456789abcdef"


def right_answer(document):
    """An answer that fits the schema, about the request."""
    name = document["response_format"]["json_schema"]["name"]
    schema = document["response_format"]["json_schema"]["schema"]
    if name == "stances":
        count = schema["properties"]["positions"]["items"]["properties"]["proposal"]["maximum"]
        return json.dumps(
            {
                "text": "I am for all of it.",
                "positions": [{"proposal": n, "stance": 0.5, "reason": "it helps"} for n in range(1, count + 1)],
            }
        )
    kind = schema["properties"]["proposals"]["items"]["properties"]["kind"]["enum"][0]
    week = document["messages"][1]["content"].partition(".")[0]
    return json.dumps(
        {
            "text": f'{week}: "we" should act \u2013 now.',
            "to": [],
            "proposals": [{"kind": kind, "amount": 2, "reason": "it is time"}],
        }
    )


class Server:
    """``requests`` holds what was asked, ``most`` how many were open at once, ``pause`` how long each takes."""

    def __init__(self):
        self.faults = []
        self.requests = []
        self.headers = []
        self.open = self.most = 0
        self.pause = 0.0
        self.url = ""

    async def chat(self, request):
        document = await request.json()
        self.requests.append(document)
        self.headers.append(dict(request.headers))
        fault = self.faults.pop(0) if self.faults else None
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            await asyncio.sleep(self.pause)
            return await self._answer(request, document, fault)
        finally:
            self.open -= 1

    async def _answer(self, request, document, fault):
        if fault in {"429", "429-after", "500", "503", "401", "400"}:
            status = int(fault[:3])
            headers = {"retry-after": "7"} if fault == "429-after" else {}
            body = {
                "error": {
                    "message": f"told to fail; your key is {request.headers['authorization'].removeprefix('Bearer ')}",
                    "code": None,
                }
            }
            return web.json_response(body, status=status, headers=headers)
        if fault == "silence":
            await asyncio.sleep(30)
        if fault == "close":
            request.transport.close()
            return web.Response()
        if fault == "html":
            return web.Response(text="<h1>gateway</h1>", content_type="text/html")
        if fault == "no-json":
            return web.Response(text='{"id": ', content_type="application/json")
        if fault == "no-choices":
            return web.json_response({"id": "x", "object": "chat.completion", "choices": []})
        text = fault(document) if callable(fault) else right_answer(document)
        usage = {
            "prompt_tokens": sum(len(each["content"]) for each in document["messages"]) // 4,
            "completion_tokens": len(text) // 4,
        }
        usage["total_tokens"] = sum(usage.values())
        if document.get("stream"):
            return await self._stream(request, text, None if fault == "no-usage" else usage, fault)
        message = {"role": "assistant", "content": text}
        body = {"id": "c1", "object": "chat.completion", "created": 1, "model": document["model"],
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}  # fmt: skip
        return web.json_response(body | ({} if fault == "no-usage" else {"usage": usage}))

    async def _stream(self, request, text, usage, fault):
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        for at in range(0, len(text), 9):
            await self._send(
                response, [{"index": 0, "delta": {"content": text[at : at + 9]}, "finish_reason": None}], None
            )
            if fault == "drip":
                await asyncio.sleep(0.15)
            if fault == "cut" and at > 20:
                request.transport.close()
                return response
        await self._send(response, [{"index": 0, "delta": {}, "finish_reason": "stop"}], None)
        if usage:
            await self._send(response, [], usage)
        await response.write(b"data: [DONE]\n\n")
        return response

    async def _send(self, response, choices, usage):
        chunk = {
            "id": "c1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "m",
            "choices": choices,
            "usage": usage,
        }
        await response.write(f"data: {json.dumps(chunk)}\n\n".encode())


@asynccontextmanager
async def serving():
    """The server on a port of its own."""
    server = Server()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", server.chat)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    server.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()
