"""The functions that sessions call: done when the response that wanted them is over, answered when they have taken their time.

The answers of all functions of one response go back before the session is asked to go on. No I/O.
"""

import heapq
import itertools
import json
import math
from collections.abc import Mapping
from typing import Any, Final

from flexsim.voice.conversation.happenings import Called
from flexsim.voice.conversation.party import Party
from flexsim.voice.conversation.records import Call, EndReason
from flexsim.voice.conversation.rules import Answer, Ending
from flexsim.voice.conversation.talk import Talk
from flexsim.voice.ports import FRAME_MS
from flexsim.voice.realtime.happenings import FunctionCalled

_TINY: Final = 1e-6  # frames, by which a sum of floats may be late


class Calling:
    """The functions of both sides. ``due`` is the frame in which ``advance`` is needed next."""

    def __init__(self, talk: Talk, ending: Ending) -> None:
        self.due: float = math.inf
        self._talk = talk
        self._ending = ending
        self._order = itertools.count()
        self._open: list[tuple[int, int, Call]] = []

    def call(self, party: Party, wanted: FunctionCalled) -> None:
        """Do a function; its answer is given in its time."""
        arguments, wrong = _read(wanted.arguments)
        answer = Answer(None, wrong, 0.0) if wrong else party.part.functions(wanted.name, arguments)
        now = self._talk.now
        call = Call(
            at=round(now, 6),
            side=party.side,
            call_id=wanted.call_id,
            name=wanted.name,
            arguments=arguments,
            result=answer.output,
            error=answer.error,
            duration=round(answer.delay, 6),
        )
        party.open_calls.add(call.call_id)
        frame = math.ceil((now + answer.delay) * 1000 / FRAME_MS - _TINY)
        heapq.heappush(self._open, (frame, next(self._order), call))
        self.due = self._open[0][0]

    def advance(self, frame: int) -> None:
        """Give the answers that are due."""
        while self._open and self._open[0][0] <= frame:
            self._answer(heapq.heappop(self._open)[2])
        self.due = self._open[0][0] if self._open else math.inf

    def leave_open(self) -> None:
        """It is over: what was not answered yet was called all the same."""
        for _, _, call in sorted(self._open):
            self._talk.recording.called(call)
        self._open.clear()

    def _answer(self, call: Call) -> None:
        talk = self._talk
        talk.recording.called(call)
        talk.tell(Called(call=call))
        talk.last_sound = talk.position
        party = talk.parties[call.side]
        if call.call_id not in party.open_calls:
            return  # the session that wanted it is gone
        party.open_calls.discard(call.call_id)
        output = json.dumps({"error": call.error} if call.error is not None else call.result)
        talk.send(call.side, party.client.result(call.call_id, output))
        reason = None if call.error is not None else self._ending(call.side, call.name, call.arguments)
        if reason is not None:
            talk.leave(party, EndReason(reason))
        elif not party.open_calls:
            talk.respond(party)


def _read(text: str) -> tuple[Mapping[str, Any], str | None]:
    try:
        found = json.loads(text or "{}")
    except ValueError as error:
        return {}, f"the arguments are not JSON: {error}"
    return (found, None) if isinstance(found, dict) else ({}, "the arguments are not an object")
