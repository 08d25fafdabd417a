"""A model behind OpenAI's chat protocol: OpenAI, Groq, Ollama, vLLM, or whoever else speaks it, by the ``openai`` package.

What may pass is tried again (no connection, a timeout, 408, 409, 429, 5xx), after as long as the server asks for in
``Retry-After``, else after pauses that double; what will not pass, is not (a wrong key, a model that there is not). Never more
requests at once than ``Limits.at_once``. No error holds the key.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import openai

from flexsim.clock import Clock, sleep_until
from flexsim.errors import ConfigurationError, TargetError, TargetRefused, TargetUnreachable
from flexsim.randomness import Generator
from flexsim.workforce.minds.asking import Answer, Pieces, Request

_AGAIN: Final = frozenset({408, 409, 425, 429})
_FIRST_PAUSE: Final = 0.5  # seconds
_LONGEST_PAUSE: Final = 60.0
_LONGEST_ANSWER: Final = 200_000  # characters
_CHARACTERS: Final = 4  # of a token, where a server does not count


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """``timeout`` in seconds is for a whole answer, however slowly its tokens drip; ``retries`` come after the first try."""

    timeout: float = 60.0
    retries: int = 4
    at_once: int = 8


class OpenAIChat:
    """A ``Chat`` over the network. Close it after use."""

    def __init__(self, base_url: str | None, key: str, limits: Limits, clock: Clock, generator: Generator) -> None:
        if not key:
            raise ConfigurationError(
                "there is no key for the model: set OPENAI_API_KEY or GROQ_API_KEY; a local server takes any"
            )
        self._client = openai.AsyncOpenAI(api_key=key, base_url=base_url, max_retries=0, timeout=limits.timeout)
        self._create: Any = self._client.chat.completions.create  # its types know no request that is a mapping
        self._limits = limits
        self._clock = clock
        self._generator = generator  # of the pauses' jitter
        self._gate = asyncio.Semaphore(limits.at_once)
        self.retried = 0

    @property
    def address(self) -> str:
        """Where the model is."""
        return str(self._client.base_url).rstrip("/")

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def complete(self, request: Request, pieces: Pieces | None = None) -> Answer:
        """As ``Chat`` says."""
        async with self._gate:
            for attempt in range(self._limits.retries + 1):
                try:
                    return await self._attempt(request, pieces)
                except _AgainError as again:
                    if attempt == self._limits.retries:
                        raise self._given_up(again, attempt + 1) from again.__cause__
                    self.retried += 1
                    await sleep_until(self._clock, self._clock.now() + self._pause(attempt, again.after))
        raise AssertionError("the last attempt answers or raises")

    async def _attempt(self, request: Request, pieces: Pieces | None) -> Answer:
        """One try; raises _AgainError for what may pass, TargetRefused for what will not."""
        try:
            async with asyncio.timeout(self._limits.timeout):
                return await (self._whole(request) if pieces is None else self._streamed(request, pieces))
        except (TimeoutError, openai.APITimeoutError) as error:
            raise _AgainError(f"no answer within {self._limits.timeout:g} s") from error
        except openai.APIConnectionError as error:
            raise _AgainError(f"cannot be reached: {error.__cause__ or error}") from error
        except openai.APIStatusError as error:
            raise self._of_status(error) from error
        except (openai.OpenAIError, ValueError, TypeError, AttributeError, LookupError) as error:
            # The package reads answers leniently: what is no answer at all comes to light when it is used.
            raise _AgainError(f"answered what is not the chat protocol ({type(error).__name__})") from error

    async def _whole(self, request: Request) -> Answer:
        completion: Any = await self._create(**request.canonical())
        text = completion.choices[0].message.content or ""
        return _answer(request, text, completion.usage)

    async def _streamed(self, request: Request, pieces: Pieces) -> Answer:
        options = {"stream": True, "stream_options": {"include_usage": True}}
        text, usage, ended = "", None, False
        async with _closing(await self._create(**request.canonical(), **options)) as stream:
            async for chunk in stream:
                usage = chunk.usage or usage
                piece = chunk.choices[0].delta.content if chunk.choices else None
                ended = ended or bool(chunk.choices and chunk.choices[0].finish_reason)
                if piece:
                    text += piece
                    pieces(piece)
                if len(text) > _LONGEST_ANSWER:
                    raise ValueError(f"the answer has no end: {len(text):,} characters")
        if not ended:  # a page of some gateway's has no events at all, and reads as an empty stream
            raise ValueError("the stream ended before the answer did")
        return _answer(request, text, usage)

    def _of_status(self, error: openai.APIStatusError) -> Exception:
        status = error.status_code
        if status in _AGAIN or status >= 500:
            return _AgainError(f"answered {status}", after=_retry_after(error.response.headers), status=status)
        what = {401: "does not accept the key", 403: "forbids it", 404: "knows no such model or address"}.get(
            status, "refused"
        )
        return TargetRefused(f"{self.address} {what} ({status}): {_reason(error)}", status=status)

    def _pause(self, attempt: int, after: float | None) -> float:
        if after is not None:
            return min(_LONGEST_PAUSE, after)
        return min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt) * (0.75 + 0.5 * self._generator.random())

    def _given_up(self, again: "_AgainError", attempts: int) -> TargetError:
        message = f"{self.address} {again} in {attempts} attempt{'s' if attempts > 1 else ''}"
        if again.status is not None:
            return TargetRefused(message, status=again.status)
        return TargetUnreachable(message)


class _AgainError(Exception):
    """It may go better the next time."""

    def __init__(self, message: str, *, after: float | None = None, status: int | None = None) -> None:
        self.after = after
        self.status = status
        super().__init__(message)


def _retry_after(headers: Any) -> float | None:
    """Seconds; the milliseconds that some servers send are finer. A date is left to our own pauses."""
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) * scale
        except ValueError:
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    return None


def _reason(error: openai.APIStatusError) -> str:
    """The server's own words, without the key that some repeat: the message is cut where a key could begin."""
    body = error.body if isinstance(error.body, dict) else {}
    said = str(body.get("message") or "no reason given").split("sk-")[0].split("gsk_")[0]
    return " ".join(said.split())[:200]


def _answer(request: Request, text: str, usage: Any) -> Answer:
    if usage is not None:
        return Answer(text=text, input_tokens=int(usage.prompt_tokens), output_tokens=int(usage.completion_tokens))
    asked = sum(len(content) for _, content in request.messages)
    return Answer(text=text, input_tokens=asked // _CHARACTERS, output_tokens=len(text) // _CHARACTERS)


@asynccontextmanager
async def _closing(stream: Any) -> AsyncIterator[Any]:
    """A stream whose connection is given back, however it ends."""
    try:
        yield stream
    finally:
        await stream.close()
