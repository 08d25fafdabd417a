"""What a new project begins with is a valid description that says what the answers said."""

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from flexsim.configuration.generate import generate
from flexsim.configuration.starter import DOMAIN, ENV, RECIPES, TIMEZONES, Centre, starter_files
from flexsim.domain.loading import load_domain
from flexsim.randomness import Randomness

CENTRE = Centre(
    brand="My Bank", locale="en-us", topics=("Cards", "Loans"), agents=12, contacts_per_hour=90.0, handle_time=200.0,
    opens=8, closes=18, threshold=30.0, target=0.9,
)  # fmt: skip


def described(centre, folder):
    path = folder / "domain.json"
    path.write_text(starter_files(centre, None)[DOMAIN], encoding="utf-8")
    return load_domain(path, centre.locale)


def test_the_domain_says_what_the_answers_said(tmp_path):
    domain = described(CENTRE, tmp_path)
    assert (domain.brand, domain.agent_count, domain.arrivals.rate_per_hour) == ("My Bank", 12, 90)
    assert (domain.service_level.threshold, domain.service_level.target) == (30, 0.9)
    means = {name: domain.dimensions[name].mean for name in ("talkTime", "wrapTime")}
    assert sum(means.values()) == 200
    assert domain.arrivals.profile[7:19] == (0, *[1] * 10, 0)
    assert [queue.name for queue in generate(domain, Randomness(1)).queues if queue.name != "Everyone"] == [
        "Cards", "Loans",
    ]  # fmt: skip


centres = st.builds(
    Centre,
    brand=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(
        str.strip
    ),
    locale=st.sampled_from(sorted(TIMEZONES)),
    topics=st.lists(
        st.sampled_from(["Sales", "O'Hare", 'a "b"', "Ünï 🎉", "x y"]), min_size=1, max_size=5, unique=True
    ).map(tuple),
    agents=st.integers(1, 500),
    contacts_per_hour=st.floats(1, 1e6),
    handle_time=st.floats(5, 86_400),
    opens=st.integers(0, 22),
    closes=st.integers(23, 24),
    threshold=st.floats(0.1, 600),
    target=st.floats(0.01, 0.99),
)


@settings(max_examples=25)
@given(centres)
def test_whatever_the_answers_the_domain_is_valid(tmp_path_factory, centre):
    assert described(centre, tmp_path_factory.mktemp("any")).brand == centre.brand


def test_breaks_do_not_fall_together(tmp_path):
    breaks = [each for shift in described(CENTRE, tmp_path).agents.shifts for each in shift.breaks]
    seconds = [set(range(each.start, each.start + each.duration)) for each in breaks]
    assert len(set.union(*seconds)) == sum(map(len, seconds)) > 0


@pytest.mark.parametrize("recipe", sorted(RECIPES))
def test_a_recipe_names_the_locale(recipe):
    text = starter_files(CENTRE, recipe)[RECIPES[recipe]]
    assert "--locale en-us" in text
    assert "LOCALE" not in text


def test_the_workflow_is_yaml_and_env_holds_no_value():
    assert "jobs" in yaml.safe_load(starter_files(CENTRE, "github")[RECIPES["github"]])
    lines = [line for line in starter_files(CENTRE, None)[ENV].splitlines() if line and not line.startswith("#")]
    assert all(line.endswith("=") for line in lines)


def test_comments_stand_where_an_editor_shows_them():
    document = json.loads(starter_files(CENTRE, None)[DOMAIN])
    assert all("$comment" in each for each in document["dimensions"].values())
