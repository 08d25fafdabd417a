"""What rules say: composed, about the scenario, by trait, never the same twice."""

import re
from itertools import pairwise
from statistics import fmean

import pytest
from scipy import stats

from flexsim.workforce.company.repertoire import action
from flexsim.workforce.minds.judging import Idea, cost_of
from flexsim.workforce.minds.wording import Wording
from tests.workforce.making import SCENARIO, played, proposal, role_named, state, view

RARE = 0.001
HIRE = Idea(action=action("hire_support"), amount=3.0, urge=0.7, figure="service_level")


def speeches(count, *, name="support", ideas=(HIRE,), to=(), **traits):
    role = role_named(name, **traits)
    found = []
    for seed in range(count):
        seen = view(role, at=state(service_level=0.55), seed=seed)
        found.append(Wording(seen, seen.draws.of("words")).speech(ideas, to))
    return found


@pytest.fixture(scope="module")
def year():
    return played(50, seed=3)[1]


def test_no_two_turns_are_alike_and_no_role_repeats_itself(year):
    for name in {message.sender for turn in year for message in turn.messages}:
        texts = [
            message.text for turn in year for message in turn.messages if message.sender == name and message.wave != 6
        ]
        said_by_rules = [text for text in texts if not text.startswith(("Decided:", "Nothing is decided"))]
        assert len(set(said_by_rules)) == len(said_by_rules), name
    talks = [tuple(message.text for message in turn.messages) for turn in year]
    assert len(set(talks)) == len(talks)
    assert all(set(one) != set(other) for one, other in pairwise(talks))


def test_texts_are_about_the_scenario(year):
    text = " ".join(message.text for message in year[0].messages)
    assert "The Atlas release slips by three weeks" in text
    assert "support is swamped with calls" in " ".join(m.text for turn in year[:3] for m in turn.messages)


def test_no_place_is_left_unfilled(year):
    assert not any(re.search(r"[{}]", message.text) for turn in year for message in turn.messages)


def test_a_proposal_is_in_the_words():
    assert all("hire 3 people for support" in text for text in speeches(30))


def test_the_analytical_speak_in_numbers():
    digits = [
        [len(re.findall(r"\d", text.replace(SCENARIO, ""))) for text in speeches(80, analytical=a)]
        for a in (0.95, 0.05)
    ]
    assert stats.mannwhitneyu(*digits, alternative="greater").pvalue < RARE


def test_the_detail_oriented_say_what_it_costs_and_risks():
    marks = re.compile(r"cost|risk|exact|checks the result")
    shares = [fmean(bool(marks.search(text)) for text in speeches(80, detail_oriented=d)) for d in (1.0, 0.0)]
    assert shares == [1.0, 0.0]


def test_the_collaborative_turn_to_others():
    to = (role_named("engineering"),)
    shares = [fmean("Engineering Lead" in text for text in speeches(80, to=to, collaborative=c)) for c in (0.95, 0.05)]
    assert shares[0] > 0.8
    assert shares[1] < 0.2


def test_the_assertive_and_the_meek_ask_in_other_words():
    firm, soft = (set(speeches(60, assertiveness=a)) for a in (0.95, 0.05))
    assert all("?" not in text.split("support")[0] for text in firm if "insist" in text)
    assert fmean("?" in text for text in soft) > fmean("?" in text for text in firm) + 0.3


def test_bad_words_are_for_bad_figures_only():
    role = role_named("support", analytical=0.0)
    bad = re.compile("wait|phones do not stop|queue")
    for level, told in ((0.99, False), (0.4, True)):
        seen = [view(role, at=state(service_level=level), seed=seed, scenario="A quiet year") for seed in range(30)]
        facts = {Wording(each, each.draws.of("words"))._fact("service_level") for each in seen}
        assert any(bad.search(fact) and "hardly" not in fact for fact in facts) is told


def test_nothing_is_asked_for_because_all_is_well():
    role = role_named("support", analytical=0.0)
    for seed in range(40):
        seen = view(role, at=state(service_level=0.99), seed=seed)
        text = Wording(seen, seen.draws.of("words")).speech((HIRE,), ())
        assert not re.search(r"get through|in good hands|hardly anybody", text, re.IGNORECASE)


def test_what_it_costs_is_the_cost():
    found = re.search(r"\$(\d+)k, (\d+)% of the budget", " ".join(speeches(120, detail_oriented=1.0)))
    assert int(found[1]) == round(cost_of(proposal("hire_support", 3)))
    assert int(found[2]) == round(100 * cost_of(proposal("hire_support", 3)) / 400)
