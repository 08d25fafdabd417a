"""One agent's life: which state comes next and when, and the figures that follow from what was done.

Times are seconds on the swarm's own timeline, which can be faster than the wall clock or stand still. An agent that is
self-driven finds itself calls; one that is call-driven waits for them to be assigned. Every cycle (a call, its wrap-up,
perhaps a break) draws its eight numbers from a hash of agent and cycle, so that no other agent has a say in them.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from flexsim.load.behaviour import Behaviour, Mode
from flexsim.load.chance import Chance, Uniforms, exponential, lognormal
from flexsim.load.profiles import Profile


class State(StrEnum):
    """The states of the wire format."""

    AVAILABLE = "available"
    BUSY = "busy"
    ON_CALL = "on_call"
    BREAK = "break"
    OFFLINE = "offline"
    AFTER_CALL_WORK = "after_call_work"
    TRAINING = "training"
    MEETING = "meeting"
    LUNCH = "lunch"
    ON_HOLD = "on_hold"
    TRANSFERRING = "transferring"
    CONFERENCE = "conference"


ON_A_CALL: Final = frozenset({State.ON_CALL, State.ON_HOLD, State.TRANSFERRING, State.CONFERENCE})
OCCUPIED: Final = ON_A_CALL | {State.AFTER_CALL_WORK}
RESTING: Final = frozenset({State.BREAK, State.LUNCH})
PAUSES: Final = (State.BREAK, State.BREAK, State.LUNCH, State.TRAINING, State.MEETING)  # equally likely each
UNRATED: Final = 3.0  # satisfaction before the first call: the middle of its scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """The agent has moved from one state, in which it was for ``duration`` seconds, to another."""

    previous: State
    state: State
    duration: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded:
    """The agent has ended a call."""

    call_id: str
    talk: float
    hold: float


Happened: TypeAlias = Changed | CallEnded


class Figures:
    """What an agent has done since it logged in; spells are counted when they end."""

    __slots__ = (
        "conferences", "hold", "holds", "overrun", "ratings", "resolved", "resting",
        "talk", "total_calls", "transfers", "wrap", "wraps",
    )  # fmt: skip

    def __init__(self) -> None:
        self.total_calls = self.holds = self.wraps = self.transfers = self.conferences = self.resolved = 0
        self.talk = self.hold = self.wrap = self.resting = self.overrun = self.ratings = 0.0


class Agent:
    """One agent, logged in or not; every input takes the time and answers what happened, in order."""

    __slots__ = (
        "_ahead", "_call_hold", "_call_talk", "_draws", "_limit", "_occupied", "_turn",
        "call_id", "done", "login_at", "next_at", "profile", "since", "state",
    )  # fmt: skip

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._turn = 0
        self.state = State.OFFLINE
        self.since = self.login_at = 0.0
        self.next_at = math.inf
        self.call_id: str | None = None
        self._ahead: list[tuple[State, float]] = []  # what is still to come in this cycle, the next thing last
        self._draws: Uniforms = ()
        self._forget(0.0)

    def _forget(self, now: float) -> None:
        self.login_at = now
        self.done = Figures()
        self._call_talk = self._call_hold = self._occupied = 0.0
        self._limit = math.inf

    # Inputs.

    def log_in(self, now: float, behaviour: Behaviour, chance: Chance) -> None:
        """Begin a session with nothing done yet, available."""
        self._forget(now)
        self.state, self.since = State.AVAILABLE, now
        self._ahead.clear()
        self._wait(now, behaviour, chance)

    def log_out(self, now: float) -> Iterator[Happened]:
        """End what is going on and go offline."""
        yield from self._end_call(now)
        self._ahead.clear()
        self.next_at = math.inf
        yield self._move(now, State.OFFLINE)

    def act(self, now: float, behaviour: Behaviour, chance: Chance) -> Iterator[Happened]:
        """Do the next thing, if it is due."""
        if now < self.next_at:
            return
        if not self._ahead and self.state is State.AVAILABLE:
            self.call_id = f"{self.profile.agent_id}-{self._turn}"
            self._plan(behaviour)
        yield from self._step(now, behaviour, chance)

    def assign(self, now: float, call_id: str, behaviour: Behaviour, chance: Chance) -> Iterator[Happened]:
        """Take this call if available; otherwise nothing happens."""
        if self.state is not State.AVAILABLE:
            return
        self.call_id = call_id
        if not self._draws:
            self._draws = chance.uniforms(self.profile.number, self._turn)
        self._plan(behaviour)
        yield from self._step(now, behaviour, chance)

    def force_end(self, now: float, call_id: str, behaviour: Behaviour, chance: Chance) -> Iterator[Happened]:
        """End this call now if it is going on, and wrap up."""
        if self.call_id != call_id or self.state not in ON_A_CALL:
            return
        while self._ahead[-1][0] is not State.AFTER_CALL_WORK:
            self._ahead.pop()
        yield from self._step(now, behaviour, chance)

    def become(self, now: float, state: State, call_id: str | None, chance: Chance) -> Iterator[Happened]:
        """Be in this state, on this call where it is one, because somebody else has decided so; nothing follows by itself."""
        self.next_at = math.inf
        self._ahead.clear()
        ended = tuple(self._end_call(now)) if call_id != self.call_id else ()
        if state is not self.state:
            yield self._move(now, state)
        elif ended:  # from one call to the next
            self._count(state, now - self.since)
            self.since = now
        yield from ended
        if ended:
            self._call_talk = self._call_hold = 0.0
        if call_id is not None and self.call_id is None:
            self._turn += 1
            self._draws = chance.uniforms(self.profile.number, self._turn)
            self.call_id = call_id

    def redraw(self, now: float, behaviour: Behaviour, chance: Chance) -> None:
        """The behaviour has changed: an agent that waits waits anew; everything else ends as it was begun."""
        if self.state is State.AVAILABLE:
            self._wait(now, behaviour, chance)

    # What comes next.

    def _wait(self, now: float, behaviour: Behaviour, chance: Chance) -> None:
        """Available: until a call of one's own, or until one is assigned."""
        self._draws = chance.uniforms(self.profile.number, self._turn)
        driven = behaviour.mode is Mode.SELF_DRIVEN
        self.next_at = now + exponential(behaviour.wait, self._draws[0]) if driven else math.inf

    def _plan(self, behaviour: Behaviour) -> None:
        """A call from beginning to end, and what follows it."""
        draws = self._draws
        talk = lognormal(behaviour.talk, behaviour.cv, draws[1])
        ahead: list[tuple[State, float]] = [(State.ON_CALL, talk)]
        extra = draws[2] - behaviour.hold_share
        aside = exponential(behaviour.hold, draws[3])
        if extra < 0:
            ahead = [(State.ON_CALL, talk / 2), (State.ON_HOLD, aside), (State.ON_CALL, talk / 2)]
        elif extra < behaviour.transfer_share:
            ahead.append((State.TRANSFERRING, aside))
        elif extra < behaviour.transfer_share + behaviour.conference_share:
            ahead = [(State.ON_CALL, talk / 2), (State.CONFERENCE, talk / 2)]
        ahead.append((State.AFTER_CALL_WORK, lognormal(behaviour.wrap, behaviour.cv, draws[4])))
        if draws[5] < behaviour.break_share:
            kind = PAUSES[int(draws[5] / behaviour.break_share * len(PAUSES))]
            ahead.append((kind, lognormal(behaviour.pause, behaviour.cv, draws[6])))
        ahead.reverse()
        self._ahead = ahead
        self._limit = behaviour.pause
        self._turn += 1

    def _step(self, now: float, behaviour: Behaviour, chance: Chance) -> Iterator[Happened]:
        if not self._ahead:
            yield self._move(now, State.AVAILABLE)
            self._wait(now, behaviour, chance)
            return
        state, seconds = self._ahead.pop()
        ended = tuple(self._end_call(now)) if state not in ON_A_CALL else ()
        yield self._move(now, state)
        yield from ended
        self.next_at = now + seconds

    def _end_call(self, now: float) -> Iterator[CallEnded]:
        """Count the call that is going on, if there is one, with what its present spell comes to."""
        if self.call_id is None:
            return
        elapsed = now - self.since
        hold = self._call_hold + (elapsed if self.state is State.ON_HOLD else 0.0)
        talk = self._call_talk + (elapsed if self.state is not State.ON_HOLD else 0.0)
        done = self.done
        done.total_calls += 1
        transferred = self.state is State.TRANSFERRING
        solved = not transferred and self._draws[7] < 0.85 - 0.2 * (hold > 0)
        done.resolved += solved
        done.ratings += _rating(self._draws[6], hold, solved=solved)
        yield CallEnded(call_id=self.call_id, talk=talk, hold=hold)
        self.call_id = None

    def _move(self, now: float, state: State) -> Changed:
        previous, elapsed = self.state, now - self.since
        self._count(previous, elapsed)
        self.state, self.since = state, now
        if state is State.TRANSFERRING:
            self.done.transfers += 1
        elif state is State.CONFERENCE:
            self.done.conferences += 1
        if state not in ON_A_CALL:
            self._call_talk = self._call_hold = 0.0
        return Changed(previous=previous, state=state, duration=elapsed)

    def _count(self, state: State, elapsed: float) -> None:
        done = self.done
        if state in OCCUPIED:
            self._occupied += elapsed
        if state is State.ON_HOLD:
            done.holds += 1
            done.hold += elapsed
            self._call_hold += elapsed
        elif state in ON_A_CALL:
            done.talk += elapsed
            self._call_talk += elapsed
        elif state is State.AFTER_CALL_WORK:
            done.wraps += 1
            done.wrap += elapsed
        elif state in RESTING:
            done.resting += elapsed
            done.overrun += max(0.0, elapsed - self._limit)

    # Figures.

    def live_figures(self, now: float) -> tuple[float, float, float]:
        """The figures that change while nothing happens: seconds logged in, occupancy and adherence in per cent.

        Occupancy is the share of the time on calls and wrapping up in that not on a break; adherence the share of the
        time that was not spent on breaks beyond their length.
        """
        logged_in = now - self.login_at
        if logged_in <= 0.0:
            return 0.0, 0.0, 100.0
        elapsed = now - self.since
        occupied, working = self._occupied, logged_in - self.done.resting
        overrun = self.done.overrun
        if self.state in OCCUPIED:
            occupied += elapsed
        elif self.state in RESTING:
            working -= elapsed
            overrun += max(0.0, elapsed - self._limit)
        occupancy = min(100.0, 100.0 * occupied / working) if working > 0.0 else 0.0
        return logged_in, occupancy, max(0.0, 100.0 - 100.0 * overrun / logged_in)

    def kpis(self, now: float) -> dict[str, float]:
        """All figures of the wire format, in its order; averages are 0 before the first call."""
        done, calls = self.done, max(1, self.done.total_calls)
        logged_in, occupancy, adherence = self.live_figures(now)
        return {
            "totalCalls": done.total_calls,
            "avgCallDuration": round((done.talk + done.hold) / calls, 1) if done.total_calls else 0.0,
            "acwTime": round(done.wrap, 1),
            "acwCount": done.wraps,
            "holdCount": done.holds,
            "holdTime": round(done.hold, 1),
            "transferCount": done.transfers,
            "conferenceCount": done.conferences,
            "breakTime": round(done.resting, 1),
            "loginTime": round(logged_in, 1),
            "occupancy": round(occupancy, 2),
            "adherence": round(adherence, 2),
            "avgHandleTime": round((done.talk + done.hold + done.wrap) / calls, 1) if done.total_calls else 0.0,
            "firstCallResolution": round(100.0 * done.resolved / calls, 1),
            "customerSatisfaction": round(done.ratings / calls, 2) if done.total_calls else UNRATED,
        }


def _rating(uniform: float, hold: float, *, solved: bool) -> float:
    """1 to 5: a solved call begins at 4, another at 2.5; a minute on hold costs half a point; taste adds up to 1 either way."""
    return min(5.0, max(1.0, (4.0 if solved else 2.5) - hold / 120.0 + 2.0 * uniform - 1.0))
