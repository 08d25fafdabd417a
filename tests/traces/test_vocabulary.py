"""Attributes have the names that were asked for, and those of generative AI the published ones."""

from dataclasses import fields

import pytest
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes

from flexsim.traces.declared import SpanKind
from flexsim.traces.parameters import SCENARIOS
from flexsim.traces.vocabulary import vocabulary

PUBLISHED = {value for name, value in vars(gen_ai_attributes).items() if name.startswith("GEN_AI_")}
OPERATIONS = {each.value for each in gen_ai_attributes.GenAiOperationNameValues}
KINDS = {
    "workflow", "planner", "worker", "tool_call", "checkpoint", "token_stream", "human", "generation", "retrieval",
    "internal",
}  # fmt: skip


def kinds(scenario):
    words = vocabulary(scenario)
    for each in fields(words):
        value = getattr(words, each.name)
        yield from [value] if isinstance(value, SpanKind) else value


def keys(kind):
    return [key for key, _ in kind.constants] + [key for each in kind.variables for key in each.keys]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_name_of_generative_ai_is_a_published_one(scenario):
    used = {key for kind in kinds(scenario) for key in keys(kind) if key.startswith("gen_ai.")}
    assert used <= PUBLISHED
    assert len(used) > 10


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_operations_are_published_ones(scenario):
    operations = {dict(kind.constants).get("gen_ai.operation.name") for kind in kinds(scenario)} - {None}
    assert operations <= OPERATIONS
    assert operations >= {"invoke_agent", "execute_tool", "chat", "retrieval"}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_span_says_its_kind_agent_workflow_and_scenario(scenario):
    seen = set()
    for kind in kinds(scenario):
        constants = dict(kind.constants)
        seen.add(constants["ati.span.kind"])
        assert constants["ati.scenario"] == constants["ati.workflow"] == scenario
        assert {"ati.agent.id", "gen_ai.agent.id"} <= set(keys(kind))
    assert seen == KINDS


def test_no_key_stands_twice_in_a_span():
    for kind in kinds("retry"):
        assert len(set(keys(kind))) == len(keys(kind))


def test_names_follow_the_conventions():
    words = vocabulary("fanout")
    assert words.chat.name == "chat " + dict(words.chat.constants)["gen_ai.request.model"]
    for tool in words.tools:
        assert tool.name == "execute_tool " + dict(tool.constants)["gen_ai.tool.name"]
    assert words.worker.name == "invoke_agent " + dict(words.worker.constants)["gen_ai.agent.name"]
