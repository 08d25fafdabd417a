"""A conversation in virtual time: both sessions in this process, no sockets, as fast as the machine can.

The same sessions and the same bridge as over sockets; time is the audio clock itself, so that the same seed gives the same
bytes. In one moment the caller's session comes first.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from flexsim.voice.conversation.bridge import Bridge
from flexsim.voice.conversation.records import Side
from flexsim.voice.realtime.names import Sent

Event = Mapping[str, Any]

_APPEND: Final = Sent.AUDIO_APPEND.value


class Session(Protocol):
    """The engine's side of a session (``realtime.session.ServerSession``)."""

    @property
    def next_deadline(self) -> float:
        """When ``advance`` is needed next."""

    @property
    def over(self) -> bool:
        """Whether it has come to its end."""

    def opening(self) -> Sequence[Event]:
        """What is sent first."""

    def receive(self, event: Event, now: float) -> Sequence[Event]:
        """Take a client's event."""

    def advance(self, now: float) -> Sequence[Event]:
        """Let what is due happen."""


def converse(bridge: Bridge, sessions: Mapping[Side, Session], conversation_id: str) -> None:
    """Run the conversation to its end. Whatever the recording raises comes through."""
    joined = _Joined(bridge, sessions)
    for side, session in sessions.items():
        joined.deliver(side, session.opening())
    bridge.open()
    joined.carry()
    bridge.start(conversation_id)
    joined.carry()
    joined.run()


class _Joined:
    def __init__(self, bridge: Bridge, sessions: Mapping[Side, Session]) -> None:
        self._bridge = bridge
        self._sessions = sessions

    def run(self) -> None:
        # Hot: a frame each time round, thousands of times as fast as it sounds. What nearly always comes back is nothing.
        talk, tick = self._bridge.talk, self._bridge.tick
        caller, agent = self._sessions[Side.CALLER], self._sessions[Side.AGENT]
        while talk.ended is None:
            to_caller, to_agent = tick()
            now = talk.now
            if to_caller is not None:
                if events := caller.receive({"type": _APPEND, "audio": to_caller}, now):
                    self.deliver(Side.CALLER, events)
            elif caller.next_deadline <= now:
                self.deliver(Side.CALLER, caller.advance(now))
            if talk.outbox:
                self.carry()
            if to_agent is not None:
                if events := agent.receive({"type": _APPEND, "audio": to_agent}, now):
                    self.deliver(Side.AGENT, events)
            elif agent.next_deadline <= now:
                self.deliver(Side.AGENT, agent.advance(now))
            if talk.outbox:
                self.carry()

    def deliver(self, side: Side, events: Sequence[Event]) -> None:
        receive, now = self._bridge.receive, self._bridge.now
        for event in events:
            receive(side, event, now)
        if self._sessions[side].over:  # which it says, too
            self._bridge.lost(side)

    def carry(self) -> None:
        """Tell the sessions what the bridge has for them, until there is no more of it."""
        while told := self._bridge.taken():
            for side, event in told:
                self.deliver(side, self._sessions[side].receive(event, self._bridge.now))
