"""What can be done in a conversation: speak, fall silent, be asked to respond, leave, end. No I/O, no time of its own.

``Bridge`` decides when, ``following`` what follows from what sessions say, ``calling`` what functions do.
"""

from collections.abc import Mapping
from typing import Any, Final

from flexsim.voice.conversation.happenings import Ended, Happening, Informed, Said, SpeechBegan, Watch
from flexsim.voice.conversation.party import Party
from flexsim.voice.conversation.records import Direction, EndReason, Line, Planted, Side, Utterance
from flexsim.voice.conversation.rules import Part, Recording, Rules, TurnTaking
from flexsim.voice.conversation.turns import PATIENCE, Turns
from flexsim.voice.ports import FRAME_MS

Event = Mapping[str, Any]

_UNTIL_HANDED_OVER: Final = 60.0  # seconds that a turn may have gone on since its first words, to be heard as a whole


class Talk:
    """One conversation. ``position`` counts frames, ``now`` is the time; ``ended`` is why it is over, once it is."""

    def __init__(self, parts: Mapping[Side, Part], rules: Rules, recording: Recording, watch: Watch) -> None:
        self.rules = rules
        self.manual = rules.turns is TurnTaking.MANUAL
        self.recording = recording
        self.parties = {side: Party(side, parts[side]) for side in Side}
        self.turns = Turns(
            lambda side, response: self.parties[side].kinds.get(response),
            placed=rules.words_are_placed,
            patience=_UNTIL_HANDED_OVER if self.manual else PATIENCE,
        )
        self.position = 0
        self.now = 0.0
        self.ended: EndReason | None = None
        self.lines: list[Line] = []  # all that was said
        self.planted: list[Planted] = []
        self.outbox: list[tuple[Side, Event]] = []
        self.last_sound = 0
        self._watch = watch
        self._leaving: tuple[Party, EndReason] | None = None

    @property
    def frame_time(self) -> float:
        """When the present frame begins, in seconds."""
        return self.position * FRAME_MS / 1000

    def send(self, side: Side, event: Event) -> None:
        """Tell a session something."""
        self.recording.event(self.now, side, Direction.SENT, event)
        self.outbox.append((side, event))

    def tell(self, happening: Happening) -> None:
        """Let whoever watches know."""
        self._watch(happening)

    def inform(self, side: Side, text: str) -> None:
        """Something out of the ordinary."""
        self.recording.marked(self.now, self.now, f"{side}: {text}")
        self.tell(Informed(at=self.now, side=side, text=text))

    def said(self, utterance: Utterance) -> None:
        """All is known of an utterance."""
        self.lines.append(Line(utterance.speaker, utterance.text))
        self.recording.said(utterance)
        self.tell(Said(utterance=utterance))

    # Speaking.

    def respond(self, party: Party) -> None:
        """Ask for a response, at once or when the one that is being made is over."""
        if party.away:
            return
        if party.active:
            party.wants_response = True
            return
        party.wants_response, party.active = False, True
        self.send(party.side, party.client.respond())

    def go_on(self, party: Party) -> str | None:
        """A frame for which there is no sound at hand: a track is over, or the next one begins, or there is nothing to play."""
        playout = party.playout
        if playout.current is not None:
            if not playout.dry(self.position):
                return None  # the rest is late
            self._track_over(party)
        if self.ended is not None:
            return None
        track = playout.begin()
        if track is None:
            return None
        self.turns.began(party.side, track, self.frame_time)
        party.spoke = True
        self.tell(SpeechBegan(side=party.side, at=self.frame_time))
        return track.frames.popleft()

    def _track_over(self, party: Party) -> None:
        track = party.playout.current
        end = party.playout.end()
        assert track is not None, "there was one"
        self.turns.ended(party.side, (end * FRAME_MS - track.quiet_ms) / 1000, interrupted=False)
        self.last_sound = end
        self._leave_if_silent(party)
        if self.turns.count >= self.rules.max_turns:
            self.end(EndReason.MAX_TURNS)
        self.hand_over(party)

    def silence(self, party: Party) -> None:
        """Stop playing this side's sound, and tell its session how much of it was played."""
        for track in party.playout.cut():
            if self.turns.speaking(party.side):
                self.turns.ended(party.side, self.frame_time, interrupted=True)
            if not party.away:
                self.send(party.side, party.client.truncate(track.item_id, track.played_ms))
        self.last_sound = self.position
        self._leave_if_silent(party)

    def hand_over(self, party: Party) -> None:
        """Without voice activity detection: it is the other's turn when this side has said all that it wants to."""
        waiting = party.active or party.open_calls or party.wants_response or not party.playout.idle
        if not self.manual or not party.spoke or waiting or self.ended is not None:
            return
        party.spoke = False
        other = self.parties[party.side.other]
        self.send(other.side, other.client.commit())
        self.respond(other)

    # Ending.

    def leave(self, party: Party, reason: EndReason) -> None:
        """A side ends the conversation, when it has been heard out."""
        self._leaving = self._leaving or (party, reason)
        self._leave_if_silent(party)

    def _leave_if_silent(self, party: Party) -> None:
        if self._leaving is not None and self._leaving[0] is party and party.playout.idle:
            self.end(self._leaving[1])

    def end(self, reason: EndReason) -> None:
        """It is over; harmless when it was already."""
        if self.ended is not None:
            return
        self.ended = reason
        for party in self.parties.values():
            if self.turns.speaking(party.side):
                self.turns.ended(party.side, self.frame_time, interrupted=True)
        for each in self.turns.rest():
            self.said(each)
        self.recording.marked(self.frame_time, self.frame_time, reason.value)
        self.tell(Ended(at=self.frame_time, reason=reason))
