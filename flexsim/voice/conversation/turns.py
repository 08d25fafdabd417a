"""Who said what when: utterances from their first frame to what the other side has understood of them. Pure.

An utterance is told once it is over and heard, or when it is clear that nobody will say what was heard; always in order of
the starts. What it is, its response says (the local engine's do), else it is seen from what the other did meanwhile.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from flexsim.voice.conversation.playout import Track
from flexsim.voice.conversation.records import Kind, Side, Understanding, Utterance

KIND: Final = "flexsim.kind"  # in a response's metadata
PATIENCE: Final = 3.0  # seconds after an utterance in which it may still be heard
_LONGEST: Final = 60.0  # seconds, where a session is still listening to it
_AT_ONCE: Final = 0.5  # seconds after an interruption in which the other falls silent for it
_FEW: Final = 3  # words of a back-channel


class _Spoken:
    """An utterance that goes on, or is not told yet."""

    __slots__ = ("end", "heard", "interrupted", "into", "side", "start", "text", "track")

    def __init__(self, side: Side, track: Track, start: float, into: "_Spoken | None") -> None:
        self.side = side
        self.track = track
        self.start = start
        self.into = into  # what the other was saying when this began
        self.end: float | None = None
        self.interrupted = False
        self.text: str | None = None
        self.heard: list[Understanding] = []


# From a response's id to what kind of utterance it is, where that is told.
Kinds = Callable[[Side, str], str | None]


class Turns:
    """The utterances of both sides. ``placed``: words come in step with their sound, so that it shows which were played."""

    def __init__(self, kinds: Kinds, *, placed: bool, patience: float = PATIENCE) -> None:
        self._kinds = kinds
        self._placed = placed
        self._patience = patience
        self._pending: deque[_Spoken] = deque()
        self._open: dict[Side, _Spoken] = {}
        self._spans: dict[tuple[Side, str], tuple[float, float | None]] = {}  # end is None while it goes on
        self.count = 0  # turns that are over

    def speaking(self, side: Side) -> bool:
        """Whether this side's sound is being played."""
        return side in self._open

    def words(self, side: Side) -> str:
        """What this side has said so far of what it is saying."""
        spoken = self._open.get(side)
        return "" if spoken is None else spoken.track.said(placed=self._placed)

    def began(self, side: Side, track: Track, at: float) -> None:
        """The first frame is played."""
        spoken = _Spoken(side, track, at, self._open.get(side.other))
        self._open[side] = spoken
        self._pending.append(spoken)

    def ended(self, side: Side, at: float, *, interrupted: bool) -> None:
        """The last frame was played."""
        spoken = self._open.pop(side)
        spoken.end, spoken.interrupted = at, interrupted
        if interrupted:
            spoken.text = spoken.track.said(placed=self._placed)
        self.count += self._kind(spoken) is Kind.TURN

    def caught(self, listener: Side, item_id: str, *, start: float | None = None, end: float | None = None) -> None:
        """A session told where the item that it heard begins, or ends."""
        known = self._spans.get((listener, item_id), (0.0, None))
        self._spans[listener, item_id] = known[0] if start is None else start, known[1] if end is None else end

    def unheard(self, speaker: Side) -> tuple[float, float]:
        """From where to where this side has said what nobody has heard yet."""
        spoken = [each for each in self._pending if each.side is speaker and not each.heard]
        if not spoken:
            return 0.0, 0.0
        last = spoken[-1]
        return spoken[0].start, last.start if last.end is None else last.end

    def heard(self, listener: Side, item_id: str, what: Understanding) -> None:
        """And what it was: it belongs to what the other said in that time, or to most of it where it is not that exactly."""
        start, stop = self._spans.pop((listener, item_id), (0.0, 0.0))
        end = 0.0 if stop is None else stop
        inside: list[tuple[float, _Spoken]] = []
        for each in self._pending:
            overlap = min(end, end if each.end is None else each.end) - max(start, each.start)
            if each.side is not listener and overlap > 0:
                inside.append((overlap, each))
        texts = [self._text(each) for _, each in inside]
        if len(inside) > 1 and " ".join(texts) == what.text:
            for (_, each), text in zip(inside, texts, strict=True):
                each.heard.append(Understanding(text=text, understood=True))
        elif inside:
            max(inside, key=lambda each: each[0])[1].heard.append(what)

    @staticmethod
    def _text(spoken: _Spoken) -> str:
        return spoken.track.text if spoken.text is None else spoken.text

    def settled(self, now: float) -> Iterator[Utterance]:
        """The utterances of which nothing more will be known."""
        pending = self._pending
        while pending and self._is_settled(pending[0], now):
            yield self._told(pending.popleft())

    def _is_settled(self, spoken: _Spoken, now: float) -> bool:
        if spoken.end is None or spoken.heard:
            return spoken.end is not None
        still = any(
            listener is not spoken.side and start < spoken.end and end is None
            for (listener, _), (start, end) in self._spans.items()
        )
        return now - spoken.end > (_LONGEST if still else self._patience)

    def rest(self) -> Iterator[Utterance]:
        """All that are over, at the end of the conversation."""
        while self._pending:
            yield self._told(self._pending.popleft())

    def _told(self, spoken: _Spoken) -> Utterance:
        assert spoken.end is not None, "who ends the conversation ends what is being said"
        heard = spoken.heard
        return Utterance(
            speaker=spoken.side,
            item_id=spoken.track.item_id,
            text=self._text(spoken),
            start=spoken.start,
            end=spoken.end,
            interrupted=spoken.interrupted,
            kind=self._kind(spoken),
            heard=_joined(heard) if heard else None,
        )

    def _kind(self, spoken: _Spoken) -> Kind:
        told = self._kinds(spoken.side, spoken.track.response_id)
        if told in set(Kind):
            return Kind(told)
        if spoken.into is None:
            return Kind.TURN
        few = len(spoken.track.text.split()) <= _FEW
        return Kind.BACK_CHANNEL if few and not _stopped_for(spoken, spoken.into) else Kind.INTERRUPTION


def _stopped_for(spoken: _Spoken, other: _Spoken) -> bool:
    """Whether the other was interrupted by this, and not by something later."""
    if not other.interrupted or other.end is None or spoken.end is None:
        return other.interrupted
    return other.end <= spoken.end + _AT_ONCE


def _joined(heard: list[Understanding]) -> Understanding:
    text = " ".join(each.text for each in heard if each.text)
    return Understanding(text=text, understood=all(each.understood for each in heard))
