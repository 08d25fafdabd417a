"""Expressions, in the examples of "Using TaskRouter Expressions" and the pages that use them."""

import json

import pytest


def matches(site, expression, attributes):
    """Whether a worker with these attributes is found by the expression."""
    site.worker("bob", attributes=json.dumps(attributes))
    return bool(site.listed("/Workers", TargetWorkersExpression=expression))


@pytest.mark.parametrize(
    ("expression", "attributes", "holds"),
    [
        ("languages HAS 'english'", {"languages": ["english", "spanish"]}, True),
        ("languages HAS 'german'", {"languages": ["english", "spanish"]}, False),
        ("language IN ['en', 'es']", {"language": "es"}, True),
        ("language NOT IN ['en', 'es']", {"language": "de"}, True),
        ("name CONTAINS 'ali'", {"name": "alice's alias"}, True),
        ("level >= 3 AND (site == 'fr' OR site == 'de')", {"level": 3, "site": "de"}, True),
        ("level >= 3 AND (site == 'fr' OR site == 'de')", {"level": 2, "site": "de"}, False),
        ("routing.skills HAS 'billing'", {"routing": {"skills": ["billing"]}}, True),
        ("history[1] == 'b'", {"history": ["a", "b"]}, True),
        ("history[0].topic == 'b'", {"history": [{"topic": "b"}]}, True),
    ],
)
def test_operators_and_paths(site, expression, attributes, holds):
    """Arrays, comparison, CONTAINS, nested paths and indexes from 0 (twilio.com/docs/taskrouter/expression-syntax)."""
    assert matches(site, expression, attributes) is holds


@pytest.mark.parametrize("expression", ["1==1", "1 == 1", "'a' != 'b'"])
def test_constants_may_stand_on_both_sides(site, expression):
    """``1==1`` matches everybody (twilio.com/docs/taskrouter/expression-syntax)."""
    assert matches(site, expression, {})


@pytest.mark.parametrize(
    ("expression", "holds"),
    [("none == 'x'", False), ("none > 1", False), ("none HAS 'x'", False), ("none == null", True)],
)
def test_a_missing_key_is_null(site, expression, holds):
    """Attributes that are not there are NULL (twilio.com/docs/taskrouter/expression-syntax)."""
    assert matches(site, expression, {"other": 1}) is holds


@pytest.mark.parametrize("expression", ["skills == 'x'", "skills > 1", "level HAS 3", "level IN 3"])
def test_operators_of_scalars_and_arrays_do_not_mix(site, expression):
    """A scalar operator on an array is false, and so is an array operator on two scalars (expression-syntax)."""
    assert not matches(site, expression, {"skills": ["x"], "level": 3})


@pytest.mark.parametrize("expression", ["language = 'es'", "skills >- 'x'", "language <- ['es']", "language in ['es']"])
def test_the_aliases_of_operators(site, expression):
    """``=`` is ``==``, ``>-`` is HAS, ``<-`` is IN (TaskQueue resource); the activity-routing page writes ``in``."""
    assert matches(site, expression, {"language": "es", "skills": ["x"]})


def test_a_quoted_left_side_is_a_constant_and_no_attribute(site):
    """Quotes make a string (expression-syntax), so ``"language" == "spanish"`` never looks at the attribute."""
    assert not matches(site, '"language" == "spanish"', {"language": "spanish"})


def test_hypothetical_attributes_find_the_queues_that_would_accept(site):
    """``EvaluateWorkerAttributes={"tech_support_skill":"6"}`` meets ``tech_support_skill > 5`` (TaskQueue resource)."""
    site.made("/TaskQueues", FriendlyName="Tech", TargetWorkers="tech_support_skill > 5")
    found = site.listed("/TaskQueues", EvaluateWorkerAttributes='{"tech_support_skill":"6"}')
    assert "Tech" in [each["friendly_name"] for each in found]
    found = site.listed("/TaskQueues", EvaluateWorkerAttributes='{"tech_support_skill":"5"}')
    assert "Tech" not in [each["friendly_name"] for each in found]


def test_an_empty_target_expression_matches_nobody(office):
    """Tasks in a queue with an empty TargetWorkers wait until they are moved or deleted (TaskQueue resource)."""
    office.worker("ann")
    task = office.task(office.workflow(default=office.queue(target_workers="")))
    assert office.status(task) == "pending"


def test_a_name_with_a_hyphen_is_a_syntax_error_and_nonsense_is_not(site):
    """``skill-level > 3`` is refused with 400 / 20001, semantic nonsense is taken (observed; reference 1.8 and 4.3)."""
    answer = site.post("/TaskQueues", FriendlyName="x", TargetWorkers="skill-level > 3")
    assert (answer.status, answer["code"]) == (400, 20001)
    assert site.post("/TaskQueues", FriendlyName="x", TargetWorkers="'a' > 3").status == 201


def test_a_comparison_with_null_leads_a_task(office):
    """``preferred_agents != null`` is a documented example (Known Agent Routing)."""
    chosen, rest = office.queue("Chosen"), office.queue("Rest")
    flow = office.workflow({"expression": "preferred_agents != null", "targets": [{"queue": chosen}]}, default=rest)
    assert office.queue_of(office.task(flow, preferred_agents=["WK1"])) == "Chosen"
    assert office.queue_of(office.task(flow)) == "Rest"
