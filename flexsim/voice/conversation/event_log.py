"""What passed between the bridge and the two sessions, as the recording keeps it: sound as its length, runs of deltas as one.

A run is what follows each other of one kind, in one direction, for one item, with nothing else but deltas in between.
"""

from collections.abc import Mapping
from typing import Any, Final

from flexsim.voice.conversation.records import Direction, Side
from flexsim.voice.ports import FRAME_BYTES, FRAME_MS

APPEND: Final = "input_audio_buffer.append"
_SECONDS: Final = FRAME_MS / 1000


class EventLog:
    """Gathers events until they are taken. ``silence_is_sent``: a session gets a frame always, not only while the other speaks."""

    def __init__(self, *, silence_is_sent: bool) -> None:
        self._silence_is_sent = silence_is_sent
        self._events: list[dict[str, Any]] = []
        self._runs: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._frame = 0
        self._appended = {Side.CALLER: 0, Side.AGENT: 0}
        self._since = dict.fromkeys(Side, 0)

    def appended(self, caller: bool, agent: bool) -> None:
        """A frame passed; whether the caller, and the agent, were speaking in it."""
        if not self._silence_is_sent:
            for side, heard in ((Side.CALLER, agent), (Side.AGENT, caller)):
                if not self._appended[side]:
                    self._since[side] = self._frame
                self._appended[side] += heard
        self._frame += 1

    def add(self, at: float, side: Side, direction: Direction, event: Mapping[str, Any]) -> None:
        """Keep an event."""
        if event["type"].endswith(".delta"):
            item, delta = event.get("item_id"), event.get("delta")
            if isinstance(delta, str) and (item is None or isinstance(item, str)):
                self._add_delta(at, side, direction, event)
                return
        self._note_appends(side)
        for key in [each for each in self._runs if each[0] is side]:
            del self._runs[key]
        self._keep(at, side, direction, _without_sound(dict(event)))

    def take(self) -> list[dict[str, Any]]:
        """All that has gathered, in order of time."""
        for side in Side:
            self._note_appends(side)
        found = sorted(self._events, key=lambda each: each["at"])
        self._events, self._runs = [], {}
        return found

    def _add_delta(self, at: float, side: Side, direction: Direction, event: Mapping[str, Any]) -> None:
        kind = event["type"]
        is_sound = "audio.delta" in kind
        key = (side, direction, kind, event.get("item_id"))
        run = self._runs.get(key)
        if run is None:
            first = {**event, "delta": 0 if is_sound else "", "count": 0}
            self._runs[key] = run = self._keep(at, side, direction, first)["event"]
        run["delta"] += _size(event["delta"]) if is_sound else event["delta"]
        run["count"] += 1

    def _note_appends(self, side: Side) -> None:
        count = self._frame - self._since[side] if self._silence_is_sent else self._appended[side]
        if count:
            since, self._since[side], self._appended[side] = self._since[side], self._frame, 0
            event = {"type": APPEND, "audio": count * FRAME_BYTES, "count": count}
            self._keep(round(since * _SECONDS, 6), side, Direction.SENT, event)

    def _keep(self, at: float, side: Side, direction: Direction, event: Mapping[str, Any]) -> dict[str, Any]:
        kept = {"at": round(at, 6), "side": side, "direction": direction, "event": event}
        self._events.append(kept)
        return kept


def _size(audio: str) -> int:
    """How many bytes of sound the base64 holds."""
    return len(audio) * 3 // 4 - audio.endswith("=") - audio.endswith("==")


def _without_sound(value: Any) -> Any:
    """The same with its sound as a number of bytes."""
    if type(value) is dict:  # events come from JSON; isinstance would cost a multiple
        return {
            name: _size(each) if name == "audio" and isinstance(each, str) else _without_sound(each)
            for name, each in value.items()
        }
    if type(value) is list:
        return [_without_sound(each) for each in value]
    return value
