"""A role goes into instructions and comes back the same; foreign instructions are nobody's role."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.voice.dialogue import agents, callers, scenarios
from flexsim.voice.dialogue.instructions import (
    AgentRole,
    CallerRole,
    agents_role,
    agents_text,
    callers_role,
    callers_text,
    for_agent,
    for_caller,
    read,
)
from flexsim.voice.dialogue.personas import Answering, Criterion, Goal, Persona

LINE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]) | st.just(" "), max_size=30).map(
    lambda text: " ".join(text.split())
)
LABEL = LINE.map(lambda text: text.replace(":", "")).map(str.strip).filter(bool)
SHARE = st.floats(0, 1)
ANSWERING = st.builds(Answering, median=st.floats(0.05, 10), spread=SHARE)
PERSONA = st.builds(
    Persona,
    traits=st.lists(LINE, max_size=3).map(tuple),
    style=LINE,
    patience=st.integers(1, 10),
    tech_comfort=st.integers(1, 10),
    tendency_to_interrupt=SHARE,
    clarity=SHARE,
    answering=ANSWERING,
    voice=st.sampled_from(["alloy", "ash"]),
    pitch=st.integers(0, 99),
    rate=st.integers(80, 450),
    rate_spread=st.floats(0, 60),
    language=st.sampled_from(["en", "de", "fr"]),
)
CRITERIA = st.lists(st.builds(Criterion, says=LINE), max_size=3).map(tuple)
GOAL = st.builds(
    Goal,
    primary=LINE,
    secondary=st.lists(LINE, max_size=3).map(tuple),
    success=CRITERIA,
    failure=CRITERIA,
    max_turns=st.integers(1, 200),
)
CALLER = st.builds(CallerRole, persona=PERSONA, goal=GOAL, facts=st.dictionaries(LABEL, LINE, max_size=4))
AGENT = st.builds(
    AgentRole,
    speaks_as=LINE,
    company=LINE,
    style=LINE,
    answering=ANSWERING,
    back_channels=SHARE,
    identify=st.booleans(),
    language=st.sampled_from(["en", "de", "fr"]),
    knowledge=st.dictionaries(LABEL, LINE, max_size=4),
)


@given(CALLER)
@settings(max_examples=60, deadline=None)
def test_a_callers_role_comes_back_exactly(role):
    assert read(callers_text(role)) == role


@given(AGENT)
@settings(max_examples=60, deadline=None)
def test_an_agents_role_comes_back_exactly(role):
    assert read(agents_text(role)) == role


@pytest.mark.parametrize("caller", callers.names())
@pytest.mark.parametrize("scenario", scenarios.names())
def test_what_comes_with_flexsim_comes_back(caller, scenario):
    found = callers.caller(caller), scenarios.scenario(scenario)
    assert read(for_caller(*found)) == callers_role(*found)


@pytest.mark.parametrize("name", agents.names())
def test_so_do_the_agents(name):
    assert read(for_agent(agents.agent(name))) == agents_role(agents.agent(name))


def test_a_model_is_not_told_by_which_expressions_it_is_judged():
    text = for_caller(callers.caller("typical"), scenarios.scenario("lost-card"))
    assert "card replacement confirmed" in text
    assert "==" not in text


def test_windows_line_ends_do_no_harm():
    text = for_agent(agents.agent("banking"))
    assert read(text.replace("\n", "\r\n")) == read(text)


@pytest.mark.parametrize(
    "text", ["", "You are a pirate.", "## What you want\n- Goal: x", "## What you may tell\n- a: b", "- Goal: x"]
)
def test_foreign_instructions_are_nobodys_role(text):
    assert read(text) is None


def test_instructions_that_somebody_has_broken_are_foreign():
    text = for_agent(agents.agent("banking"))
    assert read(text.replace("median 0.5 seconds", "soon")) is None
