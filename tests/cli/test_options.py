"""What follows from flags and settings together: flags win, and what is missing is named."""

from pathlib import Path

import pytest
import typer

from flexsim.cli.app import app
from flexsim.cli.options import Globals, common, credentials, seed_or_fresh, settings
from flexsim.errors import ConfigurationError
from flexsim.settings import variables

ACCOUNT, WORKSPACE = "AC" + "1" * 32, "WS" + "2" * 32


@pytest.fixture
def context(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for variable in variables():
        monkeypatch.delenv(variable, raising=False)
    return typer.Context(typer.main.get_command(app), obj=Globals())


def env(**values):
    Path(".env").write_text("".join(f"{name}={value}\n" for name, value in values.items()))


def test_settings_are_those_of_the_named_file(context, tmp_path):
    (tmp_path / "other").write_text("RANDOM_SEED=5\n")
    context.obj = Globals(env_file=tmp_path / "other")
    assert settings(context).random_seed == 5
    assert common(context).env_file == tmp_path / "other"


def test_the_seed_is_the_flag_then_the_setting_then_a_fresh_one(context):
    assert seed_or_fresh(context, 3) == 3
    assert seed_or_fresh(context, 0) == 0
    assert len({seed_or_fresh(context, None) for _ in range(5)}) > 1
    env(RANDOM_SEED=8)
    assert seed_or_fresh(context, None) == 8
    assert seed_or_fresh(context, 3) == 3


def test_credentials_come_from_the_settings(context):
    env(ACCOUNT_SID=ACCOUNT, AUTH_TOKEN="t", WRKSPC_SID=WORKSPACE, TASKROUTER_URL="http://127.0.0.1:8900")
    found = credentials(context, None, None, None)
    assert (found.account_sid, found.auth_token, found.workspace_sid) == (ACCOUNT, "t", WORKSPACE)
    assert found.base_url == "http://127.0.0.1:8900"


def test_flags_beat_the_settings_one_by_one(context):
    env(ACCOUNT_SID=ACCOUNT, AUTH_TOKEN="t", WRKSPC_SID=WORKSPACE)
    other = "AC" + "f" * 32
    found = credentials(context, other, None, None)
    assert (found.account_sid, found.auth_token, found.workspace_sid, found.base_url) == (other, "t", WORKSPACE, None)


def test_what_is_missing_is_named_and_what_to_do_is_said(context):
    with pytest.raises(ConfigurationError) as caught:
        credentials(context, ACCOUNT, None, None)
    message = str(caught.value)
    assert message.startswith("no AUTH_TOKEN (--auth), WRKSPC_SID (--wrkspc): ")
    assert "flexsim taskrouter" in message
    assert "\n" not in message


def test_every_flag_has_its_effect(context):
    env(ACCOUNT_SID=ACCOUNT, AUTH_TOKEN="t", WRKSPC_SID=WORKSPACE)
    account, workspace = "AC" + "a" * 32, "WS" + "b" * 32
    found = credentials(context, account, "flag", workspace)
    assert (found.account_sid, found.auth_token, found.workspace_sid) == (account, "flag", workspace)


@pytest.mark.parametrize(
    ("account", "workspace", "named"), [("ACxxx", WORKSPACE, "ACxxx"), (ACCOUNT, ACCOUNT, ACCOUNT)]
)
def test_a_sid_that_cannot_be_one_is_named(context, account, workspace, named):
    with pytest.raises(ConfigurationError, match=f"32 hexadecimal digits: {named}$"):
        credentials(context, account, "token", workspace)
