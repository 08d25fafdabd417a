"""The options about minds."""

import asyncio

import pytest

from flexsim.cli.workforce import thinking
from flexsim.cli.workforce.thinking import Minds, Thinking, mind_of
from flexsim.settings import Settings
from flexsim.workforce.minds.rules import RulesMind


def where(**known):
    return thinking.where(Settings(**known), Thinking(mind=Minds.LLM, seed=1))


def test_rules_need_nothing():
    async def go():
        async with mind_of(None, Thinking(mind=Minds.RULES, seed=1)) as mind:
            return mind

    assert isinstance(asyncio.run(go()), RulesMind)


def test_the_key_that_is_there_says_where_the_model_is():
    assert where(groq_api_key="g") == ("https://api.groq.com/openai/v1", "g", "llama-3.3-70b-versatile")
    assert where(openai_api_key="o", groq_api_key="g") == (None, "o", "gpt-4o-mini")
    assert where(openai_api_key="o", openai_base_url="https://vllm.example/v1", llm_model="m") == (
        "https://vllm.example/v1",
        "o",
        "m",
    )


def test_a_key_never_goes_to_somebody_elses_address():
    assert where(groq_api_key="g", openai_base_url="https://vllm.example/v1")[1] == ""
    assert where(openai_api_key="o", openai_base_url="https://api.groq.com/openai/v1")[1] == ""
    for elsewhere in (
        "https://vllm.example/api.groq.com/v1",
        "https://groq.com.vllm.example/v1",
        "https://[groq.com/v1",
    ):
        assert where(groq_api_key="g", openai_base_url=elsewhere)[1] == ""


@pytest.mark.parametrize("host", ["127.0.0.1:11434", "localhost:8000", "[::1]:8000"])
def test_a_local_server_takes_any_key(host):
    assert where(openai_base_url=f"http://{host}/v1")[1] == "local"
