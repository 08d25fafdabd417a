from flexsim.domain.sampling import Sampler
from flexsim.people.contact import Handler, is_ours, known_values, merged
from flexsim.randomness import Randomness

VALUES = {"arrivalGap": 9.0, "channel": "chat", "intent": "buy", "patience_class": 5.0, "abandonTime": 90.0}
ATTRIBUTES = {
    "flexsim": "acme",
    "request": {"intent": "buy"},
    "flexsim_values": {"arrivalGap": 9.0, "channel": "chat", "patience_class": 5.0, "abandonTime": 90.0},
}


def handler(domain, seed=5):
    return Handler(domain, Sampler(domain), Randomness(seed))


def test_a_task_is_ours_when_it_carries_the_brand(domain):
    assert is_ours(domain, {"flexsim": "acme"})
    assert not is_ours(domain, {"flexsim": "other"})
    assert not is_ours(domain, {})


def test_the_values_drawn_at_arrival_are_read_back_from_the_attributes(domain):
    assert known_values(domain, ATTRIBUTES) == VALUES


def test_what_others_wrote_into_the_attributes_is_left_out_where_it_cannot_be_a_value(domain):
    broken = {"request": "none", "flexsim_values": {"channel": "pigeon", "patience_class": "7", "abandonTime": True}}
    assert known_values(domain, broken) == {}
    assert known_values(domain, {"flexsim_values": [1]}) == {}


def test_the_same_contact_is_handled_alike_again_and_another_contact_otherwise(domain):
    first = handler(domain).draw("CX1", VALUES, 12.0)
    assert handler(domain).draw("CX1", VALUES, 12.0) == first
    assert handler(domain).draw("CX2", VALUES, 12.0).talk != first.talk


def test_values_from_the_arrival_influence_the_handling(domain):
    slow = handler(domain).draw("CX1", {**VALUES, "patience_class": 10.0}, 12.0)
    quick = handler(domain).draw("CX1", {**VALUES, "patience_class": 0.0}, 12.0)
    assert slow.talk - quick.talk == 100.0  # the factor differs by 10, and the amount is 10


def test_completion_adds_what_is_drawn_at_completion_and_the_measures_that_insights_reads(domain):
    handling = handler(domain).draw("CX1", VALUES, 12.0)
    assert 1 <= handling.attributes["csat"] <= 5
    conversations = handling.attributes["conversations"]
    assert conversations["conversation_measure_1"] == 12.0
    assert conversations["conversation_measure_2"] == round(handling.talk, 1)
    assert conversations["conversation_measure_3"] == round(handling.wrap, 1)


def test_a_task_whose_values_are_unknown_is_handled_all_the_same(domain):
    assert handler(domain).draw("CX1", {}, 3.0).talk > 0


def test_merging_lays_objects_into_objects_and_changes_neither():
    base = {"a": {"x": 1, "y": 2}, "b": 1}
    more = {"a": {"y": 3}, "b": {"z": 1}}
    assert merged(base, more) == {"a": {"x": 1, "y": 3}, "b": {"z": 1}}
    assert base == {"a": {"x": 1, "y": 2}, "b": 1}


def test_without_details_the_times_are_the_same_and_the_attributes_are_left_out(domain):
    lean = Handler(domain, Sampler(domain), Randomness(5), detailed=False).draw("CX1", VALUES, 12.0)
    whole = handler(domain).draw("CX1", VALUES, 12.0)
    assert (lean.talk, lean.wrap, lean.attributes) == (whole.talk, whole.wrap, {})


def test_where_somebody_else_knows_how_long_a_contact_is_talked_to_it_is_that_and_all_else_as_drawn(domain):
    told = Handler(
        domain, Sampler(domain), Randomness(5), talks=lambda contact, _values: 61.5 if contact == "CX1" else None
    )
    drawn = handler(domain)
    found = told.draw("CX1", VALUES, 12.0)
    assert (found.talk, found.wrap) == (61.5, drawn.draw("CX1", VALUES, 12.0).wrap)
    assert found.attributes["conversations"]["conversation_measure_2"] == 61.5
    assert told.draw("CX2", VALUES, 12.0) == drawn.draw("CX2", VALUES, 12.0)
