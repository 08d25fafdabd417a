"""One side of a conversation as the bridge knows it: its session's state, its sound, and what it is waiting for. Pure."""

from typing import TYPE_CHECKING, Any, Final

from flexsim.voice.conversation.playout import Playout
from flexsim.voice.conversation.records import Side
from flexsim.voice.conversation.rules import Part
from flexsim.voice.realtime.client import ClientSession
from flexsim.voice.realtime.names import Sent

if TYPE_CHECKING:
    from flexsim.voice.realtime.happenings import FunctionCalled

_REMEMBERED: Final = 64  # responses


class Party:
    """One side."""

    __slots__ = (
        "active", "away", "base", "client", "kinds", "open_calls", "part", "playout", "ready", "returning", "side", "spoke", "wanted",
        "wants_response",
    )  # fmt: skip

    def __init__(self, side: Side, part: Part) -> None:
        self.side = side
        self.part = part
        self.client = ClientSession()
        self.playout = Playout()
        self.ready = False  # its session is set
        self.away = False  # its session is lost, and another one awaited
        self.returning = False  # the other one is there, and not set yet
        self.base = 0.0  # where in the conversation its session began to hear
        self.active = False  # a response is being made
        self.wants_response = False  # it is to respond when that one is over
        self.wanted: list[FunctionCalled] = []  # functions of the response that goes on
        self.open_calls: set[str] = set()  # functions that it waits for
        self.spoke = False  # since it was last the other's turn
        self.kinds: dict[str, str] = {}  # of the last responses, where their metadata tell it

    def remember(self, response_id: str, kind: str | None) -> None:
        """A response's metadata tell what kind of utterance it is."""
        if kind is not None:
            self.kinds[response_id] = kind
        while len(self.kinds) > _REMEMBERED:  # what was said in older ones is told long since
            del self.kinds[next(iter(self.kinds))]

    def lose(self) -> None:
        """Its session is gone, and all that was under way in it."""
        self.away, self.ready, self.active, self.wants_response = True, False, False, False
        self.wanted.clear()
        self.open_calls.clear()

    def come_back(self, now: float) -> None:
        """There is another session, which begins to hear now."""
        self.client = ClientSession()
        self.away, self.returning, self.base = False, True, now


def reminder(role: str, text: str) -> dict[str, Any]:
    """Tells a new session what was said before: by itself (``assistant``) or to it (``user``)."""
    kind = "output_text" if role == "assistant" else "input_text"
    item = {"type": "message", "role": role, "content": [{"type": kind, "text": text}]}
    return {"type": Sent.ITEM_CREATE.value, "item": item}
