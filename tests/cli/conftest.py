"""A local TaskRouter and a configuration in an empty folder, as a user's shell would have them."""

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.deployment.client import Credentials, connect
from flexsim.emulator.server import LocalTaskRouter
from flexsim.settings import variables


@dataclass(frozen=True)
class Bench:
    """``run`` is the command line; ``ask`` puts a question to the TaskRouter past it."""

    server: LocalTaskRouter
    folder: Path

    def run(self, *arguments):
        return CliRunner().invoke(app, [*map(str, arguments)])

    def json(self, *arguments):
        return json.loads(self.run(*arguments, "--json").stdout)

    def ask(self, question):
        credentials = Credentials(
            account_sid=self.server.account_sid,
            auth_token=self.server.auth_token,
            workspace_sid=self.server.workspace_sid,
            base_url=self.server.base_url,
        )

        async def go():
            async with connect(credentials) as router:
                return await question(router)

        return asyncio.run(go())


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for variable in variables():
        monkeypatch.delenv(variable, raising=False)
    with LocalTaskRouter() as server:
        lines = {
            "ACCOUNT_SID": server.account_sid,
            "AUTH_TOKEN": server.auth_token,
            "WRKSPC_SID": server.workspace_sid,
            "TASKROUTER_URL": server.base_url,
        }
        Path(".env").write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
        made = Bench(server, tmp_path)
        assert made.run("genconfig", "--agents", 5).exit_code == 0
        yield made
