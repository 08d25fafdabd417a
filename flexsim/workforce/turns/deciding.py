"""What becomes of proposals: one documented rule, whatever minds think. Pure; docs/workforce.md says it in words.

The decider (the CEO) scores a proposal by what it thinks itself and by what the others think, each with the weight of the
speaker's assertiveness:

    score = own weight * own stance + others' weight * mean(voice * stance) + 0.2 * the proposer's voice
    own weight = 0.5 + assertiveness of the decider,  others' weight = 0.5 + collaborative of the decider,  voice = 0.5 + assertiveness

The best score comes first. A proposal is accepted where its score exceeds ``ENOUGH``, nothing opposite was accepted, there is
no more of the same than the repertoire allows, and the budget bears it: what a week commits to is at most a quarter of it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from flexsim.workforce.company.repertoire import ACTIONS, OPPOSITES
from flexsim.workforce.minds.judging import cost_of
from flexsim.workforce.minds.mind import Position
from flexsim.workforce.records import CompanyState, Decision, Proposal, Role

ENOUGH: Final = 0.3
BEARABLE: Final = 0.25  # of the budget, in a week
_MOST: Final = 4  # accepted in a week: more, nobody carries out


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    proposal: Proposal
    score: float
    supporters: tuple[str, ...]
    opponents: tuple[str, ...]


def decide(  # noqa: PLR0913, PLR0917 -- what a decision rests on
    state: CompanyState,
    proposals: Sequence[Proposal],
    positions: Sequence[Position],
    roles: Sequence[Role],
    decider: Role,
    held: Collection[str] = (),
) -> tuple[Decision, ...]:
    """A decision for each proposal, the best score first; actions that are ``held`` back are refused, whatever speaks for them."""
    by_name = {role.name: role for role in roles}
    taken: dict[tuple[str, str], list[Position]] = {}
    for each in positions:
        taken.setdefault((each.proposal.role, each.proposal.kind), []).append(each)
    scored = [_score(each, taken.get((each.role, each.kind), []), by_name, decider) for each in proposals]
    scored.sort(key=lambda each: (-each.score, each.proposal.kind, each.proposal.role))
    return _decided(state, scored, decider, held)


def _decided(
    state: CompanyState, scored: Sequence[_Scored], decider: Role, held: Collection[str]
) -> tuple[Decision, ...]:
    left = max(0.0, BEARABLE * state.budget)
    accepted: dict[str, Proposal] = {}
    found = []
    for each in scored:
        objection = "it is held back" if each.proposal.kind in held else _objection(each, accepted, left)
        if objection is None:
            left -= cost_of(each.proposal)
            accepted[each.proposal.kind] = each.proposal
        reason = f"{objection or 'enough are for it and the budget bears it'}; {_tally(each)}"
        decision = Decision(
            turn=state.turn + 1,
            proposal=each.proposal,
            accepted=objection is None,
            decided_by=decider.name,
            reason=reason,
        )
        found.append(decision)
    return tuple(found)


def _score(proposal: Proposal, positions: Sequence[Position], roles: Mapping[str, Role], decider: Role) -> _Scored:
    traits = decider.traits
    own = next((each.stance for each in positions if each.role == decider.name), 0.0)
    if proposal.role == decider.name:
        own = 0.6  # it would not propose what it does not want
    others = [(_voice(roles, each.role) * each.stance, each) for each in positions if each.role != decider.name]
    score = (0.5 + traits.assertiveness) * own + 0.2 * _voice(roles, proposal.role)
    if others:
        score += (0.5 + traits.collaborative) * fmean(weighed for weighed, _ in others)
    return _Scored(
        proposal=proposal, score=score,
        supporters=tuple(each.role for _, each in others if each.stance > 0.15),
        opponents=tuple(each.role for _, each in others if each.stance < -0.15),
    )  # fmt: skip


def _voice(roles: Mapping[str, Role], name: str) -> float:
    found = roles.get(name)
    return 0.5 + (found.traits.assertiveness if found is not None else 0.0)


def _objection(each: _Scored, accepted: Mapping[str, Proposal], left: float) -> str | None:
    """Why not; None where nothing is in the way."""
    proposal = each.proposal
    if each.score <= ENOUGH:
        return "too little speaks for it"
    if proposal.kind in accepted:
        return f"{accepted[proposal.kind].role} gets that already"
    opposite = next((kind for kind in OPPOSITES.get(proposal.kind, ()) if kind in accepted), None)
    if opposite is not None:
        return f"it goes against what is decided: {ACTIONS[opposite].says(accepted[opposite].amount)}"
    cost = cost_of(proposal)
    if cost > left:
        return f"it commits ${cost:.0f}k and the week has ${left:.0f}k left"
    return "enough is decided for one week" if len(accepted) >= _MOST else None


def _tally(each: _Scored) -> str:
    sides = [f"score {each.score:+.2f}"]
    for word, names in (("for", each.supporters), ("against", each.opponents)):
        if names:
            sides.append(f"{word}: {', '.join(names)}")
    return "; ".join(sides)


def announcement(decisions: Sequence[Decision]) -> str:
    """The decider's words: what is done, and what is not and why."""
    done = [ACTIONS[each.proposal.kind].says(each.proposal.amount) for each in decisions if each.accepted]
    refused = [
        f"{ACTIONS[each.proposal.kind].short} ({each.reason.partition(';')[0]})"
        for each in decisions
        if not each.accepted
    ]
    parts = [f"Decided: we {_listed(done)}." if done else "Nothing is decided this week."]
    if refused:
        parts.append(f"Not this week: {_listed(refused)}.")
    return " ".join(parts)


def _listed(texts: Sequence[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"
