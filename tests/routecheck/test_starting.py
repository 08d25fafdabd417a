"""The first file of tests is green on the configuration it was made of, and red on one that routes otherwise."""

from dataclasses import replace

import pytest

from flexsim.configuration.generate import generate
from flexsim.configuration.records import WorkflowPlan
from flexsim.domain.loading import load_domain
from flexsim.randomness import Randomness
from flexsim.routecheck.cases import read_suite
from flexsim.routecheck.running import run_suite
from flexsim.routecheck.starting import starting_text
from tests.routecheck.test_running import ESCALATION


def failed(text, configuration):
    return [each.name for each in run_suite(read_suite(text, "f"), configuration) if not each.passed]


@pytest.mark.parametrize(("example", "locale"), [(None, "en-us"), (None, "fr-fr"), ("harbour-bank", "en-us")])
def test_it_passes_on_what_it_was_made_of(example, locale):
    configuration = generate(load_domain(example, locale), Randomness(1))
    text = starting_text(configuration)
    assert failed(text, configuration) == []
    names = [each.name for each in read_suite(text, "f").cases]
    filters = configuration.workflow.configuration["task_routing"]["filters"]
    assert len(names) == 2 * len(filters) + 2  # and the default filter


def test_it_fails_where_routing_is_changed(configuration):
    text = starting_text(configuration)
    # Sales and Service change places; only what is about them fails.
    names = {"Sales": "Service", "Service": "Sales"}
    queues = tuple(replace(each, name=names.get(each.name, each.name)) for each in configuration.queues)
    assert failed(text, replace(configuration, queues=queues)) == [
        "Sales Filter: when everybody is there",
        "Service Filter: when everybody is there",
    ]


def test_it_follows_an_escalation_and_does_without_a_default(configuration):
    workflow = WorkflowPlan(name="w", configuration=ESCALATION, reservation_timeout=30)
    changed = replace(configuration, workflow=workflow)
    text = starting_text(changed)
    assert failed(text, changed) == []
    case = next(each for each in read_suite(text, "f").cases if each.name == "Theirs: when nobody is there")
    assert [step.after for step in case.steps] == [0, 10]
    assert not [each for each in read_suite(text, "f").cases if "default" in each.name]


def test_it_is_the_same_each_time(configuration):
    assert starting_text(configuration) == starting_text(configuration)
