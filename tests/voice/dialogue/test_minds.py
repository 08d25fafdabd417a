"""Whole conversations by words alone: they end, for a reason, and declared traits show in them."""

import itertools
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from flexsim.randomness import Randomness
from flexsim.voice.dialogue import agents, callers, scenarios
from flexsim.voice.dialogue.interjecting import BACK_CHANNELS
from flexsim.voice.dialogue.matter import MOST_HANDOVERS, MOST_TRIES
from flexsim.voice.dialogue.meaning import understand
from flexsim.voice.dialogue.minds import make_mind
from flexsim.voice.dialogue.personas import Persona
from flexsim.voice.dialogue.tools import HUMAN
from flexsim.voice.ports import InterjectionKind, Written
from tests.voice.dialogue.talking import talk

REASONS = {"completed", "handed_off", "caller_hung_up", "agent_hung_up", "max_turns"}
SURE = 1e-4  # the chance to call a law broken that holds
SEEDS = 5


@pytest.mark.parametrize("seed", range(5))
def test_a_typical_caller_gets_its_lost_card_replaced(seed):
    found = talk("typical", "lost-card", seed=seed)
    assert found.end_reason == "completed", found.text()
    assert found.verdict.reached, found.text()


def speaking(code, name="typical"):
    found = callers.caller(name)
    return replace(found, persona=replace(found.persona, language=code))


@pytest.mark.parametrize("code", ["de", "fr"])
@pytest.mark.parametrize("scenario", ["lost-card", "balance", "transfer", "car-claim", "claim-status"])
def test_in_every_language_a_typical_caller_gets_what_it_wants(code, scenario):
    found = [talk(speaking(code), scenario, seed=seed) for seed in range(6)]
    assert sum(each.verdict.reached for each in found) >= 5, found[0].text()


@pytest.mark.parametrize("code", ["de", "fr"])
@pytest.mark.parametrize("name", callers.names())
def test_in_every_language_every_caller_comes_to_a_right_end(code, name):
    for scenario in scenarios.names():
        assert talk(speaking(code, name), scenario, seed=1).end_reason in REASONS


def test_the_same_seed_gives_the_same_conversation():
    assert talk(seed=3).lines == talk(seed=3).lines
    assert talk(seed=3).lines != talk(seed=4).lines


@pytest.mark.parametrize("agent", agents.names())
@pytest.mark.parametrize("scenario", scenarios.names())
@pytest.mark.parametrize("caller", callers.names())
def test_every_caller_in_every_scenario_with_every_agent_comes_to_a_right_end(caller, scenario, agent):
    for seed in range(SEEDS):
        found = talk(caller, scenario, agent, seed=seed)
        assert found.end_reason in REASONS, found.text()
        if scenarios.scenario(scenario).domain != agent and scenario != "human":
            assert found.end_reason != "completed", found.text()
            assert not found.verdict.reached, found.text()


def ends(caller, scenario, count=40, **options):
    return Counter(talk(caller, scenario, seed=seed, **options).end_reason for seed in range(count))


@cache
def success(caller, scenario, count=60):
    return sum(talk(caller, scenario, seed=seed).verdict.reached for seed in range(count)) / count


@pytest.mark.parametrize("scenario", ["lost-card", "balance", "transfer", "car-claim", "claim-status"])
def test_a_typical_caller_nearly_always_gets_what_it_wants(scenario):
    assert success("typical", scenario) >= 0.95


def test_a_frustrated_caller_fails_more_often_where_much_is_asked():
    assert 0.5 < success("frustrated", "car-claim") < success("typical", "car-claim") - 0.05


def test_who_wants_a_human_gets_one():
    assert ends("typical", "human") == {"handed_off": 40}


def test_who_cannot_say_who_it_is_learns_nothing():
    for caller in callers.names():
        assert success(caller, "forgotten-details", 20) == 0


def test_more_than_the_limit_is_never_moved():
    found = [talk("typical", "over-limit", seed=seed) for seed in range(20)]
    assert not any(each.verdict.reached for each in found)
    assert all("limit" in each.text() for each in found)


def test_on_a_bad_line_conversations_still_end():
    for misheard in (0.2, 0.6, 1.0):
        assert set(ends("typical", "lost-card", 15, misheard=misheard)) <= REASONS
    assert set(ends("typical", "lost-card", 10, misheard=1.0)) <= {"caller_hung_up", "agent_hung_up"}


PERSONA = st.builds(
    Persona,
    traits=st.lists(st.sampled_from(["impatient", "in a rush", "gentle", "odd"]), max_size=2).map(tuple),
    patience=st.integers(1, 10),
    tech_comfort=st.integers(1, 10),
    tendency_to_interrupt=st.sampled_from([0.0, 0.5, 1.0]),
    clarity=st.sampled_from([0.0, 0.5, 1.0]),
)


