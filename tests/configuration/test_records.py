"""The records of a configuration."""

import dataclasses

import pytest


def test_a_configuration_is_not_changed_but_made_anew(configuration):
    with pytest.raises(dataclasses.FrozenInstanceError):
        configuration.queues[0].name = "Other"
    assert dataclasses.replace(configuration.queues[0], name="Other").name == "Other"


def test_no_sid_stands_anywhere_in_a_configuration(configuration):
    assert configuration.workflow.configuration["task_routing"]["default_filter"] == {"queue": "Everyone"}
    names = {queue.name for queue in configuration.queues}
    targets = [each["targets"][0]["queue"] for each in configuration.workflow.configuration["task_routing"]["filters"]]
    assert set(targets) == names
