"""The default mind: rules, seeded, without a network. What it decides, ``judging`` says; how it says it, ``wording``.

Its texts never decide anything, and are drawn from numbers of their own: with or without them the company goes the same way.
"""

from collections.abc import Sequence

from flexsim.workforce.minds.caring import pressing
from flexsim.workforce.minds.judging import Idea, Judgement
from flexsim.workforce.minds.mind import Position, Utterance, View
from flexsim.workforce.minds.wording import Wording
from flexsim.workforce.records import Proposal, Role


class RulesMind:
    """A mind that costs nothing and repeats exactly."""

    name = "rules"
    repeatable = True

    async def propose(self, views: Sequence[View]) -> Sequence[Utterance]:
        """What each wants most, as far as it is assertive enough to say so."""
        press = pressing(views[0].state, views[0].scenario, views[0].turn)
        return [_speech(view, Judgement(view, press).ideas()) for view in views]

    async def weigh(self, views: Sequence[View], proposals: Sequence[Proposal]) -> Sequence[Utterance]:
        """For and against what others propose, where it is strong enough to be said."""
        press = pressing(views[0].state, views[0].scenario, views[0].turn)
        return [_weighed(view, Judgement(view, press), proposals) for view in views]


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
