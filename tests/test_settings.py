"""Settings come from the environment and .env, in that order, and a bad one is named."""

import os

import pytest

from flexsim.errors import ConfigurationError
from flexsim.settings import Settings, read_settings, variables

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_nothing_set_is_nothing_known(folder):
    assert read_settings(environ={}) == Settings()


def test_the_environment_is_read(folder):
    settings = read_settings(environ={"ACCOUNT_SID": "AC1", "AGENTSIM_PORT": "3001", "RANDOM_SEED": "-7"})
    assert (settings.account_sid, settings.agentsim_port, settings.random_seed) == ("AC1", 3001, -7)


def test_the_environment_beats_the_file(folder):
    (folder / ".env").write_text("RANDOM_SEED=1\nWRKSPC_SID='WS1'\n")
    settings = read_settings(environ={"RANDOM_SEED": "2"})
    assert (settings.random_seed, settings.workspace_sid) == (2, "WS1")


def test_an_empty_value_is_none_and_lets_the_file_speak(folder):
    (folder / ".env").write_text("RANDOM_SEED=1\nASSIGN_URL=\n")
    settings = read_settings(environ={"RANDOM_SEED": " "})
    assert (settings.random_seed, settings.assign_url) == (1, None)


def test_a_named_file_is_read_instead_of_the_one_here(folder):
    (folder / ".env").write_text("ACCOUNT_SID=AC1\n")
    (folder / "other").write_text("WRKSPC_SID=WS2\n")
    assert read_settings(folder / "other", {}) == Settings(workspace_sid="WS2")


def test_a_named_file_that_is_missing_is_an_error(folder):
    with pytest.raises(ConfigurationError, match=r"no such file: .*nowhere"):
        read_settings(folder / "nowhere", {})


def test_a_file_that_is_not_text_is_an_error(folder):
    (folder / ".env").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match=r"cannot read \.env"):
        read_settings(environ={})


@pytest.mark.parametrize("line", ["AUTH_TOKEN='half a secret", "half a secret", "=half a secret"])
def test_a_line_that_says_nothing_is_named_without_what_stands_there(folder, line, capfd):
    (folder / ".env").write_text(f"# ours\nWRKSPC_SID=WS1\n{line}\n")
    with pytest.raises(ConfigurationError, match=r"line 3 of \.env is not NAME=value") as caught:
        read_settings(environ={})
    assert "secret" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_mark_at_the_files_beginning_is_no_part_of_a_name(folder):
    (folder / ".env").write_bytes(b"\xef\xbb\xbfWRKSPC_SID=WS1\r\n")
    assert read_settings(environ={}) == Settings(workspace_sid="WS1")


def test_a_password_in_an_address_is_not_shown(folder):
    with pytest.raises(ConfigurationError, match=r"ASSIGN_URL .*: ftp://example\.com$"):
        read_settings(environ={"ASSIGN_URL": "ftp://me:hidden@example.com"})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AGENTSIM_PORT", "70000"),
        ("AGENTSIM_PORT", "three"),
        ("RANDOM_SEED", "1.5"),
        ("ASSIGN_URL", "example.com/reservation"),
        ("TASKROUTER_URL", "ftp://127.0.0.1"),
        ("TASKROUTER_URL", "http://127.0.0.1:99999"),
        ("TASKROUTER_URL", "http://127.0.0.1:0"),
        ("AGENTSIM_AGENTS", "-1"),
        ("AGENTSIM_AUTO_START", "perhaps"),
        ("AGENTSIM_LOG_LEVEL", "loud"),
        ("TOOL_DELAY_MS", "-1"),
        ("TOOL_DELAY_MS", "nan"),
        ("TOOL_ERROR_RATE", "1.1"),
        ("TOOL_BASE", "localhost:8081"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318"),
    ],
)
def test_a_bad_value_is_named_with_where_it_stands(folder, variable, value):
    with pytest.raises(ConfigurationError) as caught:
        read_settings(environ={variable: value})
    assert str(caught.value).startswith(f"{variable} in the environment is not ")
    assert str(caught.value).endswith(f": {value}")
    (folder / ".env").write_text(f"{variable}={value}\n")
    with pytest.raises(ConfigurationError, match=rf"{variable} in \.env is not "):
        read_settings(environ={})


