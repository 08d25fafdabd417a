"""The default mind: rules, seeded, without a network. What it decides, ``judging`` says; how it says it, ``wording``.

Its texts never decide anything, and are drawn from numbers of their own: with or without them the company goes the same way.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flexsim.workforce.minds.caring import pressing
from flexsim.workforce.minds.judging import Idea, Judgement, Recent, lately
from flexsim.workforce.minds.mind import Position, Utterance, View
from flexsim.workforce.minds.wording import Wording
from flexsim.workforce.records import CompanyState, Proposal, Role, Turn

if TYPE_CHECKING:
    from flexsim.workforce.scenario import Scenario


class RulesMind:
    """A mind that costs nothing and repeats exactly."""

    name = "rules"
    repeatable = True

    def __init__(self) -> None:
        self._seen: tuple[CompanyState, Scenario, Turn | None] | None = None
        self._common: tuple[Mapping[str, float], Recent] = ({}, {})

    async def propose(self, views: Sequence[View]) -> Sequence[Utterance]:
        """What each wants most, as far as it is assertive enough to say so."""
        common = self._common_of(views[0])
        return [_speech(view, Judgement(view, *common).ideas()) for view in views]

    async def weigh(self, views: Sequence[View], proposals: Sequence[Proposal]) -> Sequence[Utterance]:
        """For and against what others propose, where it is strong enough to be said."""
        common = self._common_of(views[0])
        return [_weighed(view, Judgement(view, *common), proposals) for view in views]

    def _common_of(self, view: View) -> tuple[Mapping[str, float], Recent]:
        """What is the same for all roles of a turn, made in its first wave; it follows from the view, so nothing is remembered."""
        last = view.history[-1] if view.history else None
        seen = self._seen
        if seen is None or seen[0] is not view.state or seen[1] is not view.scenario or seen[2] is not last:
            self._common = pressing(view.state, view.scenario, view.turn), lately(view)
            self._seen = view.state, view.scenario, last
        return self._common


def _speech(view: View, ideas: Sequence[Idea]) -> Utterance:
    to = _addressed(view, ideas)
    if not view.words:
        proposals = tuple(_proposal(view, idea, "") for idea in ideas)
        return Utterance(role=view.role.name, recipients=tuple(each.name for each in to), proposals=proposals)
    wording = Wording(view, view.draws.of(f"{view.turn}/{view.role.name}/speech"))
    text = wording.speech(ideas, to)
    proposals = tuple(_proposal(view, idea, wording.reason(idea.figure)) for idea in ideas)
    return Utterance(role=view.role.name, recipients=tuple(each.name for each in to), text=text, proposals=proposals)


def _proposal(view: View, idea: Idea, reason: str) -> Proposal:
    return Proposal(role=view.role.name, kind=idea.action.kind, amount=idea.amount, reason=reason)


def _addressed(view: View, ideas: Sequence[Idea]) -> list[Role]:
    """Whom a proposal concerns: those whose team or trade it is, and the decider; nobody by name where it concerns all."""
    concerned = {name for idea in ideas for name in _CONCERNS.get(idea.action.kind, ())}
    found = [role for role in view.roles if role.name in concerned and role.name != view.role.name]
    # The collaborative speak to everybody when it concerns many.
    return [] if len(found) > 2 and view.role.traits.collaborative > 0.5 else found


def _weighed(view: View, judgement: Judgement, proposals: Sequence[Proposal]) -> Utterance:
    positions, spoken = [], []
    for proposal in proposals:
        if proposal.role != view.role.name:
            stance, figure = judgement.stance(proposal)
            reason = f"{'for' if stance > 0 else 'against'}: {figure.replace('_', ' ')}"
            position = Position(role=view.role.name, proposal=proposal, stance=round(stance, 4), reason=reason)
            positions.append(position)
            if judgement.speaks(stance):
                spoken.append((position, figure))
    if not spoken or not view.words:
        return Utterance(role=view.role.name, positions=tuple(positions))
    spoken.sort(key=lambda each: -abs(each[0].stance))
    spoken = spoken[: 1 + round(2 * view.role.traits.assertiveness)]
    wording = Wording(view, view.draws.of(f"{view.turn}/{view.role.name}/stances"))
    to = tuple(dict.fromkeys(each.proposal.role for each, _ in spoken))
    return Utterance(role=view.role.name, recipients=to, text=wording.stances(spoken), positions=tuple(positions))


_CONCERNS = {
    "hire_support": ("support", "ceo"),
    "reduce_support": ("support", "ceo"),
    "train_support": ("support",),
    "hire_engineering": ("engineering", "ceo"),
    "reduce_engineering": ("engineering", "ceo"),
    "hire_sales": ("sales", "ceo"),
    "reduce_sales": ("sales", "ceo"),
    "marketing": ("sales", "design"),
    "change_price": ("sales", "product", "ceo"),
    "delay_release": ("product", "engineering"),
    "cut_scope": ("product", "engineering"),
    "fix_quality": ("engineering", "product"),
    "fix_incident": ("engineering",),
    "improve_design": ("design", "product"),
    "overtime": ("support", "engineering"),
    "bonus": ("ceo",),
    "cut_costs": ("ceo", "analyst"),
}
