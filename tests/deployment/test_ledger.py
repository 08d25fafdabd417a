"""What is ours can be told from the workflow: by what it routes to, and by its notes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.deployment.ledger import (
    Ledger,
    filtered_queues,
    own_queues,
    picks_its_own_name,
    read_ledger,
    referenced_queues,
    with_ledger,
    without_ledger,
)
from flexsim.taskrouter.expressions import parse
from flexsim.taskrouter.port import TaskQueue, Workflow

ROUTING = {
    "task_routing": {
        "filters": [{"filter_friendly_name": "Sales Filter", "expression": "x == 1", "targets": [{"queue": "WQ1"}]}],
        "default_filter": {"queue": "WQ9"},
    }
}

names = st.frozensets(st.text(min_size=1), max_size=4)


def workflow(configuration, name="Ours", sid="WW1"):
    return Workflow(sid=sid, name=name, configuration=configuration, assignment_url=None, reservation_timeout=120)


def queue(name, sid="WQ1", expression=None):
    return TaskQueue(sid=sid, name=name, target_workers=expression or f"routing.skills HAS '{name}'")


@given(queues=names, borrowed=names, activities=names, channels=names)
def test_whatever_is_noted_is_read_back(queues, borrowed, activities, channels):
    noted = Ledger(queues=queues, borrowed=borrowed, activities=activities, channels=channels)
    document = with_ledger(ROUTING, noted, "WQ9")
    assert read_ledger(document) == noted
    assert without_ledger(document) == ROUTING


@given(names)
def test_notes_are_an_expression_that_no_task_satisfies(queues):
    document = with_ledger(ROUTING, Ledger(queues=queues), "WQ9")
    for entry in document["task_routing"]["filters"][1:]:
        expression = parse(entry["expression"])
        assert not expression.matches({})
        assert not expression.matches({"flexsim": "Brand", "flexsim_contact": "CX1", "flexsim_values": {"x": 1}})


def test_nothing_to_note_leaves_no_filter():
    assert with_ledger(ROUTING, Ledger(), "WQ9") == ROUTING


def test_new_notes_replace_the_old():
    twice = with_ledger(
        with_ledger(ROUTING, Ledger(queues=frozenset("A")), "WQ9"), Ledger(queues=frozenset("B")), "WQ9"
    )
    assert read_ledger(twice) == Ledger(queues=frozenset("B"))


def test_a_queue_that_only_our_workflow_routes_to_and_that_picks_its_own_name_is_ours():
    assert set(own_queues([queue("Sales")], [workflow(ROUTING)], "Ours")) == {"Sales"}


@pytest.mark.parametrize(
    ("queues", "workflows"),
    [
        ([queue("Sales")], []),
        ([queue("Sales")], [workflow(ROUTING, name="Theirs")]),
        ([queue("Sales", sid="WQ2")], [workflow(ROUTING)]),
        ([queue("Sales", expression="1==1")], [workflow(ROUTING)]),
        ([queue("Sales", expression="no expression at all")], [workflow(ROUTING)]),
        ([queue("Sales", sid="WQ9")], [workflow(ROUTING)]),
        ([queue("Sales")], [workflow(ROUTING), workflow(ROUTING, name="Theirs", sid="WW2")]),
        ([queue("Sales")], [workflow(with_ledger(ROUTING, Ledger(borrowed=frozenset({"Sales"})), "WQ9"))]),
    ],
    ids=["no workflow", "theirs", "not routed to", "other form", "no form", "default only", "shared", "borrowed"],
)
def test_any_other_queue_is_not_ours(queues, workflows):
    assert own_queues(queues, workflows, "Ours") == {}


def test_a_queue_that_is_noted_is_ours_whatever_it_looks_like():
    noting = workflow(with_ledger(ROUTING, Ledger(queues=frozenset({"Odd"})), "WQ9"))
    assert set(own_queues([queue("Odd", sid="WQ7", expression="1==1")], [noting], "Ours")) == {"Odd"}


@pytest.mark.parametrize(
    ("name", "expression", "own"),
    [
        ("Sales", "routing.skills HAS 'Sales'", True),
        ("O'Neil", 'team == "O\'Neil"', True),
        ("3", "level == 3", True),
        ("true", "vip == true", True),
        ("Sales", "routing.skills HAS 'Service'", False),
        ("Sales", "routing.skills HAS 'Sales' AND level > 2", False),
        ("Sales", "team != 'Sales'", False),
        ("Sales", "", False),
    ],
)
def test_genconfigs_expressions_pick_the_queues_own_name(name, expression, own):
    assert picks_its_own_name(name, expression) is own


def test_queues_are_found_wherever_the_document_refers_to_them():
    assert filtered_queues(ROUTING) == {"WQ1"}
    assert referenced_queues(ROUTING) == {"WQ1", "WQ9"}
    assert referenced_queues({}) == set()
