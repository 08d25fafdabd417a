"""Two Realtime sessions joined into one conversation, on an audio clock of frames. No I/O, no time of its own.

``tick`` is a frame: it gives what each session is to hear next. ``receive`` takes what a session says; what the sessions
are to be told besides sound waits in ``taken``. Both sides may speak at once; who is spoken into stops at once, where its
session says that it hears speech, and tells the session how much was played.
"""

from collections.abc import Mapping
from typing import Any, Final

from flexsim.voice.conversation.calling import Calling
from flexsim.voice.conversation.following import LOST, Following
from flexsim.voice.conversation.happenings import Connected, Watch
from flexsim.voice.conversation.party import Party, reminder
from flexsim.voice.conversation.records import Direction, EndReason, Side
from flexsim.voice.conversation.rules import Ending, Part, Recording, Rules
from flexsim.voice.conversation.talk import Talk
from flexsim.voice.ports import FRAME_MS
from flexsim.voice.sound.pcm import SILENT_FRAME

Event = Mapping[str, Any]

_LOOK_EVERY: Final = 25  # frames


class Bridge:
    """One conversation, for whoever carries the messages of both sessions and keeps the time."""

    def __init__(
        self, parts: Mapping[Side, Part], rules: Rules, *, ending: Ending, recording: Recording, watch: Watch
    ) -> None:
        self._talk = Talk(parts, rules, recording, watch)
        self._rules = rules
        self._caller, self._agent = (self._talk.parties[side] for side in Side)
        self._calling = Calling(self._talk, ending)
        self._following = Following(self._talk, self._calling)
        self._silence = None if self._talk.manual else SILENT_FRAME
        self._impaired = any(each.carry is not None for each in parts.values())

    @property
    def talk(self) -> Talk:
        """The conversation itself: who said what, and where it stands."""
        return self._talk

    @property
    def ready(self) -> bool:
        """Whether both sessions are set, so that the clock can start."""
        return self._caller.ready and self._agent.ready

    @property
    def ended(self) -> EndReason | None:
        """Why it is over, once it is."""
        return self._talk.ended

    @property
    def position(self) -> int:
        """How many frames have passed."""
        return self._talk.position

    @property
    def now(self) -> float:
        """The time on the audio clock."""
        return self._talk.now

    def open(self) -> None:
        """Set the sessions; to be called first."""
        for party in self._talk.parties.values():
            self._set(party)

    def start(self, conversation_id: str) -> None:
        """Both sessions are ready: let the opener speak."""
        self._talk.tell(Connected(conversation_id=conversation_id))
        self._talk.respond(self._talk.parties[self._rules.opener])

    def taken(self) -> list[tuple[Side, Event]]:
        """What the sessions are to be told, in order, since the last time."""
        outbox = self._talk.outbox
        if outbox:
            self._talk.outbox = []
        return outbox

    def tick(self) -> tuple[str | None, str | None]:
        """A frame passes: what the caller's session hears next, and the agent's; None is nothing at all."""
        # Hot: 25 times a second of sound, and that thousands of times as fast in virtual time.
        talk, caller, agent = self._talk, self._caller, self._agent
        from_caller = from_agent = None
        playout = caller.playout
        track = playout.current
        if track is not None and track.frames:
            from_caller = track.frames.popleft()
        elif track is not None or playout.waiting:
            from_caller = talk.go_on(caller)
        playout = agent.playout
        track = playout.current
        if track is not None and track.frames:
            from_agent = track.frames.popleft()
        elif track is not None or playout.waiting:
            from_agent = talk.go_on(agent)
        if talk.ended is not None:
            return None, None
        talk.recording.sound(from_caller, from_agent)
        talk.position = position = talk.position + 1
        talk.now = position * FRAME_MS / 1000
        if self._calling.due <= position or not position % _LOOK_EVERY:
            self._look()
        to_agent, to_caller = from_caller or self._silence, from_agent or self._silence
        if self._impaired:
            if caller.part.carry is not None and to_agent is not None:
                to_agent = caller.part.carry(to_agent)
            if agent.part.carry is not None and to_caller is not None:
                to_caller = agent.part.carry(to_caller)
        return to_caller, to_agent

    def receive(self, side: Side, event: Event, now: float) -> None:
        """A session says something, at this time on the audio clock."""
        talk = self._talk
        if talk.ended is None:
            talk.now = now
            talk.recording.event(now, side, Direction.RECEIVED, event)
            self._following.receive(side, event)

    def dropped(self, side: Side, why: str) -> None:
        """A session is gone; ``rejoined`` when there is another, ``lost`` when there will be none."""
        if self._talk.ended is None:
            self._talk.inform(side, f"lost: {why}")
            party = self._talk.parties[side]
            party.lose()
            self._talk.silence(party)

    def rejoined(self, side: Side) -> None:
        """There is another session for this side: tell it what was said, and let it go on."""
        party = self._talk.parties[side]
        party.come_back(self._talk.now)
        self._talk.inform(side, "back")
        self._set(party)
        for each in self._talk.lines:
            if each.text:
                self._talk.send(side, reminder("assistant" if each.speaker is side else "user", each.text))

    def lost(self, side: Side) -> None:
        """And there will be none."""
        self._talk.end(LOST[side])

    def inform(self, side: Side, text: str) -> None:
        """Something out of the ordinary about a session's connection."""
        self._talk.inform(side, text)

    def end(self, reason: EndReason) -> None:
        """It is over; harmless when it was already."""
        self._calling.leave_open()
        self._talk.end(reason)

    def _set(self, party: Party) -> None:
        self._talk.send(party.side, party.client.configure(party.part.session))

    def _look(self) -> None:
        """Once a second, and when a function is due."""
        talk, rules = self._talk, self._rules
        self._calling.advance(talk.position)
        for each in talk.turns.settled(talk.now):
            talk.said(each)
        if talk.frame_time >= rules.max_duration:
            self.end(EndReason.MAX_DURATION)
        speaking = any(talk.turns.speaking(side) for side in Side)
        if not speaking and (talk.position - talk.last_sound) * FRAME_MS >= rules.silence_timeout * 1000:
            self.end(EndReason.TIMEOUT)
