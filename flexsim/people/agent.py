"""One agent: what it does about each event.

Live, events come as records and are answered with actions (``on_event``). In virtual time, where a day has hundreds of
thousands of them, the driver calls what ``on_event`` calls (``offered``, ``accepted``, ``finish``, ``let_go``), so that
there is one agent, not two.

It takes what it is offered, talks, wraps up and completes; between tasks it changes its activity at random. A change
away from work that falls due while tasks are open waits until those are done. It does not wait for tasks that were
taken on later, else an agent with several chats would never get its break. What a stay gained by waiting is taken off
the next stay in the same activity, so that the shares of time come out as configured even when there is much to do.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flexsim.domain.model import Domain
from flexsim.domain.sampling import Sampler
from flexsim.people.actions import Accept, AgentAction, ChangeActivity, Complete, Remind, WrapUp
from flexsim.people.contact import Handler, Handling, Talks
from flexsim.people.events import (
    Accepted,
    ActivityDue,
    AgentEvent,
    BackDue,
    CameIn,
    Ended,
    Key,
    MovedAway,
    Offered,
    TimeUp,
)
from flexsim.people.mixture import Activities
from flexsim.people.shifts import Duty, WorkingDay, duty_at
from flexsim.randomness import Randomness

OFFLINE: Final = "Offline"  # the activity of a logged-out agent (Flex: default and timeout activity)
BREAK: Final = "Break"
TALKED: Final = "conversation ended"  # the reason of a wrap-up
HANDLED: Final = "handled"  # and of a completion
NOTICES_AFTER: Final = 30.0  # seconds until an agent sees that TaskRouter has moved it


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What all agents of a simulation share."""

    activities: Activities
    handler: Handler
    randomness: Randomness

    @classmethod
    def of(
        cls, domain: Domain, randomness: Randomness, *, detailed: bool = True, talks: Talks | None = None
    ) -> "Floor":
        """The floor that a domain describes; ``detailed`` and ``talks`` as in ``Handler``."""
        handler = Handler(domain, Sampler(domain), randomness, detailed=detailed, talks=talks)
        return cls(activities=Activities(domain), handler=handler, randomness=randomness)


@dataclass(slots=True)
class _Stay:
    """The present stay in an activity: which it is, and when it was meant to end."""

    number: int = 0
    until: float = 0.0
    following: str | None = None  # set while a change waits for open work
    waits_for: set[Key] = field(default_factory=set)


