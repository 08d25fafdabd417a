"""Who is to blame for a failure: the caller, the agent, or the line, which is all that is between and beneath the two.

Rules in an order, the first that applies; each says what it rests on, with the time and the words. They judge by what was
recorded and by nothing else, so that two who look at one recording come to one verdict.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from flexsim.voice.scores.functions import Fault, JudgedCall
from flexsim.voice.scores.recording import Recording, Side, Utterance
from flexsim.voice.scores.timing import Timing

NOT_UNDERSTOOD: Final = 3  # utterances that an impaired line, at least, must have cost
REPEATED: Final = 3  # times that somebody said the same: going round in circles
_MOST: Final = 5  # pieces of evidence
_REFUSED_BY_IDENTITY: Final = frozenset({"no_match", "locked"})
_WORD: Final = re.compile(r"\w+")


class Party(StrEnum):
    """Who is to blame."""

    CALLER = "caller"
    AGENT = "agent"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a verdict rests on: when, and what was said or done there."""

    at: float
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Who is to blame, by which rule, and why."""

    party: Party
    rule: str
    evidence: Sequence[Evidence]

    @property
    def why(self) -> str:
        """The rule in words."""
        return RULES[self.rule]

    def document(self) -> dict[str, Any]:
        """As a JSON-ready document."""
        evidence = [{"at": round(each.at, 3), "what": each.what} for each in self.evidence]
        return {"party": self.party.value, "rule": self.rule, "why": self.why, "evidence": evidence}


RULES: Final = {
    "stopped": "it was stopped from outside, or could not be recorded any further",
    "connection_lost": "a session was lost",
    "not_heard": "the line was impaired, and too much of what was said was not understood",
    "identity": "the caller could not say who it is",
    "function_failed": "a function that was needed failed, and never answered",
    "call_wrong": "the agent called a function that there is not, or with arguments that it does not take, and did not mend it",
    "too_early": "the agent called a function before it was allowed to, and did not come back to it",
    "not_possible": "what the caller wanted is not possible",
    "nobody_spoke": "nobody spoke any more; the one whose turn it was",
    "agent_hung_up": "the agent hung up before the goal was reached",
    "agent_gave_up": "the agent handed over without having been given cause",
    "caller_gave_up": "the caller gave up without having been given cause",
    "caller_provoked": "the caller gave up, after what the agent had done",
    "circles": "one said the same again and again until there was no turn left",
    "out_of_time": "the turns or the time ran out",
    "goal_not_met": "the conversation came to its end, and the agent had not done what was asked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What the rules look at."""

    recording: Recording
    timing: Timing | None
    calls: Sequence[JudgedCall]

    @property
    def utterances(self) -> Sequence[Utterance]:
        return self.recording.utterances or ()

    @property
    def end(self) -> str | None:
        return self.recording.end_reason

    def at_the_end(self, what: str) -> list[Evidence]:
        return [Evidence(at=self.recording.duration, what=what)]

    def by(self, side: Side) -> list[Utterance]:
        return [each for each in self.utterances if each.side is side]

    def never_answered(self, call: JudgedCall) -> bool:
        """Whether no later call of the same function was answered, and not refused."""
        later = [each.call for each in self.calls if each.call.at > call.call.at and each.call.name == call.call.name]
        return not any(each.error is None and _refusal(each.result) is None for each in later)


def attributed(recording: Recording, timing: Timing | None, calls: Sequence[JudgedCall]) -> Verdict | None:
    """Who is to blame that the goal was not reached; None where it was, or where that was not judged."""
    if recording.reached is not False:
        return None
    case = _Case(recording=recording, timing=timing, calls=calls)
    found = (rule(case) for rule in _ORDER)
    return next(each for each in found if each is not None)


def _stopped(case: _Case) -> Verdict | None:
    if case.end not in {"interrupted", "recorder_failed"}:
        return None
    return Verdict(party=Party.LINE, rule="stopped", evidence=case.at_the_end(f"ended: {case.end}"))


def _connection_lost(case: _Case) -> Verdict | None:
    if case.end not in {"caller_lost", "agent_lost"}:
        return None
    return Verdict(party=Party.LINE, rule="connection_lost", evidence=case.at_the_end(f"ended: {case.end}"))


