"""The mind that asks a language model: one request for each role and wave, a wave's requests at the same time.

An answer that does not fit its schema goes back to the model with what is wrong about it, once; after that it is refused, and the
turn with it. Every answer is counted, those that were refused, too.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final

from flexsim.errors import AnswerRefused, FlexsimError
from flexsim.workforce.minds import answers, prompting
from flexsim.workforce.minds.asking import Answer, Chat, Request
from flexsim.workforce.minds.mind import Utterance, View
from flexsim.workforce.minds.prices import Price
from flexsim.workforce.records import Proposal, Usage

Hearing = Callable[[str, str], None]  # a role's name, and what it has said so far

_SHOWN: Final = 200  # characters of an answer that is refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Which model, how it is asked, and what it costs."""

    name: str
    temperature: float = 0.7
    most_tokens: int = 800
    seed: int = 0
    price: Price = field(default_factory=Price)


class LlmMind:
    """A ``Mind`` behind a ``Chat``. ``hearing``, where given, is told what is said while it comes."""

    name = "llm"

    def __init__(self, chat: Chat, model: Model, hearing: Hearing | None = None, *, repeatable: bool = False) -> None:
        self._chat = chat
        self._model = model
        self._hearing = hearing
        self.repeatable = repeatable  # a replay is

    async def propose(self, views: Sequence[View]) -> Sequence[Utterance]:
        """As ``Mind`` says."""
        return await _together([self._speech(view) for view in views])

    async def weigh(self, views: Sequence[View], proposals: Sequence[Proposal]) -> Sequence[Utterance]:
        """As ``Mind`` says; who made all proposals itself is not asked."""
        asked = [view for view in views if any(each.role != view.role.name for each in proposals)]
        return await _together([self._stances(view, proposals) for view in asked])

    async def _speech(self, view: View) -> Utterance:
        request = prompting.speech_request(view, **self._options(view))
        return await self._ask(view, request, partial(answers.speech, view=view))

    async def _stances(self, view: View, proposals: Sequence[Proposal]) -> Utterance:
        others = [each for each in proposals if each.role != view.role.name]
        request = prompting.stances_request(view, others, **self._options(view))
        return await self._ask(view, request, partial(answers.stances, view=view, proposals=others))

    def _options(self, view: View) -> dict[str, Any]:
        model = self._model
        return {
            "model": model.name,
            "temperature": model.temperature,
            "most_tokens": model.most_tokens,
            "seed": model.seed + view.turn,
        }

    async def _ask(self, view: View, request: Request, read: Callable[[str], Utterance]) -> Utterance:
        answer = await self._complete(view, request)
        usage = self._cost(answer)
        try:
            return replace(read(answer.text), usage=usage)
        except answers.NotUsableError as problem:
            answer = await self._complete(view, request.repaired(answer.text, str(problem)))
        usage = _sum(usage, self._cost(answer))
        try:
            return replace(read(answer.text), usage=usage)
        except answers.NotUsableError as problem:
            said = " ".join(answer.text.split())[:_SHOWN]
            raise AnswerRefused(
                f"{self._model.name} answered twice, as {view.role.name} in week {view.turn}, what cannot be used: {problem}; it said: {said}"
            ) from problem

    async def _complete(self, view: View, request: Request) -> Answer:
        if self._hearing is None:
            return await self._chat.complete(request)
        raw = ""

        def hear(piece: str) -> None:
            nonlocal raw
            raw += piece
            assert self._hearing is not None
            self._hearing(view.role.name, answers.text_so_far(raw))

        return await self._chat.complete(request, hear)

    def _cost(self, answer: Answer) -> Usage:
        dollars = self._model.price.of(answer.input_tokens, answer.output_tokens)
        return Usage(calls=1, input_tokens=answer.input_tokens, output_tokens=answer.output_tokens, dollars=dollars)


async def _together(asked: Sequence[Awaitable[Utterance]]) -> list[Utterance]:
    """All at once; the first error ends the others and is the one that is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_awaited(each)) for each in asked]
    except* FlexsimError as errors:
        first: BaseException = errors
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None
    return [task.result() for task in tasks]


async def _awaited(asked: Awaitable[Utterance]) -> Utterance:
    return await asked


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        calls=one.calls + other.calls, input_tokens=one.input_tokens + other.input_tokens,
        output_tokens=one.output_tokens + other.output_tokens, dollars=one.dollars + other.dollars,
    )  # fmt: skip
