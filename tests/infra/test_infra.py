"""What stands under ``infra/`` is what the tools it is for accept, and asks of flexsim only what there is."""

import json
import os
import re
import shlex
import shutil
import socketserver
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import promql_parser
import pytest
import yaml

from flexsim.clock import ManualClock
from flexsim.emulator.exposition import Figures, exposition
from flexsim.emulator.server import LocalTaskRouter
from flexsim.load import backend_http, metrics
from flexsim.load.backend import Backend
from flexsim.load.fleet import Report
from flexsim.load.tally import Tally
from flexsim.settings import variables
from tests.commands import parse

ROOT = Path(__file__).parents[2]
INFRA = ROOT / "infra"
BIN = Path(sys.executable).parent
OURS = "flexsim"  # the image of our services; the rest is other people's


def run(*command, **options):
    """What a tool says, and that it is content."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def documents(path):
    return [each for each in yaml.safe_load_all(path.read_text(encoding="utf-8")) if each]


def manifests():
    return [each for path in sorted((INFRA / "kubernetes").glob("*.yaml")) for each in documents(path)]


def pods():
    """The pod of every workload of the manifests."""
    for each in manifests():
        if each["kind"] == "Deployment":
            yield each["spec"]["template"]["spec"]
        elif each["kind"] == "CronJob":
            yield each["spec"]["jobTemplate"]["spec"]["template"]["spec"]


def containers():
    return [each for pod in pods() for each in (*pod.get("initContainers", ()), *pod["containers"])]


def services():
    return documents(INFRA / "compose.yaml")[0]["services"]


# --- as the tools see it ---


def test_the_dockerfile_has_no_bad_habits():
    hadolint = BIN / "hadolint"
    if not hadolint.exists():
        pytest.skip("hadolint is not to be had for this system")
    run(hadolint, "infra/docker/Dockerfile")


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("compose-spec", "infra/compose.yaml"),
        ("cloudbuild", "infra/gcp/cloudbuild.yaml"),
        ("github-workflows", "infra/ci/github-actions.yml"),
        ("github-workflows", ".github/workflows/ci.yml"),
        ("github-actions", "infra/action/action.yml"),
    ],
)
def test_files_with_a_published_schema_obey_it(schema, path):
    run(BIN / "check-jsonschema", "--builtin-schema", f"vendor.{schema}", path)


def test_cloudformation_takes_its_template():
    run(BIN / "cfn-lint", "infra/aws/cloudformation.yaml")


def test_kubernetes_takes_every_manifest(tmp_path):
    together = tmp_path / "all.yaml"
    kinds = [each for each in manifests() if each["kind"] != "Kustomization"]
    together.write_text(yaml.safe_dump_all(kinds), encoding="utf-8")
    told = run(BIN / "kubernetes-validate", "--strict", together)
    assert told.count("passed") == len(kinds)


def test_the_kustomization_names_every_manifest():
    (kustomization,) = documents(INFRA / "kubernetes" / "kustomization.yaml")
    files = {path.name for path in (INFRA / "kubernetes").glob("*.yaml")} - {"kustomization.yaml"}
    assert set(kustomization["resources"]) == files


# --- as flexsim sees it ---


@pytest.mark.parametrize("name", sorted(services()))
def test_every_service_of_ours_runs_a_command_that_there_is(name):
    service = services()[name]
    if service["image"] != OURS:
        return
    command = service["command"]
    if service.get("entrypoint") == ["sh", "-c"]:
        command = re.search("exec flexsim ([^>]+)", command[0])[1].replace("$$SEED", "7").split()
    parse(command)


def test_every_container_runs_a_command_that_there_is():
    for each in containers():
        parse([word.replace("$(SEED)", "7") for word in each["args"]])


def test_the_clouds_run_commands_that_there_are():
    (definition,) = json.loads((INFRA / "aws" / "ecs-task-definition.json").read_text())["containerDefinitions"]
    parse(definition["command"])
    (service,) = documents(INFRA / "gcp" / "service.yaml")
    (container,) = service["spec"]["template"]["spec"]["containers"]
    parse(container["args"])
    template = (INFRA / "aws" / "cloudformation.yaml").read_text(encoding="utf-8")
    for command in re.findall(r"\n +Command: \[(workforce[^\]]+)\]", template):
        parse([word.strip(' "') for word in command.split(",")])


def recipes():
    """Every command line of the recipes for build servers, cron and pre-commit."""
    (workflow,) = documents(INFRA / "ci" / "github-actions.yml")
    yield from (step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step)
    yield from re.findall("&& (flexsim .+)", (INFRA / "ci" / "crontab").read_text(encoding="utf-8"))
    (hooks,) = documents(ROOT / ".pre-commit-hooks.yaml")
    yield from (hook["entry"] for hook in hooks)
    action = (INFRA / "action" / "action.yml").read_text(encoding="utf-8")
    yield f"flexsim {re.search('with: {command: (.+)}', action)[1]}"


@pytest.mark.parametrize("line", [line for line in recipes() if line.startswith("flexsim ")])
def test_every_recipe_runs_a_command_that_there_is(line):
    parse(shlex.split(line)[1:])


def test_the_action_never_lets_a_shell_run_what_it_was_given(tmp_path):
    (action,) = documents(INFRA / "action" / "action.yml")
    script = action["runs"]["steps"][-1]["run"]
    flexsim = tmp_path / "flexsim"
    flexsim.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    flexsim.chmod(0o755)
    environ = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "COMMAND": """simulate --fail-if "service_level < 0.8" $(touch stolen); touch stolen""",
    }
    told = run("bash", "-c", f"cd {tmp_path}; {script}", env=environ)
    assert told.splitlines() == [
        "simulate", "--fail-if", "service_level < 0.8", "$(touch", "stolen);", "touch", "stolen",
    ]  # fmt: skip
    assert not (tmp_path / "stolen").exists()


def test_every_variable_that_is_set_is_one_that_flexsim_reads():
    known = {*variables(), "HEALTH_URL", "SEED"}
    for service in services().values():
        if service["image"] == OURS:
            assert set(service.get("environment", ())) <= known
    for container in containers():
        assert {each["name"] for each in container.get("env", ())} <= known


def test_nothing_of_ours_runs_as_root_or_writes_outside_its_volumes():
    for name, service in services().items():
        if service["image"] == OURS:
            assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"]), name
    assert all(pod["securityContext"]["runAsNonRoot"] for pod in pods())
    for container in containers():
        context = container["securityContext"]
        assert (context["readOnlyRootFilesystem"], context["capabilities"]["drop"]) == (True, ["ALL"])
        assert "memory" in container["resources"]["limits"]


def test_every_port_is_open_on_this_machine_only():
    ports = [port for service in services().values() for port in service.get("ports", ())]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


# --- what is asked of Prometheus ---


def told():
    """The name of every sample that flexsim's servers can have."""
    with LocalTaskRouter(seed=1) as router:
        figures = Figures(workspaces=router.figures(), callbacks=router.callback_counts(), alerts=0, speed=1.0)
        text = exposition(figures)
    text += metrics.exposition(
        metrics.of_swarm(Report(connected=0, sockets=0, away=0, census={}, tally=Tally()), active=0)
    )
    text += metrics.exposition(backend_http.families(Backend(ManualClock(0.0), 1)))
    ends = {"counter": ("",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
    typed = [line.split()[2:] for line in text.decode().splitlines() if line.startswith("# TYPE")]
    return {f"{name}{end}" for name, kind in typed for end in ends[kind]}


def asked(expression):
    """The metrics that an expression names, once Prometheus's grammar has taken it."""
    promql_parser.parse(expression.replace("$workspace", ".*"))
    return set(re.findall(r"\b(flexsim[_:][a-z_]+(?::[0-9a-z]+)?)", expression))


def rules():
    groups = documents(INFRA / "prometheus" / "rules.yml")[0]["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_the_dashboard_and_the_rules_ask_for_metrics_that_there_are():
    panels = json.loads((INFRA / "grafana" / "flexsim.json").read_text(encoding="utf-8"))["panels"]
    expressions = [target["expr"] for panel in panels for target in panel.get("targets", ())]
    expressions += [rule["expr"] for rule in rules()]
    wanted = set().union(*map(asked, expressions))
    assert len(wanted) > 15
    assert wanted <= told() | {rule["record"] for rule in rules() if "record" in rule}


def test_prometheus_looks_where_the_services_are():
    jobs = documents(INFRA / "prometheus" / "prometheus.yml")[0]["scrape_configs"]
    hosts = {target.split(":")[0] for job in jobs for group in job["static_configs"] for target in group["targets"]}
    assert hosts <= set(services())


# --- the container's health ---


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 503)
        self.end_headers()

    def log_message(self, *_):
        """Quiet."""


@pytest.fixture
def address():
    with socketserver.TCPServer(("127.0.0.1", 0), _Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def health(url):
    environ = {**os.environ, "HEALTH_URL": url}
    command = [sys.executable, INFRA / "docker" / "health.py"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=20, check=False)
    return done.returncode, done.stdout.count("\n"), done.stderr


def test_a_container_is_healthy_while_its_server_says_so(address):
    assert health(f"{address}/health") == (0, 0, "")
    assert health("") == (0, 0, "")
    assert health(f"{address}/gone") == (1, 1, "")
    assert health("http://127.0.0.1:1/health") == (1, 1, "")


def test_the_image_is_built_where_there_is_docker():
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "info"], capture_output=True, check=False).returncode:
        pytest.skip("no Docker that runs here")
    run(docker, "build", "-q", "-f", "infra/docker/Dockerfile", "-t", "flexsim-test", ".")
