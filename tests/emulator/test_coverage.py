"""The ledger and the guide: what they say is so."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flexsim.emulator.coverage import ledger, operations
from flexsim.emulator.routes import ROUTES
from flexsim.emulator.server import LocalTaskRouter

GUIDE = Path(__file__).parents[2] / "docs" / "local-taskrouter.md"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


# Where Node's packages may be: where Node itself is told to look, or beside these tests.
NODE_MODULES = [
    *(Path(each) for each in os.environ.get("NODE_PATH", "").split(os.pathsep) if each),
    Path(__file__).parents[1] / "node_modules",
]


def environment(router):
    lines = {
        "TASKROUTER_URL": router.base_url, "ACCOUNT_SID": router.account_sid, "AUTH_TOKEN": router.auth_token,
        "WRKSPC_SID": router.workspace_sid,
    }  # fmt: skip
    return {**os.environ, **lines}


def printed(command, router, modules="", **more):
    env = {**environment(router), "NODE_PATH": str(modules)}
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=60, **more)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_the_ledger_in_the_guide_is_the_one_written_from_the_routes():
    assert GUIDE.read_text(encoding="utf-8").endswith(ledger())


def test_every_route_stands_in_the_ledger_as_served():
    lines = ledger().splitlines()
    for route in ROUTES:
        (line,) = [each for each in lines if each.startswith(f"| `{route.path}` |")]
        assert line.split(" | ")[("GET", "POST", "DELETE").index(route.method) + 1].strip(" |") == "yes"
    assert len(operations()) == 61  # as many as Twilio's description has


def test_the_guides_python_examples_print_what_the_guide_says():
    recipe, in_a_test = blocks("python")
    with LocalTaskRouter() as router:
        assert printed([sys.executable, "-c", recipe], router) == "assigned"
        assert printed([sys.executable, "-c", in_a_test], router) == "Flex Task Assignment"


def test_the_guides_node_example_prints_what_the_guide_says(tmp_path):
    node = shutil.which("node")
    found = [each for each in NODE_MODULES if (each / "twilio").is_dir()]
    if node is None or not found:
        pytest.skip("needs node and its package twilio: say npm install --prefix tests twilio, or set NODE_PATH")
    (recipe,) = blocks("js")
    with LocalTaskRouter() as router:
        for _ in range(2):  # the second time it finds what the first time found
            assert printed([node, "-e", recipe], router, cwd=tmp_path, modules=found[0]) == "assigned"
            router.reset()


def test_the_guides_credentials_are_those_of_the_default_seed():
    router = LocalTaskRouter(port=8900)
    expected = f"TASKROUTER_URL={router.base_url}\nACCOUNT_SID={router.account_sid}\nAUTH_TOKEN={router.auth_token}\nWRKSPC_SID={router.workspace_sid}\n"
    assert expected in blocks("")
