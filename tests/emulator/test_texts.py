"""Texts with a language of their own, at their worst: refused as a whole or taken, never half, never a fault."""

import json

import pytest

DEEP = 20_000


def configuration(site, **target):
    queue = site.listed("/TaskQueues")[0]["sid"]
    targets = [{"queue": queue, **target}]
    return json.dumps({"task_routing": {"filters": [{"expression": "1==1", "targets": targets}]}})


@pytest.mark.parametrize(
    "text",
    [
        "[" * DEEP + "]" * DEEP,
        '{"task_routing":' * DEEP + "{}" + "}" * DEEP,
        '{"task_routing": ' + "9" * 6000 + "}",
        '{"task_routing": {"default_filter": {"queue": "\\ud800"}}}',
        '{"note": "\\ud800", "task_routing": {}}',
        "null",
        "\ufeff{}",
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(site, text):
    answer = site.post("/Workflows", FriendlyName="x", Configuration=text)
    assert (answer.status, answer["code"]) == (400, 20001)
    assert "configuration" in answer["message"]


@pytest.mark.parametrize("timeout", [1e300, float("nan"), float("inf"), True, 1.5, -1, "1.5", "soon", [], "9" * 5000])
def test_a_timeout_of_a_target_is_a_whole_number(site, timeout):
    answer = site.post("/Workflows", FriendlyName="x", Configuration=configuration(site, timeout=timeout))
    assert (answer.status, answer["code"]) == (400, 20001)
    assert "timeout" in answer["message"]


@pytest.mark.parametrize(
    "expression",
    [
        "(" * DEEP + "1==1" + ")" * DEEP,
        "NOT " * DEEP + "1==1",
        "a[" + "9" * 30 + "] == 1",
        "a == " + "9" * 5000,
        "a == '",
        "'\x00",
        "a ==\ud7ff",
    ],
)
def test_an_expression_that_makes_no_sense_is_refused(site, expression):
    site.worker()
    for answer in (
        site.post("/TaskQueues", FriendlyName="x", TargetWorkers=expression),
        site.get("/Workers", TargetWorkersExpression=expression),
        site.get("/Tasks", EvaluateTaskAttributes=expression),
    ):
        assert (answer.status, answer["code"]) == (400, 20001)


@pytest.mark.parametrize(
    "expression",
    [" AND ".join(["1==1"] * DEEP), "a" + ".a" * DEEP + " == null", "1 IN [" + ",".join(["1"] * DEEP) + "]"],
)
def test_an_expression_may_be_long(site, expression):
    site.worker()
    assert len(site.listed("/Workers", TargetWorkersExpression=expression)) == 1


@pytest.mark.parametrize(
    "text", ['{"a": ' + "[" * 2000 + "]" * 2000 + "}", '{"a": ' + "9" * 4000 + "}", "\ufeff{}", '{"a": "\\ud800"}']
)
def test_attributes_that_nobody_could_read_back_are_refused(site, text):
    for address, form in (("/Tasks", {}), ("/Workers", {"FriendlyName": "x"})):
        answer = site.post(address, Attributes=text, **form)
        assert (answer.status, answer["code"]) == (400, 20001)