class Agent:
    """Decides; performs nothing. Feed it events with ``on_event`` and perform the actions it gives back.

    ``activity`` is the name of the activity that it means to be in.
    """

    __slots__ = ("_asked", "_floor", "_known", "_open", "_owed", "_rng", "_shift", "_stay", "activity", "name")

    def __init__(self, name: str, floor: Floor, *, shift: WorkingDay | None = None) -> None:
        self.name = name
        self.activity = OFFLINE
        self._floor = floor
        self._shift = shift
        self._rng = floor.randomness.generator("activity", name)
        self._open: dict[Key, Any] = {}  # by reservation: the completion attributes, None before acceptance
        self._stay = _Stay()
        self._asked, self._known = math.inf, Duty(present=False, working=False, until=-math.inf)  # the duty at a moment
        self._owed: dict[str, float] = {}  # seconds by which stays in an activity were too long so far

    @property
    def open_count(self) -> int:
        """How many tasks it holds, offered ones included."""
        return len(self._open)

    def on_event(self, event: AgentEvent) -> Sequence[AgentAction]:
        """What the agent does about ``event``; delays count from ``event.at``."""
        match event:
            case Offered():
                self.offered(event.work.reservation)
                return [Accept(work=event.work)]
            case Accepted():
                return self._handle(event)
            case TimeUp():
                return self._complete(event)
            case Ended():
                return self.let_go(event.work.reservation, event.at)
            case ActivityDue():
                return self._activity_due(event)
            case CameIn():
                return self._come_in(event)
            case MovedAway():
                return [Remind(event=BackDue(at=event.at + NOTICES_AFTER), delay=NOTICES_AFTER)]
            case BackDue():
                return [ChangeActivity(activity=self.activity)]

    # Work

    def offered(self, key: Key) -> None:
        """A task has been reserved for the agent: it takes it at once."""
        self._open.setdefault(key, None)

    def accepted(self, key: Key, contact: str, values: Mapping[str, Any], waited: float) -> Handling:
        """The agent has the task: it will talk and wrap up for so long, and then ``finish``."""
        handling = self._floor.handler.draw(contact, values, waited)
        self._open[key] = handling.attributes
        return handling

    def finish(self, key: Key, at: float) -> Sequence[AgentAction] | None:
        """Talk and wrap time are over: what to do before completing the task; None when the agent has it no longer.

        A waiting change comes first: completing frees capacity, and TaskRouter would fill it in the same instant.
        """
        if key not in self._open:
            return None
        return () if self._stay.following is None else self._release(key, at)

    def let_go(self, key: Key, at: float) -> Sequence[AgentAction]:
        """The work is over, however it ended."""
        self._open.pop(key, None)
        return () if self._stay.following is None else self._release(key, at)

    def _handle(self, event: Accepted) -> list[AgentAction]:
        work = event.work
        handling = self.accepted(work.reservation, work.contact, event.values, event.waited)
        if event.wrapping:
            waited = max(0.0, event.waited - handling.talk)
            handling = self.accepted(work.reservation, work.contact, event.values, waited)
            return [Remind(event=TimeUp(at=event.at + handling.wrap, work=work), delay=handling.wrap)]
        whole = handling.talk + handling.wrap
        return [
            WrapUp(work=work, reason=TALKED, delay=handling.talk),
            Remind(event=TimeUp(at=event.at + whole, work=work), delay=whole),
        ]

    def _complete(self, event: TimeUp) -> list[AgentAction]:
        key = event.work.reservation
        first = self.finish(key, event.at)
        if first is None:
            return []
        return [*first, Complete(work=event.work, reason=HANDLED, attributes=self._open[key] or {})]

    def _release(self, key: Key, at: float) -> Sequence[AgentAction]:
        """One of those that a change waits for is done; change if it was the last."""
        stay = self._stay
        assert stay.following is not None, "no change waits"
        stay.waits_for.discard(key)
        if stay.waits_for:
            return ()
        if self._duty(at).present:
            self._owed[self.activity] = self._owed.get(self.activity, 0.0) + at - stay.until
        return self._move_on(at, stay.following)

    # Activities

    def _come_in(self, event: CameIn) -> list[AgentAction]:
        activities = self._floor.activities
        if event.warm:
            name, seconds = activities.draw_settled(self._rng)
        else:
            name = activities.working
            seconds = activities.draw_duration(name, self._rng)
        duty = self._duty(event.at)
        if not duty.working:
            name, seconds = self._activity_off(duty), duty.until - event.at
        return [ChangeActivity(activity=name), self._begin(name, seconds, event.at)]

    def _activity_due(self, event: ActivityDue) -> list[AgentAction]:
        if event.stay != self._stay.number or self._stay.following is not None:
            return []
        duty = self._duty(event.at)
        following = self._floor.activities.draw_next(self._rng) if duty.working else self._activity_off(duty)
        if self._open and following not in {self._floor.activities.working, self.activity}:
            self._stay.following = following
            self._stay.waits_for = set(self._open)
            return []
        return self._move_on(event.at, following)

    def _move_on(self, at: float, following: str) -> list[AgentAction]:
        """End the present stay; ``following`` is next unless the shift has changed in the meantime."""
        duty = self._duty(at)
        if not duty.working:
            following, seconds = self._activity_off(duty), duty.until - at
        else:
            if following not in self._floor.activities.names:
                following = self._floor.activities.working
            seconds = self._shortened(following)
        previous = self.activity
        reminder = self._begin(following, seconds, at)
        return [reminder] if following == previous else [ChangeActivity(activity=following), reminder]

    def _begin(self, name: str, seconds: float, at: float) -> Remind:
        self.activity = name
        until = min(at + seconds, self._duty(at).until)
        self._stay = _Stay(number=self._stay.number + 1, until=until)
        return Remind(event=ActivityDue(at=until, stay=self._stay.number), delay=until - at)

    def _shortened(self, name: str) -> float:
        """A stay's seconds, less what earlier stays in the activity were too long by."""
        activities = self._floor.activities
        drawn = activities.draw_duration(name, self._rng)
        taken = min(self._owed.get(name, 0.0), drawn - activities.shortest(name))
        self._owed[name] = self._owed.get(name, 0.0) - taken
        return drawn - taken

    def _duty(self, at: float) -> Duty:
        if not self._asked <= at < self._known.until:
            self._asked, self._known = at, duty_at(self._shift, at)
        return self._known

    def _activity_off(self, duty: Duty) -> str:
        """Where an agent is that is not working: in a break if there is such an activity, else logged out."""
        return BREAK if duty.present and BREAK in self._floor.activities.names else OFFLINE
