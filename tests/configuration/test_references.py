"""How a workflow's document refers to task queues."""

from flexsim.configuration.references import filters_of, replace_queues

ROUTING = {
    "task_routing": {
        "filters": [{"filter_friendly_name": "Sales Filter", "expression": "x == 1", "targets": [{"queue": "WQ1"}]}],
        "default_filter": {"queue": "WQ9"},
    }
}


def test_queues_are_replaced_wherever_the_document_refers_to_them():
    named = replace_queues(ROUTING, {"WQ1": "Sales", "WQ9": "Everyone"})
    assert named["task_routing"]["filters"][0]["targets"] == [{"queue": "Sales"}]
    assert named["task_routing"]["default_filter"] == {"queue": "Everyone"}
    assert replace_queues(named, {"Sales": "WQ1", "Everyone": "WQ9"}) == ROUTING


def test_a_queue_that_is_not_named_stays_and_the_document_given_is_left_alone():
    assert replace_queues(ROUTING, {"other": "x"}) == ROUTING
    replace_queues(ROUTING, {"WQ1": "Sales"})
    assert ROUTING["task_routing"]["filters"][0]["targets"] == [{"queue": "WQ1"}]


def test_a_document_without_filters_has_none():
    assert filters_of({}) == []
    assert filters_of({"task_routing": {"filters": None}}) == []


def test_what_is_not_of_a_configurations_form_stays_as_it_is():
    """Whoever reads the result says what is wrong with it."""
    for filters in ("text", 3, [None, 4, {"targets": 5}, {"targets": [None, {"queue": ["WQ1"]}]}]):
        document = {"task_routing": {"filters": filters, "default_filter": "WQ1"}}
        assert replace_queues(document, {"WQ1": "Sales"}) == document
