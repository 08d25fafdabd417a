import pytest

from flexsim.fastforward.attributes import reads_personal

PERSONAL = frozenset({"name", "from_city", "customers"})


def workflow(**more):
    return {
        "task_routing": {"filters": [{"filter_friendly_name": "name of it", "targets": [{"queue": "name"}], **more}]}
    }


@pytest.mark.parametrize(
    "expression", ["name == 'Ann'", "topic == 'x' AND from_city != null", "customers.zip == '1'", "topic == 'name'"]
)
def test_a_workflow_that_may_read_a_personal_attribute_says_so(expression):
    assert reads_personal(workflow(expression=expression), PERSONAL)


def test_a_targets_expression_counts_too():
    steps = [{"queue": "q", "expression": "worker.city == task.from_city"}]
    assert reads_personal({"task_routing": {"filters": [{"expression": "1==1", "targets": steps}]}}, PERSONAL)


def test_names_of_queues_and_filters_are_no_expressions():
    assert not reads_personal(workflow(expression="topic == 'x' AND names == 1 AND my_name == 2"), PERSONAL)