def _not_heard(case: _Case) -> Verdict | None:
    lost = [each for each in case.utterances if each.understood is False]
    if not _impaired(case.recording) or len(lost) < NOT_UNDERSTOOD:
        return None
    return Verdict(party=Party.LINE, rule="not_heard", evidence=_quoted(lost, "not understood"))


def _impaired(recording: Recording) -> bool:
    told = recording.metadata.get("impairments")
    if not isinstance(told, dict):
        return False
    return told.get("noise_db") is not None or bool(told.get("mulaw")) or bool(told.get("loss"))


def _identity(case: _Case) -> Verdict | None:
    found = [
        each for each in case.calls if _refusal(each.call.result) in _REFUSED_BY_IDENTITY and case.never_answered(each)
    ]
    return _of_calls(found, Party.CALLER, "identity")


def _function_failed(case: _Case) -> Verdict | None:
    found = [each for each in case.calls if set(each.faults) == {Fault.ERROR} and case.never_answered(each)]
    return _of_calls(found, Party.LINE, "function_failed")


def _call_wrong(case: _Case) -> Verdict | None:
    wrong = {Fault.UNKNOWN, Fault.ARGUMENTS}
    found = [each for each in case.calls if wrong & set(each.faults) and case.never_answered(each)]
    return _of_calls(found, Party.AGENT, "call_wrong")


def _too_early(case: _Case) -> Verdict | None:
    found = [each for each in case.calls if _refusal(each.call.result) == "not_verified" and case.never_answered(each)]
    return _of_calls(found, Party.AGENT, "too_early")


def _not_possible(case: _Case) -> Verdict | None:
    found = [each for each in case.calls if _refusal(each.call.result) is not None and case.never_answered(each)]
    return _of_calls(found, Party.CALLER, "not_possible")


def _refusal(result: Any) -> str | None:
    """What business has against it, in the answer of a function that did not fail."""
    refused = result.get("refused") if isinstance(result, dict) else None
    return refused if isinstance(refused, str) else None


def _of_calls(calls: Sequence[JudgedCall], party: Party, rule: str) -> Verdict | None:
    if not calls:
        return None
    return Verdict(party=party, rule=rule, evidence=[_called(each) for each in calls[:_MOST]])


def _called(judged: JudgedCall) -> Evidence:
    call = judged.call
    answer = call.error or _refusal(call.result) or "; ".join(judged.faults.values())
    return Evidence(at=call.at, what=f"{call.name}: {answer}")


def _nobody_spoke(case: _Case) -> Verdict | None:
    """The one that was to answer the last words; who had asked the other to wait, or called a function since, was to go on itself."""
    if case.end != "timeout":
        return None
    last = max(case.utterances, key=lambda each: each.end, default=None)
    if last is None:
        return Verdict(party=Party.AGENT, rule="nobody_spoke", evidence=case.at_the_end("nobody has said a word"))
    acts = any(each.at >= last.start for each in case.recording.calls or () if each.side is last.side)
    silent = last.side if acts or _words(last) & _WAIT else last.side.other
    return Verdict(party=Party(silent.value), rule="nobody_spoke", evidence=_quoted([last], "the last words"))


# Words only, here and below, and so told as what they are: signs.
_WAIT: Final = frozenset({
    "moment", "second", "minute", "wait", "hold", "bear",
    "augenblick", "sekunde", "warten", "gedulden", "instant", "seconde", "patientez", "patienter",
})  # fmt: skip


def _words(utterance: Utterance) -> set[str]:
    return {word.lower() for word in _WORD.findall(utterance.text)}


def _agent_hung_up(case: _Case) -> Verdict | None:
    if case.end != "agent_hung_up":
        return None
    return Verdict(party=Party.AGENT, rule="agent_hung_up", evidence=_last_words(case, Side.AGENT))


