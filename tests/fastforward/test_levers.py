"""Levers: what can be changed follows from the domain, and what results is a domain like any other."""

import dataclasses

import pytest

from flexsim.domain.checks import problems_of
from flexsim.domain.writing import domain_to_json
from flexsim.errors import ConfigurationError
from flexsim.fastforward.levers import changed, levers


def after(configuration, **wishes):
    found, _ = changed(configuration, [(name.replace("__", "."), text) for name, text in wishes.items()])
    return found


@pytest.mark.parametrize(
    ("text", "count"), [("+2", 14), ("-2", 10), ("=20", 20), ("20", 20), ("*0.5", 6), ("+50%", 18), ("-25%", 9)]
)
def test_a_change_sets_adds_or_multiplies(bank, text, count):
    found = after(bank, agents=text)
    assert len(found.workers) == found.domain.agent_count == count


def test_agents_who_stay_are_what_they_were(bank):
    assert after(bank, agents="+3").workers[:12] == bank.workers
    assert after(bank, agents="-3").workers == bank.workers[:9]


def test_the_changes_are_told_with_what_was_and_what_is(bank):
    _, (first, second) = changed(bank, [("agents", "+2"), ("agents", "+2")])
    assert (first.before, first.after, second.before, second.after) == (12, 14, 14, 16)


def test_a_mean_is_the_curves_own_or_moves_both_ends(bank):
    found = after(bank, talkTime__mean="*0.9", wrapTime__mean="*2")
    assert found.domain.dimensions["talkTime"].mean == pytest.approx(198)
    wrap = found.domain.dimensions["wrapTime"]
    assert (wrap.minimum, wrap.maximum) == (30, 150)


def test_portions_of_the_others_keep_their_proportions(bank):
    options = after(bank, channel__voice__portion="0.2").domain.dimensions["channel"].options[None]
    assert [option.portion for option in options] == pytest.approx([0.2, 0.6, 0.2])


def test_a_channels_capacity_is_every_agents(bank):
    assert {worker.capacities["chat"] for worker in after(bank, channel__chat__baseCapacity="+1").workers} == {4}


def test_shares_of_shifts_add_up(bank):
    shifts = after(bank, shifts__1__share="0.7").domain.agents.shifts
    shares = [shift.share for shift in shifts]
    assert shares == pytest.approx([0.7, *(0.3 / (len(shares) - 1) for _ in shares[1:])])


@pytest.mark.parametrize(
    "name", ["arrivals.rate", "serviceLevel.threshold", "abandonTime.cv", "activity.Break.baseDur"]
)
def test_a_lever_moves_what_it_names(bank, name):
    found, _ = changed(bank, [(name, "*1.5")])
    assert levers(found)[name].value == pytest.approx(1.5 * levers(bank)[name].value)


def test_every_lever_can_be_left_as_it_is_and_gives_a_sound_domain(bank, shop):
    for configuration in (bank, shop):
        for lever in levers(configuration).values():
            found, _ = changed(configuration, [(lever.name, f"={lever.value!r}")])
            assert not problems_of(domain_to_json(found.domain))
            assert levers(found)[lever.name].value == pytest.approx(lever.value)
            assert found.workers == configuration.workers


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("agent", "+2", "did you mean agents"),
        ("talktime.mean", "+2", "did you mean talkTime.mean"),
        ("nonsense", "+2", "no such setting: nonsense"),
        ("agents", "two", "agents=two is not a change"),
        ("agents", "5%", "agents=5% is not a change"),
        ("agents", "-12", "not 0"),
        ("talkTime.min", "=9999", "greater than max"),
        ("channel.voice.portion", "2", "between 0 and 1"),
        ("wrapTime.mean", "-500", "set its min and max"),
    ],
)
def test_a_change_that_cannot_be_is_refused_with_a_reason(bank, name, text, said):
    with pytest.raises(ConfigurationError, match=said.replace("(", r"\(")):
        changed(bank, [(name, text)])


def test_without_arrivals_the_gaps_are_the_lever(shop, bank):
    assert "arrivalGap.mean" in levers(shop)
    assert "arrivals.rate" not in levers(shop)
    assert "arrivalGap.mean" not in levers(bank)
    assert "shifts.1.share" not in levers(
        dataclasses.replace(bank, domain=dataclasses.replace(bank.domain, agents=None))
    )