def test_a_dollar_in_a_value_is_a_dollar(folder):
    (folder / ".env").write_text("AUTH_TOKEN=a${HOME}b\n")
    assert read_settings(environ={}).auth_token == "a${HOME}b"


def test_an_address_loses_its_closing_slash(folder):
    assert read_settings(environ={"TASKROUTER_URL": "http://127.0.0.1:8900/"}).taskrouter_url == "http://127.0.0.1:8900"


def test_the_token_is_not_in_the_repr(folder):
    settings = read_settings(environ={"AUTH_TOKEN": TOKEN})
    assert settings.auth_token == TOKEN
    assert TOKEN not in repr(settings)


def test_reading_the_file_leaves_the_environment_alone(folder):
    (folder / ".env").write_text("WRKSPC_SID=WS1\n")
    before = dict(os.environ)
    read_settings()
    assert dict(os.environ) == before


def test_the_swarms_settings_are_read_by_their_kind(folder):
    settings = read_settings(
        environ={"AGENTSIM_AGENTS": "5", "AGENTSIM_AUTO_START": "True", "AGENTSIM_LOG_LEVEL": "WARN"}
    )
    assert (settings.swarm_agents, settings.swarm_auto_start, settings.swarm_log_level) == (5, True, "warning")


def test_variables_are_the_seeds_and_the_local_address():
    assert variables() == (
        "ACCOUNT_SID", "AUTH_TOKEN", "WRKSPC_SID", "AGENTSIM_PORT", "ASSIGN_URL", "RANDOM_SEED", "TASKROUTER_URL",
        "TASKROUTER_CONTROL_TOKEN", "AGENTSIM_CONTROL_PORT", "AGENTSIM_BACKEND_URL", "AGENTSIM_AGENTS", "AGENTSIM_ACTIVE_AGENTS",
        "AGENTSIM_AUTO_START", "AGENTSIM_LOG_LEVEL", "AGENTSIM_TOKEN",
        "TOOL_DELAY_MS", "TOOL_ERROR_RATE", "TOOL_BASE", "SERVICE_NAME", "AGENT_NAME", "OTEL_EXPORTER_OTLP_ENDPOINT",
        "CONVERSE_API_KEY",
        "GROQ_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL", "LLM_MODEL", "DATABASE_URL", "REDIS_URL", "WORKFORCE_API_KEY",
        "RATE_LIMIT_REQUESTS", "RATE_LIMIT_WINDOW", "CORS_ORIGINS", "LOG_LEVEL",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RATE_LIMIT_WINDOW", "0"), ("RATE_LIMIT_WINDOW", "a minute"), ("RATE_LIMIT_REQUESTS", "-1"), ("REDIS_URL", "http://x"),
        ("CORS_ORIGINS", "https://a.example/path"), ("CORS_ORIGINS", "*"), ("LOG_LEVEL", "loud"),
    ],
)  # fmt: skip
def test_a_wrong_setting_of_the_workforce_is_named(folder, variable, value):
    with pytest.raises(ConfigurationError, match=f"{variable} in the environment is not"):
        read_settings(environ={variable: value})


def test_origins_are_told_apart_by_commas(folder):
    found = read_settings(environ={"CORS_ORIGINS": "https://a.example, http://127.0.0.1:3000/"})
    assert found.cors_origins == ("https://a.example", "http://127.0.0.1:3000")


def test_what_may_hold_a_password_or_is_a_key_is_not_shown(folder):
    named = ("CONVERSE_API_KEY", "GROQ_API_KEY", "OPENAI_API_KEY", "DATABASE_URL", "REDIS_URL", "WORKFORCE_API_KEY")
    found = read_settings(environ=dict.fromkeys(named, "redis://:hidden@x"))
    assert "hidden" not in repr(found)
    with pytest.raises(ConfigurationError) as caught:
        read_settings(environ={"REDIS_URL": "http://:hidden@x"})
    assert "hidden" not in str(caught.value)


def test_a_quote_that_is_closed_too_late_shows_no_line_behind_it(folder):
    (folder / ".env").write_text(f'TOOL_BASE="nowhere\nAUTH_TOKEN={TOKEN}\n"\n')
    with pytest.raises(
        ConfigurationError, match=r"TOOL_BASE in \.env is not an http or https address: nowhere$"
    ) as told:
        read_settings(environ={})
    assert TOKEN not in str(told.value)
