"""What roles remember of a turn. Pure.

Short-term: what oneself has just asked for, for a turn. Episodic: what became of that, for a quarter. Long-term: what nobody
forgets (a release, an outage, a collapse of the service level). Semantic: what followed a decision, three weeks on, in numbers.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from flexsim.workforce.company.repertoire import ACTIONS
from flexsim.workforce.records import SUMMARISES, CompanyState, Decision, Memory, MemoryKind, Role, Turn

LESSON: Final = 3  # weeks after which a decision is looked back at
_QUARTER: Final = 13
_POOR: Final = 0.6  # a service level that is remembered
_SHOWN: Final = {"service_level": "{:.0%}", "churn": "{:.2%}", "morale": "{:.2f}", "budget": "${:,.0f}k", "revenue": "${:,.1f}k",
                 "customers": "{:,.0f}", "backlog": "{:,.0f}", "quality": "{:.2f}", "release_in": "{:.1f} weeks", "value": "{:.2f}",
                 "incident": "{:.0%}"}  # fmt: skip
_ATTRIBUTE: Final = {"release": "release_in"}


def memories_of(
    roles: Sequence[Role],
    turns: Sequence[Turn],
    states: tuple[CompanyState, CompanyState],
    decisions: Sequence[Decision],
) -> tuple[Memory, ...]:
    """What is remembered of the turn that led from the first of ``states`` to the second; ``turns`` are those before it."""
    before, after = states
    found = [*_own(decisions), *_landmarks(roles, before, after), *_lessons(roles, turns, after)]
    return tuple(found)


def _own(decisions: Sequence[Decision]) -> Iterator[Memory]:
    for each in decisions:
        proposal, turn = each.proposal, each.turn
        what = ACTIONS[proposal.kind].says(proposal.amount)
        yield Memory(role=proposal.role, kind=MemoryKind.SHORT_TERM, text=f"I asked to {what}", importance=0.3, turn=turn, expires=turn + 1)  # fmt: skip
        outcome = "it was done" if each.accepted else f"it was refused: {each.reason.partition(';')[0]}"
        yield Memory(
            role=proposal.role, kind=MemoryKind.EPISODIC, text=f"in week {turn} I asked to {what}, and {outcome}",
            importance=0.5 if each.accepted else 0.6, turn=turn, expires=turn + _QUARTER,
        )  # fmt: skip


def _landmarks(roles: Sequence[Role], before: CompanyState, after: CompanyState) -> Iterator[Memory]:
    texts = []
    if after.releases > before.releases:
        texts.append((0.8, f"release {after.releases} shipped in week {after.turn}"))
    if after.incident > before.incident:
        texts.append((0.9, f"an outage of {after.incident:.0%} severity began in week {after.turn}"))
    if after.service_level < _POOR <= before.service_level:
        texts.append(
            (
                0.8,
                f"in week {after.turn} only {after.service_level:.0%} of {after.contacts:,} contacts were answered in time",
            )
        )
    if after.budget <= 0 < before.budget:
        texts.append((1.0, f"in week {after.turn} the money ran out"))
    for importance, text in texts:
        for role in roles:
            yield Memory(role=role.name, kind=MemoryKind.LONG_TERM, text=text, importance=importance, turn=after.turn)


def _lessons(roles: Sequence[Role], turns: Sequence[Turn], after: CompanyState) -> Iterator[Memory]:
    """What the figure that a decision was meant for has come to; ``turns`` ends with the one before ``after``."""
    if len(turns) < LESSON + 1:
        return
    past, then = turns[-LESSON], turns[-LESSON - 1].state
    analysts = [role.name for role in roles if SUMMARISES in role.capabilities]
    for each in past.decisions:
        if each.accepted:
            text, importance = _lesson(each, then, after)
            for name in dict.fromkeys([each.proposal.role, *analysts]):
                yield Memory(role=name, kind=MemoryKind.SEMANTIC, text=text, importance=importance, turn=after.turn)


def _lesson(decision: Decision, then: CompanyState, now: CompanyState) -> tuple[str, float]:
    action = ACTIONS[decision.proposal.kind]
    figure = max(action.effects, key=lambda name: action.effects[name])
    name = _ATTRIBUTE.get(figure, figure)
    before, after = float(getattr(then, name)), float(getattr(now, name))
    moved = abs(after - before) / max(abs(before), abs(after), 1e-9)
    shown = _SHOWN[name]
    text = (
        f"after the decision of week {decision.turn} to {action.says(decision.proposal.amount)}, {name.replace('_', ' ')} went from"
        f" {shown.format(before)} to {shown.format(after)} in {LESSON} weeks"
    )
    return text, round(min(0.9, 0.4 + moved), 2)
