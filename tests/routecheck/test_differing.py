"""What differs between two configurations is found, and nothing else."""

import copy
from dataclasses import replace

import pytest

from flexsim.routecheck.differing import EXAMPLES, compare_routes
from flexsim.routecheck.recorded import drawn_contacts
from flexsim.routecheck.routes import Routes


def changed(configuration, change):
    """The configuration with ``change`` done to its first filter, Sales."""
    document = copy.deepcopy(configuration.workflow.configuration)
    change(document["task_routing"]["filters"][0])
    return replace(configuration, workflow=replace(configuration.workflow, configuration=document))


def target(**properties):
    return lambda entry: entry["targets"][0].update(properties)


CHANGES = {
    "another name": (lambda entry: entry.update(filter_friendly_name="Buy"), ("filter",)),
    "another queue": (target(queue="Service"), ("queue", "workers")),
    "fewer workers": (target(expression="worker.routing.skills HAS 'Support'"), ("workers",)),
    "an order": (target(order_by="worker.level DESC"), ("order",)),
    "a priority": (target(priority=3), ("priority",)),
    "a shorter time": (target(timeout=20), ("timeout",)),
    "a way to skip": (target(skip_if="workers.available == 0"), ("skipping",)),
    "one more target": (lambda entry: entry["targets"].append({"queue": "Everyone", "timeout": 9}), ("escalation",)),
    "no filter for them": (lambda entry: entry.update(expression="topic == 'x'"), ("filter", "queue", "workers", "timeout")),
}  # fmt: skip


def compare(before, after, count=300):
    return compare_routes(Routes(before), Routes(after), drawn_contacts(before, 1, count))


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen_in_the_contacts_that_it_is_about_and_in_no_other(configuration, what):
    change, kinds = CHANGES[what]
    found = compare(configuration, changed(configuration, change))
    sales = [each for each in drawn_contacts(configuration, 1, 300) if each.attributes["topic"] == "Sales"]
    assert found.contacts == 300
    assert found.differing == len(sales) > 0
    assert {each.what for each in found.groups} == {kinds}
    shown = [example.contact for group in found.groups for example in group.examples]
    assert set(shown) <= {each.contact for each in sales}
    assert all(len(group.examples) <= EXAMPLES for group in found.groups)


def test_the_same_configuration_differs_in_nothing(configuration):
    assert compare(configuration, configuration).groups == ()


def test_what_has_no_effect_is_no_difference(configuration):
    other = changed(configuration, lambda entry: entry.update(expression="'Sales' == topic AND 1 == 1"))
    assert compare(configuration, other).differing == 0


def test_workers_lost_and_gained_are_named(configuration):
    first, *others = configuration.workers  # who does Service alone
    attributes = {**first.attributes, "routing": {"skills": ["Sales"], "levels": {}}}
    found = compare(configuration, replace(configuration, workers=(replace(first, attributes=attributes), *others)))
    by_queue = {each.before[0].queue: each for each in found.groups}
    assert (by_queue["Sales"].lost, by_queue["Sales"].gained) == ([], [first.name])
    assert (by_queue["Service"].lost, by_queue["Service"].gained) == ([first.name], [])
    assert set(by_queue) == {"Sales", "Service"}


def test_what_is_refused_on_one_side_alone_is_a_difference(configuration):
    document = copy.deepcopy(configuration.workflow.configuration)
    del document["task_routing"]["filters"][0]
    del document["task_routing"]["default_filter"]
    other = replace(configuration, workflow=replace(configuration.workflow, configuration=document))
    found = compare(configuration, other)
    assert {each.what for each in found.groups} == {("refused",)}
    assert all(each.after == () for each in found.groups)


def test_the_largest_group_comes_first(configuration):
    counts = [
        each.count
        for each in compare(
            configuration, changed(configuration, target(expression="task.topic IN worker.none"))
        ).groups
    ]
    assert counts == sorted(counts, reverse=True)