@given(
    persona=PERSONA,
    scenario=st.sampled_from(scenarios.names()),
    agent=st.sampled_from(agents.names()),
    seed=st.integers(0, 1000),
    misheard=st.sampled_from([0.0, 0.1, 0.5]),
    down=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_whoever_calls_the_conversation_ends_and_nobody_says_the_same_for_ever(
    persona, scenario, agent, seed, misheard, down
):
    somebody = replace(callers.caller("typical"), persona=persona)
    who = agents.agent(agent)
    if down:
        who = replace(who, functions={"*": replace(who.functions["*"], error_rate=1.0)})
    found = talk(somebody, scenario, who, seed=seed, misheard=misheard)
    assert found.end_reason in REASONS, found.text()
    said = Counter(text for side, text, kind in found.lines if kind == "turn" and len(text) > 30)
    assert max(said.values(), default=0) <= 12, found.text()
    handed_over = sum(name == HUMAN for _, name, *_ in found.calls)
    assert handed_over <= MOST_HANDOVERS * MOST_TRIES, found.text()


def test_when_nothing_works_it_ends_with_an_apology_or_a_human_not_in_a_loop():
    who = agents.agent("banking")
    who = replace(who, functions={"*": replace(who.functions["*"], error_rate=1.0)})
    found = ends("typical", "balance", 20, agent=who)
    assert set(found) <= {"caller_hung_up", "agent_hung_up", "max_turns"}


# --- declared traits -------------------------------------------------------------------------------------------------------


@cache
def calls(name, **changes):
    """Many calls of one caller, or of one that behaves otherwise than declared."""
    who = callers.caller(name)
    who = replace(who, persona=replace(who.persona, **dict(changes)))
    return [talk(who, scenario, seed=seed) for scenario in ("lost-card", "car-claim") for seed in range(30)]


def interruptions(talks):
    """How many turns of the agent's there were to speak into, and into how many the caller did."""
    found = [each for talk in talks for side, each in talk.overheard if side == "caller"]
    return len(found), sum(each is not None and each.kind is InterjectionKind.INTERRUPTION for each in found)


def interrupts_as(persona, talks):
    count, many = interruptions(talks)
    return stats.binomtest(many, count, persona.tendency_to_interrupt).pvalue


def answers_as(persona, talks):
    law = stats.lognorm(persona.answering.spread, scale=persona.answering.median)
    return stats.kstest([after for talk in talks for side, after in talk.after if side == "caller"], law.cdf).pvalue


def clearness(talks):
    """Of the answers to questions for a number or a day: how many there were, and how many were whole."""
    count = whole = 0
    for each_talk in talks:
        turns = [each for each in each_talk.lines if each[2] != "back_channel"]
        for (side, asked, _), (_, answer, kind) in itertools.pairwise(turns):
            asks = understand(asked, "en").asks
            wanted = set(asks) & {"date_of_birth", "card_last_four", "policy_number", "date"}
            found = understand(answer, "en")
            if side != "agent" or kind != "turn" or len(wanted) != 1 or found.shows & {"human", "stop", "explain"}:
                continue
            count += 1
            whole += bool(found.dates) or any(
                len(run) in {4, 8} and run not in {"4071", "1987", "2026", "1984"} for run in found.figures
            )
    return count, whole


def clear_as(persona, talks):
    count, whole = clearness(talks)
    return stats.binomtest(whole, count, persona.clarity).pvalue


@pytest.mark.parametrize("name", callers.names())
@pytest.mark.parametrize("law", [interrupts_as, answers_as, clear_as])
def test_what_a_caller_declares_shows_over_many_calls(name, law):
    assert law(callers.caller(name).persona, calls(name)) > SURE


@pytest.mark.parametrize("name", callers.names())
def test_one_who_interrupts_twice_as_often_as_declared_is_found_out(name):
    declared = callers.caller(name).persona
    sabotaged = calls(name, tendency_to_interrupt=min(1.0, 2 * declared.tendency_to_interrupt))
    assert interrupts_as(declared, sabotaged) < SURE


@pytest.mark.parametrize("name", callers.names())
def test_one_who_answers_a_quarter_slower_than_declared_is_found_out(name):
    declared = callers.caller(name).persona
    slower = replace(declared.answering, median=1.25 * declared.answering.median)
    assert answers_as(declared, calls(name, answering=slower)) < SURE


@pytest.mark.parametrize("name", callers.names())
def test_one_who_is_much_less_clear_than_declared_is_found_out(name):
    declared = callers.caller(name).persona
    assert clear_as(declared, calls(name, clarity=declared.clarity - 0.25)) < SURE


def test_an_agents_answers_come_as_its_role_says():
    found = [after for talk in calls("typical")[:30] for side, after in talk.after if side == "agent"]
    answering = agents.agent("banking").answering
    assert stats.kstest(found, stats.lognorm(answering.spread, scale=answering.median).cdf).pvalue > SURE


def test_back_channels_come_where_it_does_not_interrupt():
    found = [each for talk in calls("typical") for side, each in talk.overheard if side == "caller"]
    quiet = [each for each in found if each is None or each.kind is InterjectionKind.BACK_CHANNEL]
    assert stats.binomtest(sum(each is not None for each in quiet), len(quiet), BACK_CHANNELS).pvalue > SURE


# --- foreign roles ---------------------------------------------------------------------------------------------------------


def test_foreign_instructions_make_a_polite_assistant():
    mind = make_mind("You are a pirate.", (), Randomness(1).generator("mind"))
    assert mind.reply([Written(text="Hello there")]).text
