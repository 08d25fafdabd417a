"""The house keeps its own rules: help, examples, samples, pairs of modules and tests, and cheap imports."""

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from flexsim.cli.app import COMMANDS, GROUPS
from flexsim.deployment.examination import EXTRAS
from flexsim.settings import Settings, read_settings, variables
from tests.commands import command
from tests.commands import parse as parse_arguments

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "flexsim"

# Modules whose test stands elsewhere, and why.
UNPAIRED = {
    "__main__.py": "tests/cli/test_app.py runs it as a program",
    "cluster/connection.py": "tests/cluster/test_pool.py connects, and fails to",
    "deployment/examination.py": "tests/cli/test_doctor.py asks for every finding",
    "emulator/call.py": "what handlers ask of a request; tests/emulator/handlers go through it with every one",
    "emulator/exchange.py": "records without a method",
    "emulator/keeping.py": "a Protocol; the tests of what implements it are about it",
    "measure/event_facts.py": "records without a method",
    "people/actions.py": "records without a method",
    "reporting/forms.py": "names without a method",
    "people/events.py": "records without a method",
    "routecheck/findings.py": "a table; tests/routecheck/test_lint.py plants every fault in it",
    "routecheck/observing.py": "tests/routecheck/test_running.py is about what it sees",
    "routecheck/possible.py": "tests/routecheck/test_satisfiability.py holds it to the operators",
    "routecheck/reading.py": "tests/routecheck/test_lint.py plants what it finds",
    "routecheck/reasons.py": "tests/routecheck/test_comparing.py asks for every reason",
    "routecheck/rules_expressions.py": "tests/routecheck/test_lint.py plants what it finds",
    "routecheck/rules_filters.py": "tests/routecheck/test_lint.py plants what it finds",
    "routecheck/rules_names.py": "tests/routecheck/test_lint.py plants what it finds",
    "routecheck/rules_queues.py": "tests/routecheck/test_lint.py plants what it finds",
    "routecheck/rules_targets.py": "tests/routecheck/test_lint.py plants what it finds",
    "routecheck/rules_time.py": "tests/routecheck/test_lint.py plants what it finds",
    "routecheck/subject.py": "records; tests/routecheck/test_lint.py reads all of them",
    "staffing/model.py": "a Protocol; the tests of what implements it are about it",
    "taskrouter/events.py": "names of what tests/taskrouter/test_engine.py checks",
    "taskrouter/inputs.py": "records without a method",
    "voice/dialogue/english_phrases.py": "a table; tests/voice/dialogue/test_languages.py goes through every phrase",
    "voice/dialogue/french_phrases.py": "a table; tests/voice/dialogue/test_languages.py goes through every phrase",
    "voice/dialogue/german_phrases.py": "a table; tests/voice/dialogue/test_languages.py goes through every phrase",
    "voice/realtime/connection.py": "tests/voice/realtime/test_server.py has clients of every kind on it",
    "voice/realtime/happenings.py": "records; tests/voice/realtime/test_client.py sees all of them",
    "voice/realtime/setup.py": "a record",
    "voice/conversation/following.py": "tests/voice/conversation/test_bridge.py holds it to what follows from every event",
    "voice/conversation/party.py": "state without a decision; tests/voice/conversation/test_bridge.py is about it",
    "voice/conversation/records.py": "records without a decision",
    "voice/conversation/rules.py": "records and Protocols",
    "voice/conversation/talk.py": "tests/voice/conversation/test_bridge.py holds whole conversations",
    "voice/ports.py": "records and Protocols; the tests of what implements them are about them",
    "workforce/api/documents.py": "what is sent and answered; tests/workforce/api/test_simulate.py sends and asks for all of it",
    "workforce/store/migrations/v1_sessions.py": "tests/workforce/store/test_migrating.py comes up from nothing",
    "workforce/store/migrations/v2_search.py": "tests/workforce/store/test_migrating.py comes up from version 1",
    "workforce/store/migrations/v3_idempotency.py": "tests/workforce/store/test_migrating.py comes up from version 1",
    "workforce/store/tables.py": "tables; tests/workforce/store/test_migrating.py compares them with the database",
    "voice/sound/settings.py": "a record without a method",
    "voice/scores/by.py": "names without a method",
    "workforce/records.py": "records and Protocols; the tests of what implements them are about them",
    "traces/stage.py": "Protocols, and a clock that tests/traces/test_scenarios.py runs every scenario on",
    "traces/sending.py": "tests/cli/load/test_trace.py sends to files, streams and addresses through it",
    "traces/answering.py": "tests/traces/test_services.py asks for every answer of both services",
    "traces/app_client.py": "tests/traces/test_services.py asks with it",
    "traces/app_service.py": "tests/traces/test_services.py runs every scenario on it",
    "traces/tool_service.py": "tests/traces/test_services.py calls it",
    "traces/run.py": "tests/traces/test_scenarios.py makes every scenario with it",
    "taskrouter/port.py": "records and a Protocol; tests/deployment/test_client.py is about its implementation",
}

NAMES = [*COMMANDS, *(f"{group} {name}" for group, names in GROUPS.items() for name in names)]


def modules():
    return [path.relative_to(PACKAGE) for path in sorted(PACKAGE.rglob("*.py")) if path.name != "__init__.py"]


def execution_lines():
    text = (ROOT / "execution.txt").read_text()
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("module", modules(), ids=str)
def test_every_module_has_its_test_at_the_mirrored_path(module):
    if module.as_posix() in UNPAIRED:
        return
    assert (ROOT / "tests" / module.parent / f"test_{module.name}").is_file()