def _gave_up(case: _Case) -> Verdict | None:
    """Hung up, or a human took over: with cause, or without."""
    if case.end not in {"caller_hung_up", "handed_off"}:
        return None
    causes = sorted(_causes(case), key=lambda each: each.at)
    if causes:
        return Verdict(party=Party.AGENT, rule="caller_provoked", evidence=causes[-_MOST:])
    if case.end == "handed_off" and not _asked_for(case):
        return Verdict(party=Party.AGENT, rule="agent_gave_up", evidence=_last_words(case, Side.AGENT))
    return Verdict(party=Party.CALLER, rule="caller_gave_up", evidence=_last_words(case, Side.CALLER))


_HUMAN: Final = frozenset({
    "human", "person", "someone", "somebody", "manager", "supervisor", "colleague", "representative",
    "mensch", "menschen", "mitarbeiter", "kollegen", "personne", "conseiller", "humain",
})  # fmt: skip


def _asked_for(case: _Case) -> bool:
    """Whether the caller spoke of a human being."""
    return any(_HUMAN & _words(each) for each in case.by(Side.CALLER))


def _causes(case: _Case) -> Iterator[Evidence]:
    """What an agent does that makes a caller give up."""
    for each in case.by(Side.CALLER):
        if each.understood is False:
            yield Evidence(at=each.start, what=f'the agent did not understand: "{each.text}"')
    for judged in case.calls:
        if Fault.ERROR in judged.faults:
            yield Evidence(at=judged.call.at, what=f"{judged.call.name} failed: {judged.faults[Fault.ERROR]}")
    if case.timing is None:
        return
    for one in case.timing.interruptions:
        if one.side is Side.AGENT:
            yield Evidence(at=one.at, what="the agent broke in")
    for start, end in case.timing.dead_air:
        before = [each for each in case.timing.stretches if each.end <= start + 1e-6]
        while_connecting = case.end == "handed_off" and end >= case.timing.duration
        if before and not while_connecting and max(before, key=lambda each: each.end).side is Side.CALLER:
            yield Evidence(at=start, what=f"the agent said nothing for {end - start:.1f} s")


def _circles(case: _Case) -> Verdict | None:
    if case.end not in {"max_turns", "max_duration"}:
        return None
    most: tuple[int, Side, str] | None = None
    for side in (Side.AGENT, Side.CALLER):
        said = Counter(_plain(each.text) for each in case.by(side) if _plain(each.text))
        for text, count in said.most_common(1):
            if count >= REPEATED and (most is None or count > most[0]):
                most = count, side, text
    if most is None:
        return None
    count, side, text = most
    again = [each for each in case.by(side) if _plain(each.text) == text]
    return Verdict(party=Party(side.value), rule="circles", evidence=_quoted(again, f"said {count} times"))


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _out_of_time(case: _Case) -> Verdict | None:
    if case.end not in {"max_turns", "max_duration"}:
        return None
    return Verdict(party=Party.AGENT, rule="out_of_time", evidence=_last_words(case, Side.AGENT))


def _goal_not_met(case: _Case) -> Verdict:
    goal = case.recording.metadata.get("goal")
    criteria = goal.get("criteria") if isinstance(goal, dict) else None
    unmet = [each for each in criteria or () if isinstance(each, dict) and each.get("met") is False]
    evidence = [Evidence(at=case.recording.duration, what=_unmet(each)) for each in unmet[:_MOST]]
    return Verdict(party=Party.AGENT, rule="goal_not_met", evidence=evidence or _last_words(case, Side.AGENT))


def _unmet(criterion: dict[str, Any]) -> str:
    why = criterion.get("why")
    return f"not met: {criterion.get('criterion')}{f' ({why})' if why else ''}"


def _last_words(case: _Case, side: Side) -> list[Evidence]:
    own = case.by(side)
    return _quoted(own[-1:], "the last words") or case.at_the_end(f"the {side} has not said a word")


def _quoted(utterances: Sequence[Utterance], what: str) -> list[Evidence]:
    return [Evidence(at=each.start, what=f'{what}: "{each.text}"') for each in utterances[:_MOST]]


_ORDER: Final[tuple[Callable[[_Case], Verdict | None], ...]] = (
    _stopped,
    _connection_lost,
    _not_heard,
    _identity,
    _function_failed,
    _call_wrong,
    _too_early,
    _not_possible,
    _nobody_spoke,
    _agent_hung_up,
    _gave_up,
    _circles,
    _out_of_time,
    _goal_not_met,
)
