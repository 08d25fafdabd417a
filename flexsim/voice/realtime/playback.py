"""What the client is playing of this session's speech, as far as the engine can tell.

Sound is sent at once and played in real time from the first delta on, so its end is known; a client that stops earlier
says so with ``conversation.item.truncate``.
"""

from flexsim.voice.ports import RATE, SAMPLE_BYTES, InterjectionKind, Speech
from flexsim.voice.sound.words import heard_until


def length_ms(speech: Speech) -> int:
    """How long an utterance is, in milliseconds."""
    return len(speech.pcm) * 1000 // (RATE * SAMPLE_BYTES)


class Playback:
    """The last utterance, and until when it is being played."""

    __slots__ = ("_began", "_cut_ms", "_told", "item_id", "kind", "speech", "until")

    def __init__(self) -> None:
        self.item_id: str | None = None
        self.speech: Speech | None = None
        self.kind: InterjectionKind | None = None
        self.until = self._began = 0.0
        self._cut_ms: float | None = None
        self._told = True

    def begin(self, now: float, item_id: str, speech: Speech, kind: InterjectionKind | None) -> None:
        """From now on this is being played."""
        self.item_id, self.speech, self.kind = item_id, speech, kind
        self._began, self.until = now, now + length_ms(speech) / 1000
        self._cut_ms, self._told = None, False

    def cut_off_is_nobodys(self) -> None:
        """Whoever said it is not there any more to be told."""
        self._told = True

    def interrupt(self, now: float) -> None:
        """Somebody spoke into it: a client stops playing, and says presently where it did."""
        if now < self.until:
            self._cut_ms = (now - self._began) * 1000
            self.until = now

    def truncate(self, now: float, milliseconds: int) -> str | None:
        """The client has played so much of it; gives the words, or None where nothing of them is lost or that is known already."""
        self._cut_ms = float(milliseconds)
        self.until = min(self.until, now)
        return self.cut_off()

    def cut_off(self) -> str | None:
        """The words played of an interrupted utterance, once."""
        if self._told or self._cut_ms is None or self.speech is None:
            return None
        self._told = True
        said = heard_until(self.speech, self._cut_ms)
        return None if said == self.speech.text else said
