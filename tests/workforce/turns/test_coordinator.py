"""Who speaks when, and who hears whom."""

from flexsim.workforce.minds.mind import Utterance
from flexsim.workforce.roles.loading import seven_roles
from flexsim.workforce.turns.coordinator import heard_by, messages, proposals_of, waves
from tests.workforce.making import plain_role, proposal


def test_equal_priorities_are_a_wave_and_one_speaks_first():
    assert [[role.name for role in wave] for wave in waves(seven_roles())] == [
        ["support", "sales"], ["product", "engineering", "design"], ["analyst"], ["ceo"],
    ]  # fmt: skip


def test_what_is_directed_reaches_only_those_it_is_directed_to():
    said = [Utterance(role="a", text="to all"), Utterance(role="a", text="to b", recipients=("b",))]
    assert [each.text for each in heard_by(plain_role("b"), said)] == ["to all", "to b"]
    assert [each.text for each in heard_by(plain_role("c"), said)] == ["to all"]


def test_the_table_has_the_same_action_of_the_same_role_once():
    first, again, others = proposal("overtime", 2), proposal("overtime", 4), proposal("overtime", 2, role="engineering")
    said = [Utterance(role="support", proposals=(first, again)), Utterance(role="engineering", proposals=(others,))]
    assert proposals_of(said) == [first, others]


def test_silence_is_no_message():
    (found,) = messages(3, 2, [Utterance(role="a"), Utterance(role="b", text="yes", recipients=("a",))])
    assert (found.turn, found.wave, found.sender, found.recipients, found.text) == (3, 2, "b", ("a",), "yes")
