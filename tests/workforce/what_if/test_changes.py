"""What can be changed at a fork."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.workforce.company.beginning import MIDDLING
from flexsim.workforce.roles.loading import seven_roles
from flexsim.workforce.what_if.changes import apply


def changed(*texts):
    return apply(texts, MIDDLING, seven_roles())


@pytest.mark.parametrize(
    ("text", "figure", "value"),
    [
        ("release=+3w", "release_in", 9.0), ("release=2", "release_in", 2.0), ("price=+5%", "price", 42.0), ("price=-10%", "price", 36.0),
        ("price=45", "price", 45.0), ("budget=-100", "budget", 300.0), ("budget=+50k", "budget", 450.0), ("quality=*0.5", "quality", 0.375),
        ("morale=60%", "morale", 0.6), ("customers=+10%", "customers", 2200), ("incident=0.8", "incident", 0.8), ("market=0.5", "market", 0.5),
    ],
)  # fmt: skip
def test_a_figure_is_set_added_to_or_multiplied(text, figure, value):
    found = changed(text)
    assert getattr(found.state, figure) == pytest.approx(value)
    (change,) = found.changes
    assert (change.text, change.before, change.after) == (text, getattr(MIDDLING, figure), pytest.approx(value))


def test_heads_traits_policies_and_luck():
    found = changed("headcount.support=+5", "role.ceo.assertiveness=0.9", "hold.overtime", "hold.bonus", "luck=2")
    assert found.state.headcount == {**MIDDLING.headcount, "support": 16}
    assert {role.name: role.traits.assertiveness for role in found.roles}["ceo"] == 0.9
    assert [role for role in found.roles if role.name != "ceo"] == [
        role for role in seven_roles() if role.name != "ceo"
    ]
    assert (found.held, found.luck) == ({"overtime", "bonus"}, 2)
    assert len(found.changes) == 5


def test_changes_follow_each_other():
    assert changed("headcount.support=5", "headcount.support=+2").state.headcount["support"] == 7


def test_no_change_is_no_change():
    found = changed()
    assert (found.state, found.roles, found.changes) == (MIDDLING, seven_roles(), ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("price", "NAME=WISH"), ("price=", "NAME=WISH"), ("pryce=3", "did you mean price"), ("price=cheap", "'cheap', in: price=cheap"),
        ("price=+3w", "w has no meaning here"), ("morale=1.4", "not from 0 to 1"), ("headcount.suport=+1", "did you mean support"),
        ("headcount.support=-50", "not from 0 to 10000"), ("role.ceo=1", "role.NAME.TRAIT"), ("role.cio.creative=1", "there is no role cio"),
        ("role.ceo.humour=1", "there is no trait humour"), ("hold.overtme", "did you mean overtime"), ("hold.overtime=1", "hold takes no value"),
        ("luck=-1", "not from 0"), ("budget=1e999", "not a number"),
    ],
)  # fmt: skip
def test_what_cannot_be_changed_is_told_with_what_can(text, told):
    with pytest.raises(ConfigurationError) as failure:
        changed(text)
    assert told in str(failure.value)
