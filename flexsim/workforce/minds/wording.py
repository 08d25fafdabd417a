"""Puts what rules want to say into words: composed of parts, by tone, about the scenario, never the same twice by one role. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flexsim.randomness import Uniform
from flexsim.workforce.company.repertoire import ACTIONS
from flexsim.workforce.minds import phrases
from flexsim.workforce.minds.caring import cares, pressing
from flexsim.workforce.minds.judging import Idea, cost_of
from flexsim.workforce.minds.mind import Position, View
from flexsim.workforce.records import CompanyState, Proposal, Role
from flexsim.workforce.scenario import Scenario

NOTHING: Final = Scenario(text="", themes=())

_TRIES: Final = 6
_CARED_FOR: Final = 0.2
_BAD: Final = 0.3  # of ``pressing``, from which a figure is a reason to complain
_LONGEST_TOPIC: Final = 90  # characters


class Wording:
    """One role's words in one turn; ``draws`` decide them."""

    def __init__(self, view: View, draws: Uniform) -> None:
        self._view = view
        self._draw = draws.random
        self._traits = view.role.traits
        self._facts = facts(view.state)
        weights = cares(view.role)
        self._figures = [name for name in weights if weights[name] > _CARED_FOR] or ["budget"]
        self._press = pressing(view.state, NOTHING, view.turn)  # what is said of a figure rests on it alone
        firm = self._traits.assertiveness
        self._tone = "firm" if firm > 0.65 else "soft" if firm < 0.4 else "even"

    def speech(self, ideas: Sequence[Idea], to: Sequence[Role]) -> str:
        """What the role says when it speaks in its wave."""
        return self._new(lambda: self._speech(ideas, to))

    def stances(self, positions: Sequence[tuple[Position, str]]) -> str:
        """What the role says of others' proposals; each position comes with the figure that decided it."""
        return self._new(lambda: " ".join(self._stance(each, figure) for each, figure in positions))

    def reason(self, figure: str) -> str:
        """A reason alone, as a proposal carries it."""
        return self._one(phrases.REASONS[figure])

    def _new(self, compose: Callable[[], str]) -> str:
        """A text that the role has not said yet; a week's number settles it where the parts run out."""
        said = {m.text for turn in self._view.history for m in turn.messages if m.sender == self._view.role.name}
        text = ""
        for _ in range(_TRIES):
            text = compose()
            if text not in said:
                return text
        return f"{text} That is week {self._view.turn}."

    def _speech(self, ideas: Sequence[Idea], to: Sequence[Role]) -> str:
        if not ideas:
            cares_about = self._figures[int(self._draw() * len(self._figures))]
            quiet = self._fill(self._one(phrases.QUIET[self._tone]), self._fact(cares_about))
            return " ".join([*self._topic(0.35), quiet, *self._aside(None)])
        first = ideas[0]
        parts = [self._fill(self._one(phrases.OPENINGS[self._tone]), self._fact(first.figure, urgent=True))]
        parts += self._topic(0.75)
        for index, idea in enumerate(ideas):
            what = idea.action.says(idea.amount)
            if idea.figure == first.figure and index:
                parts.append(f"And {what}.")
            else:
                ask = self._one(phrases.ASKS[self._tone]).format(what=what)
                parts.append(
                    f"{ask[:-1]}, {self.reason(idea.figure)}{ask[-1]}" if ask[-1] in "?." and ". " not in ask else ask
                )
        return " ".join([*parts, *self._memory(), *self._detail(first), *self._aside(to)])

    def _stance(self, position: Position, figure: str) -> str:
        action = ACTIONS[position.proposal.kind]
        table = phrases.FOR if position.stance > 0 else phrases.AGAINST
        risk = phrases.RISKS[figure]
        form = self._one(table[self._tone])
        title = _title(self._view, position.proposal.role)
        name = f"{action.short} as {title} asks" if self._draw() < 0.4 else action.short
        fact = self._fact(figure, urgent=True)
        return self._fill(form, fact, name=name, Name=_capital(name), risk=risk, reason=self.reason(figure))

    def _fill(self, form: str, fact: str, **more: str) -> str:
        return form.format(fact=fact, Fact=_capital(fact), week=self._view.turn, **more)

    def _fact(self, figure: str, *, urgent: bool = False) -> str:
        """With numbers the more often, the more analytical; what is ``urgent`` and yet well, always: praise gives no reason to act."""
        bad = self._press[figure] > _BAD
        numbers = self._draw() < self._traits.analytical or (urgent and not bad)
        if figure == "incident" and self._view.state.incident == 0:
            numbers = False
        words = phrases.WORDS if bad else phrases.WELL
        return self._one((phrases.NUMBERS if numbers else words)[figure]).format(**self._facts)

    def _topic(self, often: float) -> list[str]:
        """What the scenario says; the less often, the longer ago it is."""
        if self._draw() >= 0.1 + often * 0.9**self._view.turn:
            return []
        themes = self._view.scenario.themes
        clauses = list(dict.fromkeys(each.clause for each in themes)) or [self._view.scenario.text]
        clause = clauses[int(self._draw() * len(clauses))]
        if len(clause) > _LONGEST_TOPIC:
            clause = clause[:_LONGEST_TOPIC].rsplit(" ", 1)[0] + " …"
        return [self._one(phrases.TOPICS).format(topic=clause.replace('"', "'"))]

    def _memory(self) -> list[str]:
        found = self._view.memories
        if not found or self._draw() > 0.35 + 0.3 * self._traits.detail_oriented:
            return []
        memory = found[int(self._draw() * min(3, len(found)))].text.rstrip(".")
        return [self._one(phrases.MEMORIES).format(memory=memory)]

    def _detail(self, idea: Idea) -> list[str]:
        if self._draw() >= self._traits.detail_oriented:
            return []
        proposal = Proposal(role=self._view.role.name, kind=idea.action.kind, amount=idea.amount, reason="")
        cost = cost_of(proposal)
        usable = phrases.DETAILS if cost > 0 else phrases.DETAILS[2:]
        hurt = min(idea.action.effects, key=lambda name: idea.action.effects[name])
        share = cost / max(1.0, self._view.state.budget)
        return [
            self._one(usable).format(
                cost=cost, share=share, amount=idea.amount, unit=idea.action.unit, risk=phrases.RISKS[hurt]
            )
        ]

    def _aside(self, to: Sequence[Role] | None) -> list[str]:
        found = []
        if to and self._draw() < self._traits.collaborative:
            title = to[int(self._draw() * len(to))].title
            found.append(
                self._one(phrases.TOGETHER).format(who=_capital(title), the=f"the {title}", The=f"The {title}")
            )
        if self._draw() < 0.7 * self._traits.creative - 0.2:
            found.append(self._one(phrases.SPARKS))
        return found

    def _one(self, forms: Sequence[str]) -> str:
        return forms[int(self._draw() * len(forms))]


def facts(state: CompanyState) -> Mapping[str, Any]:
    """The state as phrases name it."""
    teams = {team: state.headcount.get(team, 0) for team in ("support", "engineering", "sales", "product")}
    return {
        "service_level": state.service_level, "contacts": state.contacts, "churn": state.churn, "customers": state.customers,
        "lost_a_month": state.churn * state.customers * 52 / 12, "morale": state.morale, "budget": state.budget,
        "costs": state.costs, "revenue": state.revenue, "price": state.price, "backlog": state.backlog, "quality": state.quality,
        "release_in": state.release_in, "value": state.value, "incident": state.incident, **teams,
    }  # fmt: skip


def _title(view: View, name: str) -> str:
    found = next((role.title for role in view.roles if role.name == name), name)
    return f"the {found}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
