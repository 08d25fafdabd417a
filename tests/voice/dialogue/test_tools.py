"""Functions as sessions are told of them."""

import pytest
from jsonschema import Draft202012Validator
from openai.types.realtime import RealtimeFunctionTool

from flexsim.voice.dialogue import tools

ALL = [*tools.for_caller(), *(each for domain in tools.DOMAINS for each in tools.for_agent(domain))]


@pytest.mark.parametrize("tool", ALL, ids=lambda tool: tool.name)
def test_parameters_are_a_schema_and_all_of_them_are_explained(tool):
    Draft202012Validator.check_schema(dict(tool.parameters))
    assert tool.description
    assert all(each["description"] for each in tool.parameters["properties"].values())


@pytest.mark.parametrize("function", tools.as_functions(ALL), ids=lambda function: function["name"])
def test_the_protocols_own_types_take_them(function):
    assert RealtimeFunctionTool.model_validate(function).name == function["name"]


@pytest.mark.parametrize(
    ("side", "name", "reason", "ending"),
    [
        ("caller", "hang_up", "finished", "completed"),
        ("agent", "hang_up", "finished", "completed"),
        ("caller", "hang_up", "gave_up", "caller_hung_up"),
        ("agent", "hang_up", "refused", "agent_hung_up"),
        ("caller", "hang_up", "out_of_turns", "max_turns"),
        ("agent", "hang_up", None, "agent_hung_up"),
        ("agent", "transfer_to_human", "because", "handed_off"),
        ("agent", "get_balance", "", None),
    ],
)
def test_what_ends_a_conversation_and_how(side, name, reason, ending):
    assert tools.ending(side, name, {"reason": reason}) == ending