def test_no_exception_to_the_pairs_is_out_of_date():
    stale = [name for name in UNPAIRED if not (PACKAGE / name).is_file()]
    assert stale == []


def test_packages_decide_nothing_in_their_init():
    for path in sorted(PACKAGE.rglob("__init__.py")):
        assert re.fullmatch(r'"""[^"]+\."""\n', path.read_text()), f"{path} holds more than a sentence"


def test_the_sample_environment_is_what_the_settings_read():
    lines = (ROOT / ".env.sample").read_text().splitlines()
    named = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert tuple(named) == variables()


def test_the_sample_environment_sets_nothing():
    assert read_settings(ROOT / ".env.sample", {}) == Settings()


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself_with_an_example(name):
    found = command(name)
    assert found is not None, f"no module for flexsim {name}"
    assert found.help.strip()
    assert f"flexsim {name}" in found.help + (found.epilog or ""), "no example"


@pytest.mark.parametrize("name", NAMES)
def test_every_option_of_a_command_has_help(name):
    silent = [each.name for each in command(name).params if not each.help]
    assert silent == []


@pytest.mark.parametrize("name", NAMES)
def test_every_example_parses(name):
    found = command(name)
    text = found.help + "\n\n" + (found.epilog or "")
    examples = re.findall(rf"^\s*(?:Example: )?(flexsim {name}\b.*)$", text, re.MULTILINE)
    assert examples, "no example on a line of its own"
    for example in examples:
        parse(shlex.split(example, comments=True))


@pytest.mark.parametrize("line", execution_lines())
def test_every_line_of_execution_txt_parses(line):
    parse(shlex.split(line, comments=True))


def parse(words):
    """Raise what the command line would raise for these words, and run nothing."""
    if ">" in words:
        words = words[: words.index(">")]
    program, *arguments = words
    assert program == "flexsim", f"not a flexsim command: {' '.join(words)}"
    parse_arguments(arguments)


def test_execution_txt_runs_every_command_that_belongs_to_a_full_run():
    run = {shlex.split(line)[1] for line in execution_lines() if line.startswith("flexsim")}
    assert run == set(COMMANDS)


def test_the_command_line_starts_without_anything_heavy():
    program = (
        "import flexsim.cli.app, sys;"
        "print([name for name in ('twilio', 'flask', 'starlette', 'aiohttp', 'faker') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


def test_the_readme_names_every_command():
    text = (ROOT / "README.md").read_text()
    assert [name for name in COMMANDS if f"flexsim {name}" not in text] == []


def test_the_readme_names_every_setting():
    text = (ROOT / "README.md").read_text()
    assert [name for name in variables() if name not in text] == []


def test_the_readme_leads_to_every_guide():
    text = (ROOT / "README.md").read_text()
    guides = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").glob("*.md"))]
    assert [guide for guide in guides if f"]({guide}" not in text] == []


def test_the_readme_leads_nowhere_that_is_not_there():
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", (ROOT / "README.md").read_text())
    assert targets
    assert [each for each in targets if "://" not in each and not (ROOT / each).exists()] == []


def test_nothing_names_a_registry_of_packages():
    """Whoever installs decides where from; a pinned address would only work where it was pinned."""
    for name in ("constraints.txt", "pyproject.toml", "Makefile", ".ci/run"):
        text = (ROOT / name).read_text()
        assert not re.search(r"--(extra-)?index-url|--find-links|https?://", text), name


def test_the_constraints_pin_every_direct_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + [each for extra in project["optional-dependencies"].values() for each in extra]
    pinned = {
        canonical(line.partition("==")[0])
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    needed = [each for each in map(Requirement, wanted) if each.marker is None or each.marker.evaluate()]
    assert {canonical(each.name) for each in needed} <= pinned


def test_the_doctor_knows_what_every_extra_brings():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    known = {purpose.partition(":")[0]: package for package, purpose in EXTRAS.items()}
    assert set(known) == set(extras) - {"dev", "docs"}
    for extra, package in known.items():
        assert package in {canonical(Requirement(each).name) for each in extras[extra]}


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_test_command_runs_every_judge():
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"^test: check\b", makefile, re.MULTILINE)
    for judge in ("ruff check", "ruff format --check", "mypy --strict", "lint-imports", "pytest"):
        assert judge in makefile


def test_what_is_compiled_on_demand_is_there_and_only_on_demand():
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    hook = wheel["hooks"]["custom"]
    assert hook["enable-by-default"] is False
    assert [each for each in hook["modules"] if not (ROOT / each).is_file()] == []
    assert hook["modules"] == sorted(set(hook["modules"]))


def test_the_guide_to_speed_names_what_there_is():
    text = (ROOT / "docs" / "speed.md").read_text()
    targets = set(re.findall(r"\bmake ([a-z]+)", text)) - {"check", "test", "demo"}
    assert targets == {"fast"}
    assert re.search(r"^fast:", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert [
        each for each in re.findall(r"`((?:bench|tests|\.ci)/[a-z_/.]+)`", text) if not (ROOT / each).exists()
    ] == []


def test_the_benchmarks_import_what_there_is():
    """No test runs them all; what they hand to other interpreters as text counts as well."""
    imported = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in (ROOT / "bench").rglob("*.py")
        for name in re.findall(r"^\s*(?:from|import) (flexsim[\w.]*)", path.read_text(), re.MULTILINE)
    }
    places = {(path, name): ROOT.joinpath(*name.split(".")) for path, name in imported}
    assert len(places) > 100
    assert [
        each for each, place in sorted(places.items()) if not (place.is_dir() or place.with_suffix(".py").is_file())
    ] == []
