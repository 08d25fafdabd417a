"""What the commands that let roles think share: the options about minds, and the mind that they come to."""

import contextlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import urlsplit

import typer

from flexsim.cli.options import settings
from flexsim.errors import ConfigurationError
from flexsim.origins import is_loopback

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from flexsim.settings import Settings
    from flexsim.workforce.minds.asking import Chat
    from flexsim.workforce.minds.llm import Hearing
    from flexsim.workforce.minds.mind import Mind

_GROQ: Final = "https://api.groq.com/openai/v1"
_MODELS: Final = {"groq": "llama-3.3-70b-versatile", "openai": "gpt-4o-mini"}


class Minds(StrEnum):
    """How roles think."""

    RULES = "rules"
    LLM = "llm"


MindOption = Annotated[
    Minds,
    typer.Option("--mind", help="How roles think: rules, which cost nothing and repeat exactly; or llm, a model."),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Which model; one that the address is known for unless given. \\[env: LLM_MODEL]",
        show_default=False,
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        "--base-url",
        help="Address of a server that speaks OpenAI's chat protocol: Groq, Ollama, vLLM. \\[env: OPENAI_BASE_URL]",
        show_default=False,
    ),
]
Temperature = Annotated[float, typer.Option("--temperature", help="Of the model's answers.", min=0, max=2)]
PriceOption = Annotated[
    str | None,
    typer.Option(
        "--price",
        metavar="IN/OUT",
        help="Dollars for a million tokens in and out; the list price of a model that flexsim knows unless given.",
        show_default=False,
    ),
]
Timeout = Annotated[float, typer.Option("--timeout", help="Seconds for a whole answer.", min=0.1, max=3600)]
Retries = Annotated[int, typer.Option("--retries", help="Tries after the first, for what may pass.", min=0, max=20)]
AtOnce = Annotated[int, typer.Option("--at-once", help="Requests at the same time.", min=1, max=256)]
Record = Annotated[
    Path | None,
    typer.Option("--record", help="Add every answer of the model to this file.", dir_okay=False, show_default=False),
]
Replay = Annotated[
    Path | None,
    typer.Option(
        "--replay",
        help="Answer from this recording alone; nothing is asked of the network.",
        dir_okay=False,
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinking:
    """The options about minds."""

    mind: Minds
    seed: int
    model: str | None = None
    base_url: str | None = None
    temperature: float = 0.7
    price: str | None = None
    timeout: float = 60.0
    retries: int = 4
    at_once: int = 8
    record: Path | None = None
    replay: Path | None = None


@contextlib.asynccontextmanager
async def mind_of(context: typer.Context, wanted: Thinking, hearing: "Hearing | None" = None) -> "AsyncIterator[Mind]":
    """The mind that the options ask for; raises ConfigurationError where they do not go together, or a key is missing."""
    if wanted.mind is Minds.RULES:
        if wanted.record or wanted.replay:
            raise ConfigurationError("--record and --replay are about a model's answers: give --mind llm")
        from flexsim.workforce.minds.rules import RulesMind

        yield RulesMind()
        return
    from flexsim.workforce.minds.llm import LlmMind, Model
    from flexsim.workforce.minds.prices import price_of

    async with contextlib.AsyncExitStack() as stack:
        name, chat = await _chat(context, wanted, stack)
        price = price_of(name, wanted.price)
        model = Model(name=name, temperature=wanted.temperature, seed=wanted.seed % (1 << 31), price=price)
        yield LlmMind(chat, model, hearing, repeatable=wanted.replay is not None)


async def _chat(context: typer.Context, wanted: Thinking, stack: contextlib.AsyncExitStack) -> "tuple[str, Chat]":
    if wanted.replay is not None:
        if wanted.record is not None:
            raise ConfigurationError("--record and --replay exclude each other: what is replayed is recorded already")
        from flexsim.workforce.minds.recordings import Replayer, model_in

        return wanted.model or model_in(wanted.replay) or _MODELS["openai"], Replayer(wanted.replay)
    from flexsim.clock import WallClock
    from flexsim.randomness import Randomness
    from flexsim.workforce.minds.openai_chat import Limits, OpenAIChat
    from flexsim.workforce.minds.recordings import Recorder

    base_url, key, model = where(settings(context), wanted)
    limits = Limits(timeout=wanted.timeout, retries=wanted.retries, at_once=wanted.at_once)
    chat = OpenAIChat(base_url, key, limits, WallClock(), Randomness(wanted.seed).generator("workforce", "retries"))
    stack.push_async_callback(chat.close)
    if wanted.record is None:
        return model, chat
    return model, stack.enter_context(Recorder(chat, wanted.record, [key]))


def where(known: "Settings", wanted: Thinking) -> tuple[str | None, str, str]:
    """Address, key and model: what was asked for, else the settings; Groq where only its key is there."""
    base_url = wanted.base_url or known.openai_base_url
    if base_url is None and known.groq_api_key is not None and known.openai_api_key is None:
        base_url = _GROQ
    host = _host(base_url)
    groq = host == "groq.com" or host.endswith(".groq.com")
    key = known.groq_api_key if groq else known.openai_api_key
    model = wanted.model or known.llm_model or _MODELS["groq" if groq else "openai"]
    return base_url, key or ("local" if is_loopback(host) else ""), model


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:  # brackets that do not close: whoever connects says so
        return ""
