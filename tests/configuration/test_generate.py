"""What genconfig makes of a domain."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.configuration.generate import constant, generate
from flexsim.domain.loading import domain_from_json, load_domain, locale_file
from flexsim.randomness import Randomness
from flexsim.taskrouter.expressions import parse

NASTY = ["it's", 'say "hi"', "both ' and \"", "back\\slash\\", "a\\'b", "ümlaut ☎"]


def routed_by(options, *, data_type="string", count=1):
    """A domain that routes on these options."""
    document = json.loads(locale_file("en-us").read_text(encoding="utf-8"))
    for name in ("topic", "intent", "skill"):
        del document["dimensions"][name]
    both = {"options": {"all": options}, "dataType": data_type}
    document["dimensions"] |= {
        "topic": both,
        "skill": {**both, "entity": "workers", "attrName": "routing.skills", "valueCnt": count},
    }
    return domain_from_json(document)


def test_agents_are_numbered_marked_named_and_reachable(configuration):
    assert [worker.name for worker in configuration.workers[:2]] == ["Agent_000", "Agent_001"]
    assert len(configuration.workers) == 20
    for worker in configuration.workers:
        assert worker.attributes["flexsim"] == "Tidewater"
        assert worker.attributes["contact_uri"] == f"client:{worker.name}"
        assert " " in worker.attributes["full_name"]


def test_skills_are_a_list_and_levels_are_there_and_empty(configuration):
    for worker in configuration.workers:
        assert 1 <= len(worker.attributes["routing"]["skills"]) <= 2
        assert worker.attributes["routing"]["levels"] == {}


def test_levels_that_were_drawn_stay():
    document = json.loads(locale_file("en-us").read_text(encoding="utf-8"))
    document["dimensions"]["level"] = {
        "entity": "workers",
        "expr": "range",
        "attrName": "routing.levels.Sales",
        "dataType": "integer",
        "min": 1,
        "max": 5,
    }
    for worker in generate(domain_from_json(document), Randomness(1)).workers:
        assert 1 <= worker.attributes["routing"]["levels"]["Sales"] <= 5


def test_capacities_are_the_channels(configuration):
    assert configuration.workers[0].capacities == {"voice": 1, "chat": 2, "sms": 2}


def test_the_same_seed_gives_the_same_configuration_and_another_seed_another(domain, configuration):
    assert generate(domain, Randomness(1)) == configuration
    assert generate(domain, Randomness(2)).workers != configuration.workers


def test_more_agents_leave_those_there_were_as_they_are(domain, configuration):
    more = generate(domain, Randomness(1), 25)
    assert more.workers[:20] == configuration.workers
    assert (len(more.workers), more.domain.agent_count) == (25, 25)


def test_every_default_queue_has_agents(configuration):
    for queue in configuration.queues:
        members = [worker for worker in configuration.workers if parse(queue.target_workers).matches(worker.attributes)]
        assert len(members) >= 5


def test_queues_and_filters_are_written_as_twilio_reads_them(configuration):
    assert configuration.queues[0].target_workers == "routing.skills HAS 'Sales'"
    assert configuration.workflow.name == "Tidewater Workflow"
    assert configuration.workflow.configuration["task_routing"]["filters"][0] == {
        "filter_friendly_name": "Sales Filter",
        "expression": "topic == 'Sales'",
        "targets": [{"queue": "Sales", "timeout": 300}],
    }


def test_a_single_skill_is_compared_and_not_looked_for_in_a_list():
    assert generate(routed_by(["a"]), Randomness(1)).queues[0].target_workers == "routing.skills == 'a'"


@pytest.mark.parametrize("count", [1, 2])
def test_options_with_quotes_and_backslashes_route_to_their_own_queue(count):
    configuration = generate(routed_by(NASTY, count=count), Randomness(1))
    filters = configuration.workflow.configuration["task_routing"]["filters"]
    for option in NASTY:
        held = option if count == 1 else [option]
        queues = [
            q.name for q in configuration.queues if parse(q.target_workers).matches({"routing": {"skills": held}})
        ]
        targets = [f["targets"][0]["queue"] for f in filters if parse(f["expression"]).matches({"topic": option})]
        assert (queues, targets) == ([option], [option])


def test_options_that_are_numbers_or_booleans_are_compared_as_such():
    numbers = generate(routed_by([1, 2], data_type="integer"), Randomness(1))
    assert [(queue.name, queue.target_workers) for queue in numbers.queues] == [
        ("1", "routing.skills == 1"),
        ("2", "routing.skills == 2"),
    ]
    truth = generate(routed_by([True, False], data_type="boolean"), Randomness(1))
    assert [(queue.name, queue.target_workers) for queue in truth.queues] == [
        ("true", "routing.skills == true"),
        ("false", "routing.skills == false"),
    ]


@given(st.text(max_size=30))
def test_any_text_is_a_constant_that_equals_itself_and_nothing_else(text):
    expression = parse(f"x == {constant(text)}")
    assert expression.matches({"x": text})
    assert not expression.matches({"x": text + "'"})


def test_a_text_stands_in_the_quotes_that_it_does_not_hold():
    assert [constant(text) for text in ("plain", "it's", 'a "b"', "'\"")] == [
        "'plain'",
        '"it\'s"',
        "'a \"b\"'",
        "'\\'\"'",
    ]


def test_a_filter_dimension_with_a_parent_has_one_filter_for_each_option():
    bank = generate(load_domain(locale_file("en-us").parent / "examples" / "harbour-bank"), Randomness(1))
    filters = bank.workflow.configuration["task_routing"]["filters"]
    assert [each["filter_friendly_name"] for each in filters] == [
        "Accounts Filter",
        "Cards Filter",
        "Mortgages Filter",
        "Loans Filter",
    ]
