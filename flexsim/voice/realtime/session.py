"""The engine's side of a Realtime session: what a client sends comes in, what the service would answer goes out. No I/O.

``receive`` takes one event and the time; ``advance`` lets what is due happen; both give the events to send, in order.
``next_deadline`` is when ``advance`` is needed next. Times are seconds, on whatever clock the session's owner keeps; sound
is counted in milliseconds of what was appended.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from flexsim.errors import ConfigurationError, ProtocolError
from flexsim.randomness import Randomness
from flexsim.voice.ports import Heard, Voice
from flexsim.voice.realtime import checking, wire
from flexsim.voice.realtime.announcing import Announcer, Event
from flexsim.voice.realtime.configuration import Configuration
from flexsim.voice.realtime.configuring import merged
from flexsim.voice.realtime.conversation import Conversation
from flexsim.voice.realtime.documents import session_document
from flexsim.voice.realtime.floor import Floor
from flexsim.voice.realtime.histories import Histories
from flexsim.voice.realtime.identifiers import Identifiers
from flexsim.voice.realtime.listening import Hearing
from flexsim.voice.realtime.names import Dialect, Sent, Told
from flexsim.voice.realtime.requests import read_response
from flexsim.voice.realtime.responses import Response, Responses
from flexsim.voice.realtime.setup import Setup
from flexsim.voice.realtime.thinking import Thinking
from flexsim.voice.realtime.turns import Turns
from flexsim.voice.realtime.usage import Usage

MODEL: Final = "gpt-realtime"
_APPEND: Final = Sent.AUDIO_APPEND.value
_MOST_AUDIO: Final = 20 << 20  # characters of base64 in one event: the service's 15 MiB of sound
_SLOWEST, _FASTEST = 80, 450  # words a minute

_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    Sent.SESSION_UPDATE: ("session",),
    Sent.AUDIO_APPEND: ("audio",),
    Sent.AUDIO_COMMIT: (),
    Sent.AUDIO_CLEAR: (),
    Sent.ITEM_CREATE: ("item", "previous_item_id"),
    Sent.ITEM_RETRIEVE: ("item_id",),
    Sent.ITEM_TRUNCATE: ("item_id", "content_index", "audio_end_ms"),
    Sent.ITEM_DELETE: ("item_id",),
    Sent.RESPONSE_CREATE: ("response",),
    Sent.RESPONSE_CANCEL: ("response_id",),
}
_OPTIONAL: Final = frozenset({"previous_item_id", "response", "response_id"})


class ServerSession:
    """One session. The same seed, name and inputs give the same events, byte for byte."""

    def __init__(  # noqa: PLR0913 -- each has a default that will do
        self,
        setup: Setup,
        *,
        seed: int = 0,
        name: str = "0",
        model: str = MODEL,
        dialect: Dialect = Dialect.GA,
        configuration: Configuration | None = None,
        now: float = 0.0,
        started_at: int = 0,
    ) -> None:
        self._setup = setup
        self._model = model
        self._dialect = dialect
        self._started_at = started_at
        self._over_at = now + setup.longest
        ids = Identifiers(seed, name)
        self.session_id, conversation_id = ids.new("sess"), ids.new("conv")
        self._announcer = Announcer(ids, dialect)
        self.configuration = configuration or Configuration()
        self._voice = self._voiced(self.configuration, "session")
        self.conversation = Conversation()
        responses = Responses(self._announcer, self.conversation, conversation_id)
        thinking = Thinking(setup.minds, Randomness(seed), name)
        self._floor = Floor(setup, self._announcer, responses, thinking)
        self._turns = Turns(setup, self._announcer, self.conversation, self._floor, self._plain_response)
        self._histories = Histories(self._announcer, self.conversation, self._floor, self._turns)
        self._put_in_force()
        self._feed = self._turns.ears.feed
        self._handlers: Mapping[str, Callable[[Mapping[str, Any], float], None]] = {
            Sent.SESSION_UPDATE: self._update,
            Sent.AUDIO_APPEND: self._append,
            Sent.AUDIO_COMMIT: lambda _event, now: self._turns.commit(now),
            Sent.AUDIO_CLEAR: self._clear,
            Sent.ITEM_CREATE: self._histories.create,
            Sent.ITEM_RETRIEVE: self._histories.retrieve,
            Sent.ITEM_TRUNCATE: self._histories.truncate,
            Sent.ITEM_DELETE: self._histories.delete,
            Sent.RESPONSE_CREATE: self._respond,
            Sent.RESPONSE_CANCEL: self._cancel,
        }
        self.over = False
        self.next_deadline = self._over_at

    # What the session's owner calls.

    def opening(self) -> list[Event]:
        """What is sent before anything has come."""
        self._announcer.say(Told.SESSION_CREATED, session=self._document())
        return self._announcer.taken()

    def receive(self, event: Mapping[str, Any], now: float) -> list[Event]:
        """A client's event; whatever it is, nothing is raised: an event ``error`` says what is wrong."""
        # Hot: nearly every event is a frame of sound in which nothing happens.
        if now < self.next_deadline and event.get("type") == _APPEND and not self.over:
            audio = event.get("audio")
            if audio.__class__ is str and len(audio) <= _MOST_AUDIO:
                try:
                    found = self._feed(audio)
                except ValueError:
                    self._refuse(_not_base64(), event)
                    return self._announcer.taken()
                if found:
                    self._guarded(event, lambda: self._turns.follow(now, found))
                    return self._finished()
                return []
        self._advance(now)
        if not self.over:
            self._guarded(event, lambda: self._take(event, now))
        return self._finished()

    def advance(self, now: float) -> list[Event]:
        """Let what is due by ``now`` happen."""
        self._advance(now)
        return self._finished()

    def hearings(self) -> list[Hearing]:
        """Utterances to be understood elsewhere, where the setup defers them; each goes back into ``heard``."""
        pending, self._turns.pending = self._turns.pending, []
        return pending

    def heard(self, hearing: Hearing, heard: Heard, now: float) -> list[Event]:
        """One of them has been understood, or cannot be."""
        self._advance(now)
        if not self.over:
            self._guarded({}, lambda: self._turns.understood(now, hearing, heard))
        return self._finished()

    def refusal(self, error: ProtocolError) -> Event:
        """The event for something that was no event at all."""
        return wire.refusal(error, self._announcer.ids.new("event"))

    # Between inputs.

    def _advance(self, now: float) -> None:
        if now < self.next_deadline or self.over:
            return
        # In order of time, as far as one wake-up can tell: one thing may bring about the next.
        for _ in range(8):
            self._guarded({}, lambda: self._floor.advance(now, self._plain_response))
            self._guarded({}, lambda: self._turns.advance(now))
            if now < min(self._floor.deadline, self._turns.deadline):
                break
        if now >= self._over_at:
            minutes = self._setup.longest / 60
            message = f"Your session hit the maximum duration of {minutes:g} minutes."
            self._refuse(ProtocolError(message, code="session_expired"), {})
            self.over = True

    def _finished(self) -> list[Event]:
        due = min(self._floor.deadline, self._turns.deadline, self._over_at)
        self.next_deadline = math.inf if self.over else due
        return self._announcer.taken()

    def _guarded(self, event: Mapping[str, Any], act: Callable[[], None]) -> None:
        try:
            act()
        except ProtocolError as error:
            self._refuse(error, event)

    def _refuse(self, error: ProtocolError, event: Mapping[str, Any]) -> None:
        event_id = event.get("event_id")
        document = {
            "type": error.kind,
            "code": error.code,
            "message": str(error),
            "param": error.parameter,
            "event_id": event_id if isinstance(event_id, str) else None,
        }
        self._announcer.say(Told.ERROR, error=document)

    def _take(self, event: Mapping[str, Any], now: float) -> None:
        kind = event.get("type")
        if kind is None:
            raise checking.missing("type")
        fields = _FIELDS[checking.choice(kind, "type", tuple(_FIELDS))]
        if event.get("event_id") is not None:
            checking.text(event["event_id"], "event_id", 512)
        checking.known(event, "", ("type", "event_id", *fields))
        for name in fields:
            if name not in event and name not in _OPTIONAL:
                raise checking.missing(name)
        self._handlers[kind](event, now)

    # Settings.

    def _document(self) -> dict[str, Any]:
        return session_document(
            self.configuration,
            self._dialect,
            session_id=self.session_id,
            model=self._model,
            expires_at=self._started_at + int(self._setup.longest),
        )

    def _update(self, event: Mapping[str, Any], _now: float) -> None:
        document = dict(checking.mapping(event["session"], "session"))
        if self._dialect is Dialect.GA and "type" not in document:
            raise checking.missing("session.type")
        model = document.pop("model", None)
        if model is not None and checking.text(model, "session.model") != self._model:
            raise checking.wrong_value(model, "session.model", f"The session's model stays '{self._model}'")
        new = merged(self.configuration, document, self._dialect)
        voice = self._voiced(new, "session")
        if new.voice != self.configuration.voice and self._floor.has_spoken:
            raise ProtocolError(
                "Cannot update a conversation's voice if assistant audio is present.", code="cannot_update_voice"
            )
        self.configuration, self._voice = new, voice
        self._put_in_force()
        self._announcer.say(Told.SESSION_UPDATED, session=self._document())

    def _put_in_force(self) -> None:
        found = self.configuration
        self._turns.set(found.turn_detection, found.hears)
        self._turns.transcribes = found.transcription is not None
        self._floor.thinking.set(found)

    def _voiced(self, configuration: Configuration, within: str) -> Voice:
        try:
            voice = self._setup.voice(configuration.voice)
        except ConfigurationError as error:
            path = f"{within}.audio.output.voice" if self._dialect is Dialect.GA else f"{within}.voice"
            raise ProtocolError(f"Invalid value: {error}", code="invalid_value", parameter=path) from error
        rate = round(voice.rate * configuration.speed)
        return replace(voice, rate=min(_FASTEST, max(_SLOWEST, rate)))

    # Sound.

    def _append(self, event: Mapping[str, Any], now: float) -> None:
        audio = checking.text(event["audio"], "audio", _MOST_AUDIO)
        try:
            found = self._feed(audio)
        except ValueError as error:
            raise _not_base64() from error
        self._turns.follow(now, found)

    def _clear(self, _event: Mapping[str, Any], _now: float) -> None:
        self._turns.clear()
        self._announcer.say(Told.AUDIO_CLEARED)

    # Responses.

    def _plain_response(self) -> Response:
        return self._response(self.configuration, self._voice)

    def _response(self, configuration: Configuration, voice: Voice, **more: Any) -> Response:
        usage = Usage(self._histories.text_tokens, self._turns.audio_tokens)
        return Response(self._announcer.ids.new("resp"), configuration, voice, usage=usage, **more)

    def _respond(self, event: Mapping[str, Any], now: float) -> None:
        request = read_response(event.get("response"), self.configuration, self._dialect, self._histories.news_of)
        if not request.aside:
            self._floor.refuse_second()
        voice = self._voice
        if request.configuration.voice != self.configuration.voice:
            voice = self._voiced(request.configuration, "response")
        response = self._response(
            request.configuration,
            voice,
            metadata=request.metadata,
            aside=request.aside,
            prompt=request.prompt,
            stranger=request.configuration.instructions != self.configuration.instructions,
        )
        if request.aside:
            self._floor.respond_aside(now, response)
        else:
            self._floor.respond(now, response)

    def _cancel(self, event: Mapping[str, Any], _now: float) -> None:
        response_id = event.get("response_id")
        self._floor.cancel(None if response_id is None else checking.text(response_id, "response_id", 64))


def _not_base64() -> ProtocolError:
    return ProtocolError(
        "Invalid 'audio'. Expected base64-encoded audio bytes (mono), but got an invalid value.",
        code="invalid_value",
        parameter="audio",
    )
