"""The other side's turns: where they begin and end in the input sound, what was said in them, and what follows."""

import math
from collections.abc import Callable, Sequence
from typing import Final

from flexsim.errors import ProtocolError
from flexsim.voice.ports import Heard, SpeechStarted, SpeechStopped
from flexsim.voice.realtime.announcing import Announcer
from flexsim.voice.realtime.backchannels import is_backchannel
from flexsim.voice.realtime.configuration import Format, TurnDetection
from flexsim.voice.realtime.conversation import Conversation
from flexsim.voice.realtime.floor import Floor
from flexsim.voice.realtime.items import Item, Part
from flexsim.voice.realtime.listening import Ears, Hearing
from flexsim.voice.realtime.names import Told
from flexsim.voice.realtime.responses import Response
from flexsim.voice.realtime.setup import Setup
from flexsim.voice.realtime.usage import of_input

_NEVER: Final = math.inf
_LEAST_MS: Final = 100  # of sound, for a commit: the service's figure
_PATIENCE: Final = (
    0.4  # seconds that semantic turn detection listens before it takes speech for more than a back-channel
)
_AGAIN: Final = 0.2  # and looks again
_UNCLEAR: Final = 1.0  # seconds after which speech that cannot be understood is more than that


class Turns:
    """Turns of one session. ``answer`` makes the response to one."""

    def __init__(
        self, setup: Setup, announcer: Announcer, conversation: Conversation, floor: Floor, answer: Callable[[], Response]
    ) -> None:  # fmt: skip
        self._announcer = announcer
        self._conversation = conversation
        self._floor = floor
        self._answer = answer
        self._defers = setup.defers
        self._outstanding = 0
        self._held: int | None = None  # where speech began that may be a back-channel
        self._peek_at = self._held_at = _NEVER
        self.ears = Ears(setup.ears, TurnDetection())
        self.transcribes = False
        self.audio_tokens = 0
        self.pending: list[Hearing] = []

    @property
    def deadline(self) -> float:
        """When something is due."""
        return min(self._peek_at, self._idle_at)

    @property
    def _idle_at(self) -> float:
        detection = self.ears.detection
        if detection is None or detection.idle_timeout_ms is None or self.ears.speech_item is not None:
            return _NEVER
        return self._floor.quiet_from + detection.idle_timeout_ms / 1000

    # Inputs.

    def set(self, detection: TurnDetection | None, kind: Format) -> None:
        """Find turns in another way."""
        self.ears.set(detection, kind)
        self._let_go()
        if self.ears.speech_item is None:
            self._floor.hear_end()

    def follow(self, now: float, found: Sequence[SpeechStarted | SpeechStopped]) -> None:
        """Speech began or ended in the input."""
        detection = self.ears.detection
        if detection is None:
            return
        for each in found:
            at = self.ears.at(each.at_ms)
            if isinstance(each, SpeechStopped):
                self._stopped(now, at, detection)
            elif detection.semantic and self._floor.speaking(now):
                self._held, self._held_at, self._peek_at = at, now, now + _PATIENCE
            else:
                self._started(now, at, detection)
        if self._held is None:
            self.ears.settle()

    def commit(self, now: float) -> None:
        """The client says that a turn ends here; raises ProtocolError where there is next to nothing."""
        waiting = self.ears.waiting_ms
        if waiting < _LEAST_MS:
            raise ProtocolError(
                f"Error committing input audio buffer: buffer too small. Expected at least {_LEAST_MS}ms of audio, "
                f"but buffer only has {waiting:.2f}ms of audio.",
                code="input_audio_buffer_commit_empty",
            )
        item_id = self.ears.speech_item or self._announcer.ids.new("item")
        if self.ears.speech_item is not None:  # the rest of it is a turn of its own
            self.ears.speech_item = self._announcer.ids.new("item")
            self.ears.speech_from = self.ears.position
        self._let_go()
        self._take(now, item_id, (self.ears.buffer_from, self.ears.position), respond=False)

    def clear(self) -> None:
        """The client takes back what is in the buffer."""
        self.ears.clear()
        self._let_go()
        self._floor.hear_end()

    def hear(self, now: float, hearing: Hearing) -> None:
        """Understand an utterance, here or wherever the session's owner does it."""
        self._outstanding += 1
        if self._defers:
            self._floor.deaf = True
            self.pending.append(hearing)
        else:
            self.understood(now, hearing, hearing.listen())

    def understood(self, now: float, hearing: Hearing, heard: Heard) -> None:
        """What was said in an utterance is known, or that it cannot be."""
        self._outstanding -= 1
        hearing.part.text = heard.text if heard.understood else None
        self.audio_tokens += of_input(hearing.part.length_ms)
        if self.transcribes:
            self._transcribe(hearing, heard)
        if self._conversation.get(hearing.item_id) is not None:
            self._floor.thinking.tell(hearing.item_id, heard)
        if self._outstanding == 0:
            self._floor.hears_again(now)
        if hearing.respond and self.ears.speech_item is None:
            self._floor.answer(now, self._answer())

    def advance(self, now: float) -> None:
        """Let what is due happen."""
        if now >= self._peek_at:
            self._peek(now)
        if now >= self._idle_at:
            self._time_out(now)

    # What becomes of speech.

    def _started(self, now: float, at: int, detection: TurnDetection) -> None:
        ears, floor = self.ears, self._floor
        ears.speech_item, ears.speech_from = self._announcer.ids.new("item"), at
        self._announcer.say(Told.SPEECH_STARTED, audio_start_ms=at, item_id=ears.speech_item)
        floor.quiet_from = _NEVER
        if not floor.speaking(now):
            floor.hear_begin(now - max(0, ears.position - at - detection.prefix_padding_ms) / 1000)
        elif detection.interrupt_response:
            floor.yield_to(now)

    def _stopped(self, now: float, at: int, detection: TurnDetection) -> None:
        if self._held is not None:
            start, heard = self._held, self.ears.peek(self._held, at)
            self._let_go()
            if heard.understood and is_backchannel(heard.text):
                self.ears.buffer_from = at
                return
            self._started(now, start, detection)
        item_id = self.ears.speech_item
        if item_id is None:
            return
        self.ears.speech_item = None
        self._floor.hear_end()
        self._announcer.say(Told.SPEECH_STOPPED, audio_end_ms=at, item_id=item_id)
        start = min(at, max(self.ears.speech_from, self.ears.buffer_from))
        self._take(now, item_id, (start, at), respond=detection.create_response)

    def _peek(self, now: float) -> None:
        """Whether what was held for a back-channel is more than one by now."""
        detection, start = self.ears.detection, self._held
        if start is None or detection is None:
            self._let_go()
            return
        heard = self.ears.peek(start, self.ears.position)
        unclear = not heard.understood and now - self._held_at < _UNCLEAR
        if unclear or (heard.understood and is_backchannel(heard.text)):
            self._peek_at = now + _AGAIN
            return
        self._let_go()
        self._started(now, start, detection)

    def _let_go(self) -> None:
        self._held, self._peek_at, self._held_at = None, _NEVER, _NEVER

    def _time_out(self, now: float) -> None:
        """Nobody has said anything for as long as the client wants to wait: the mind may say something."""
        ears, item_id = self.ears, self._announcer.ids.new("item")
        self._floor.quiet_from = _NEVER
        start, end = ears.buffer_from, ears.position
        self._announcer.say(Told.AUDIO_TIMEOUT, audio_start_ms=start, audio_end_ms=end, item_id=item_id)
        self._add(item_id, Part("input_audio", None, end - start), end)
        self._floor.thinking.tell(item_id, Heard(text=""))
        self._floor.answer(now, self._answer())

    def _take(self, now: float, item_id: str, span: tuple[int, int], *, respond: bool) -> None:
        part = Part("input_audio", None, span[1] - span[0])
        self._add(item_id, part, span[1])
        self.hear(now, Hearing(self.ears.hearing(*span), item_id, part, respond=respond))

    def _add(self, item_id: str, part: Part, end: int) -> None:
        """The buffer's sound until ``end`` is an item; there may be more behind it already."""
        item = Item(item_id, "message", role="user")
        item.parts.append(part)
        before = self._conversation.add(item)
        self.ears.buffer_from = end
        document = item.document(self._announcer.dialect)
        self._announcer.say(Told.AUDIO_COMMITTED, previous_item_id=before, item_id=item_id)
        self._announcer.say(Told.ITEM_ADDED, previous_item_id=before, item=document)
        self._announcer.say(Told.ITEM_DONE, previous_item_id=before, item=document)

    def _transcribe(self, hearing: Hearing, heard: Heard) -> None:
        about = {"item_id": hearing.item_id, "content_index": 0}
        if not heard.understood:
            error = {
                "type": "transcription_error",
                "code": "audio_unintelligible",
                "message": "this engine understands only what it has spoken itself, and this it has not",
            }
            self._announcer.say(Told.TRANSCRIPTION_FAILED, **about, error=error)
            return
        if heard.text:
            self._announcer.say(Told.TRANSCRIPTION_DELTA, **about, delta=heard.text)
        seconds = {"type": "duration", "seconds": round(hearing.part.length_ms / 1000, 3)}
        self._announcer.say(Told.TRANSCRIPTION_COMPLETED, **about, transcript=heard.text, usage=seconds)
