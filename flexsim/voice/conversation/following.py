"""What follows from what sessions say: sound to play, somebody to silence, functions to call. No I/O."""

import sys
from collections.abc import Callable, Mapping
from typing import Any, Final

from flexsim.errors import ProtocolError
from flexsim.voice.conversation.calling import Calling
from flexsim.voice.conversation.party import Party
from flexsim.voice.conversation.records import EndReason, Planted, Side, Understanding
from flexsim.voice.conversation.talk import Talk
from flexsim.voice.conversation.turns import KIND
from flexsim.voice.realtime.happenings import (
    AudioArrived,
    FunctionCalled,
    Happening,
    Refused,
    ResponseBegan,
    ResponseEnded,
    Said,
    SessionChanged,
    SpeechBegan,
    SpeechEnded,
    TurnTaken,
    Understood,
    WordsArrived,
)

LOST: Final = {Side.CALLER: EndReason.CALLER_LOST, Side.AGENT: EndReason.AGENT_LOST}
AFTER: Final = "flexsim.after"  # in a response's metadata: how long the mind wanted to think


class Following:
    """Follows both sessions of a conversation."""

    def __init__(self, talk: Talk, calling: Calling) -> None:
        self._talk = talk
        self._calling = calling
        self._handlers: Mapping[type[Happening | None], Callable[[Party, Any], None]] = {
            SessionChanged: self._changed,
            AudioArrived: self._sound,
            WordsArrived: self._words,
            Said: self._text,
            FunctionCalled: self._function,
            SpeechBegan: self._speech_began,
            SpeechEnded: self._speech_ended,
            TurnTaken: self._turn_taken,
            Understood: self._understood,
            ResponseBegan: self._response_began,
            ResponseEnded: self._response_ended,
            Refused: self._refused,
        }

    def receive(self, side: Side, event: Mapping[str, Any]) -> None:
        """A session says something; one that says what cannot be read is lost."""
        party = self._talk.parties[side]
        try:
            happening = party.client.receive(event)
            handler = self._handlers.get(type(happening))
            if handler is not None:
                handler(party, happening)
        except (ProtocolError, KeyError, TypeError, ValueError, AttributeError) as error:
            self._talk.inform(side, f"sent a {event.get('type')} that cannot be read: {error!r}")
            self._talk.end(LOST[side])

    def _changed(self, party: Party, _happening: SessionChanged) -> None:
        party.ready = True
        if party.returning:
            party.returning = False
            if not self._talk.turns.speaking(party.side.other):
                self._talk.respond(party)

    # What it says itself.

    def _sound(self, party: Party, happening: AudioArrived) -> None:
        track = party.playout.track(happening.item_id, happening.response_id)
        if track is not None:
            track.add(happening.audio)

    def _words(self, party: Party, happening: WordsArrived) -> None:
        track = party.playout.track(happening.item_id, happening.response_id)
        if track is not None and happening.spoken:
            track.write(happening.text)

    def _text(self, party: Party, happening: Said) -> None:
        track = party.playout.track(happening.item_id, happening.response_id)
        if track is not None and happening.spoken:
            track.wrote(happening.text)

    def _function(self, party: Party, happening: FunctionCalled) -> None:
        party.wanted.append(happening)

    def _response_began(self, party: Party, happening: ResponseBegan) -> None:
        party.active = True
        party.remember(happening.response_id, happening.metadata.get(KIND))

    def _response_ended(self, party: Party, happening: ResponseEnded) -> None:
        party.active = False
        party.remember(happening.response_id, happening.metadata.get(KIND))
        party.playout.finish(happening.response_id)
        self._note_plan(party, happening)
        if happening.status == "failed":
            self._talk.inform(party.side, f"could not respond: {happening.reason or 'no reason given'}")
        wanted, party.wanted = party.wanted, []
        for each in wanted:
            self._calling.call(party, each)
        if party.wants_response:
            self._talk.respond(party)
        self._talk.hand_over(party)

    def _note_plan(self, party: Party, happening: ResponseEnded) -> None:
        """What the mind intended, where the engine tells it: truth for whoever measures."""
        metadata = happening.metadata
        if happening.status != "completed" or AFTER not in metadata:
            return
        kind = metadata.get(KIND, "turn")
        item = happening.items[0] if happening.items else None
        self._talk.planted.append(Planted(party.side, item, float(metadata[AFTER]), sys.intern(kind)))

    def _refused(self, party: Party, happening: Refused) -> None:
        self._talk.inform(party.side, f"error: {happening.message or happening.code}")
        if not party.ready:
            self._talk.end(LOST[party.side])

    # What it hears of the other.

    def _speech_began(self, party: Party, happening: SpeechBegan) -> None:
        talk = self._talk
        talk.turns.caught(party.side, happening.item_id, start=self._heard_at(party, happening.at_ms))
        if not party.playout.idle:
            talk.recording.marked(talk.now, talk.now, f"{party.side} is interrupted")
            talk.silence(party)

    def _speech_ended(self, party: Party, happening: SpeechEnded) -> None:
        self._talk.turns.caught(party.side, happening.item_id, end=self._heard_at(party, happening.at_ms))

    def _heard_at(self, party: Party, at_ms: int) -> float:
        """When that was said, by the time of the recording."""
        return party.base + at_ms / 1000 - self._talk.parties[party.side.other].part.delay

    def _turn_taken(self, party: Party, happening: TurnTaken) -> None:
        if self._talk.manual:
            start, end = self._talk.turns.unheard(party.side.other)
            self._talk.turns.caught(party.side, happening.item_id, start=start, end=end)

    def _understood(self, party: Party, happening: Understood) -> None:
        text = happening.text or ""
        self._talk.turns.heard(party.side, happening.item_id, Understanding(text=text, understood=bool(text.strip())))
