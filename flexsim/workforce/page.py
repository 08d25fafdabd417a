"""A run of the workforce as one page: curves of the company, what was said and decided, who took part."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from flexsim.pages import embedded, inside, templates
from flexsim.reporting.writing import write_text
from flexsim.workforce.company.model import GOAL
from flexsim.workforce.company.repertoire import ACTIONS
from flexsim.workforce.figures import figures_of
from flexsim.workforce.records import CompanyState, Proposal, Session, Traits, Turn

REPORT: Final = "report.html"

_STYLES: Final = ("uplot/uPlot.min.css", "report/report.css", "workforce/workforce.css")
_SCRIPTS: Final = ("uplot/uPlot.iife.min.js", "workforce/workforce.js")
_COLOURS: Final = ("blue", "teal", "amber", "violet", "red", "grey")

Form = Callable[[float], str]
_FORMS: Final[Mapping[str, Form]] = {
    "share": lambda value: f"{value:.1%}",
    "fine": lambda value: f"{value:.2%}",
    "money": lambda value: f"${value:,.1f}k",
    "count": lambda value: f"{value:,.0f}",
    "index": lambda value: f"{value:.2f}",
    "price": lambda value: f"${value:,.2f}",
}
# Title, the state's attribute, how it is written, and whether more of it is better.
_COLUMNS: Final = (
    ("Service level", "service_level", "share", True), ("Contacts", "contacts", "count", None), ("Customers", "customers", "count", True),
    ("Churn", "churn", "fine", False), ("Revenue", "revenue", "money", True), ("Costs", "costs", "money", None),
    ("Budget", "budget", "money", True), ("Price", "price", "price", None), ("Morale", "morale", "index", True),
    ("Quality", "quality", "index", True), ("Value", "value", "index", True), ("Backlog", "backlog", "count", False),
    ("To the release", "release_in", "index", None), ("Outage", "incident", "share", False),
)  # fmt: skip
_TILES: Final = ("service_level", "customers", "churn", "revenue", "budget", "morale", "quality", "backlog")
# Id, title, form, whether zero is in sight, and the curves by label.
_CHARTS: Final = (
    ("service", "Service level", "share", False, {"Answered in time": "service_level"}),
    ("churn", "Churn a week", "fine", True, {"Churn": "churn"}),
    ("customers", "Customers", "count", False, {"Customers": "customers"}),
    ("money", "Revenue and costs a week", "money", True, {"Revenue": "revenue", "Costs": "costs"}),
    ("budget", "Budget", "money", True, {"Budget": "budget"}),
    ("mood", "Morale, quality, value", "index", False, {"Morale": "morale", "Quality": "quality", "Value": "value"}),
    ("backlog", "Backlog", "count", True, {"Items": "backlog"}),
    ("contacts", "Contacts a week", "count", True, {"Contacts": "contacts"}),
)  # fmt: skip


def leave_page(folder: Path, session: Session, turns: Sequence[Turn]) -> Path:
    """Write the page into the run's folder; raises ConfigurationError where that cannot be done."""
    file = folder / REPORT
    write_text(file, render_page(session, turns))
    return file


def render_page(session: Session, turns: Sequence[Turn]) -> str:
    """The page; raises ValueError where there is no turn."""
    environment = templates("workforce")
    environment.filters["says"] = _says
    states = [session.beginning, *(turn.state for turn in turns)]
    charts = _charts(states)
    figures = figures_of(turns)
    return environment.get_template("workforce.html.j2").render(
        session=session, turns=turns, **inside(_STYLES, _SCRIPTS),
        data=embedded({"weeks": [state.turn for state in states], "charts": charts}),
        charts=charts, tiles=_tiles(states), columns=[title for title, *_ in _COLUMNS], rows=_rows(states),
        headlines=[_headline(turn) for turn in turns], titles={role.name: role.title for role in session.roles},
        places={role.name: at % 8 for at, role in enumerate(session.roles)}, people=_people(session, turns),
        traits=tuple(Traits.__dataclass_fields__), accepted=int(figures["accepted"]), proposals=int(figures["proposals"]),
        usage={"calls": int(figures["calls"]), "tokens": int(figures["tokens"]), "dollars": figures["dollars"]},
    )  # fmt: skip


def _charts(states: Sequence[CompanyState]) -> list[dict[str, Any]]:
    found = [
        _chart(
            states,
            (name, title, form, zero),
            {label: _values(states, attribute) for label, attribute in curves.items()},
        )
        for name, title, form, zero, curves in _CHARTS
    ]
    teams = {
        team.capitalize(): [float(state.headcount.get(team, 0)) for state in states] for team in states[-1].headcount
    }
    found.append(_chart(states, ("people", "People by team", "count", True), teams))
    return found


def _chart(
    states: Sequence[CompanyState], what: tuple[str, str, str, bool], curves: Mapping[str, list[float]]
) -> dict[str, Any]:
    name, title, form, zero = what
    said = [
        f"{label if len(curves) > 1 else 'From'} {_FORMS[form](values[0])} to {_FORMS[form](values[-1])}"
        for label, values in curves.items()
    ]
    series = [
        {"label": label, "colour": _COLOURS[at % len(_COLOURS)], "values": values}
        for at, (label, values) in enumerate(curves.items())
    ]
    goal = GOAL if name == "service" else None
    weeks = len(states) - 1
    caption = f"{'; '.join(said)}, in {weeks} week{'s' if weeks > 1 else ''}."
    return {"id": name, "title": title, "form": form, "zero": zero, "series": series, "goal": goal, "caption": caption}


def _values(states: Sequence[CompanyState], attribute: str) -> list[float]:
    return [round(float(getattr(state, attribute)), 6) for state in states]


def _tiles(states: Sequence[CompanyState]) -> list[dict[str, Any]]:
    first, last = states[0], states[-1]
    found = []
    for title, name, form, more_is_better in _COLUMNS:
        if name in _TILES:
            before, after = float(getattr(first, name)), float(getattr(last, name))
            same = _FORMS[form](before) == _FORMS[form](after)
            good = None if same or more_is_better is None else (after > before) == more_is_better
            found.append(
                {"label": title, "value": _FORMS[form](after), "below": f"was {_FORMS[form](before)}", "good": good}
            )
    return found


def _rows(states: Sequence[CompanyState]) -> list[tuple[str, list[str]]]:
    return [
        (
            str(state.turn) if state.turn else "begin",
            [_FORMS[form](float(getattr(state, name))) for _, name, form, _ in _COLUMNS],
        )
        for state in states
    ]


def _headline(turn: Turn) -> str:
    state = turn.state
    done = [_says(each.proposal) for each in turn.decisions if each.accepted]
    decided = ", ".join(done) if done else "nothing decided"
    return f"service level {state.service_level:.0%}, budget ${state.budget:,.0f}k; {decided}"


def _says(proposal: Proposal) -> str:
    return ACTIONS[proposal.kind].says(proposal.amount)


def _people(session: Session, turns: Sequence[Turn]) -> list[tuple[Any, int, int, int]]:
    spoke = Counter(message.sender for turn in turns for message in turn.messages)
    decisions = [each for turn in turns for each in turn.decisions]
    proposed = Counter(each.proposal.role for each in decisions)
    accepted = Counter(each.proposal.role for each in decisions if each.accepted)
    return [(role, spoke[role.name], proposed[role.name], accepted[role.name]) for role in session.roles]
