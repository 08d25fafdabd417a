"""The command that makes traces: what it writes can be read, the same seed writes the same, and nonsense is told so."""

import json

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.settings import variables
from flexsim.traces.answers import read_answers


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for variable in variables():
        monkeypatch.delenv(variable, raising=False)
    return lambda *words: CliRunner().invoke(app, ["load", "trace", *map(str, words)])


def spans(path):
    for line in path.read_text().splitlines():
        for resource in json.loads(line)["resourceSpans"]:
            yield from (span for scope in resource["scopeSpans"] for span in scope["spans"])


def test_spans_and_answers_are_written_and_belong_together(run, tmp_path):
    result = run("fanout", "--virtual", "--count", 5, "--out", "t.jsonl", "--answers", "a.jsonl", "--seed", 1, "--json")
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["seed"], told["traces"], told["spans"], told["delivery"]["sent"]) == (1, 5, 1015, 1015)
    found = list(spans(tmp_path / "t.jsonl"))
    answers = list(read_answers((tmp_path / "a.jsonl").read_text().splitlines(), "a.jsonl"))
    assert {span["traceId"] for span in found} == {each.trace_id for each in answers}
    assert {each for answer in answers for each in answer.critical_path} < {span["spanId"] for span in found}


@pytest.mark.parametrize("name", ["t.jsonl", "t.pb"])
def test_the_same_seed_writes_the_same_bytes(run, tmp_path, name):
    written = []
    for _ in range(2):
        assert run("react", "--virtual", "--count", 20, "--out", name, "--answers", "a", "--seed", 9).exit_code == 0
        written.append((tmp_path / name).read_bytes() + (tmp_path / "a").read_bytes())
    assert written[0] == written[1]


def test_on_stdout_there_is_only_data(run):
    result = run("human", "--virtual", "--stdout", "--seed", 1)
    assert TracesData().SerializeToString() == b""
    assert [len(json.loads(line)["resourceSpans"]) for line in result.stdout.splitlines()] == [1]
    assert "1 traces, 6 spans, 6 delivered (seed 1)" in result.stderr


def test_a_mix_makes_a_days_history(run, tmp_path):
    (tmp_path / "mix.yaml").write_text("rate: 0.01\ntraces: [{scenario: chain, set: {depth: 2}}, human]")
    result = run("--mix", "mix.yaml", "--virtual", "--duration", 86400, "--start", "2026-03-02", "--out", "t.jsonl",
                 "--seed", 1)  # fmt: skip
    assert result.exit_code == 0, result.stderr
    roots = [span for span in spans(tmp_path / "t.jsonl") if "parentSpanId" not in span]
    assert {span["name"] for span in roots} == {"invoke_workflow chain", "invoke_workflow human"}
    begun = [int(span["startTimeUnixNano"]) for span in roots]
    assert min(begun) == 1_772_409_600 * 10**9
    assert max(begun) < (1_772_409_600 + 86_400) * 10**9
    assert 700 < len(roots) < 1030


def test_spoilt_data_comes_with_its_ledger(run):
    result = run(
        "dag", "--virtual", "--count", 20, "--out", "t.jsonl", "--dirty", "orphaned=0.1", "--json", "--seed", 1
    )
    told = json.loads(result.stdout)
    assert told["dirt"]["orphaned"] > 0
    assert told["dirt"]["sent"] == told["delivery"]["sent"]


def test_nobody_at_the_address_is_a_target_that_cannot_be_reached(run):
    result = run(
        "human",
        "--virtual",
        "--otlp",
        "http://127.0.0.1:1/refuses/v1/traces",
        "--protocol",
        "http/json",
        "--grace",
        0.3,
    )
    assert result.exit_code == 3
    assert "of 6 spans these did not arrive: 6 (not delivered before the end: connection refused)" in result.stderr


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ([], "name one scenario"),
        (["fanout", "--mix", "m.yaml"], "name one scenario"),
        (["fan", "--stdout"], "no such scenario: fan"),
        (["fanout", "--set", "fanout=0", "--stdout"], "fanout is a whole number from 1 to 10000: 0"),
        (["fanout", "--set", "fanout", "--stdout"], "a setting is NAME=VALUE"),
        (["fanout", "--virtual"], "say where the traces go"),
        (["fanout", "--stdout", "--out", "x"], "say where the traces go, once"),
        (["fanout", "--stdout", "--json"], "give one"),
        (["fanout", "--stdout", "--start", "now"], "--start is for --virtual"),
        (["fanout", "--stdout", "--virtual", "--start", "soon"], "--start is not a date"),
        (["fanout", "--otlp", "localhost:4318"], "an OTLP endpoint is an http or https address"),
        (["fanout", "--otlp", "http://a", "--protocol", "udp"], "no such protocol: udp"),
        (["fanout", "--stdout", "--dirty", "wet=1"], "no such way to spoil data: wet"),
        (["--mix", "none.yaml", "--stdout"], "cannot read none.yaml"),
        (["fanout", "--otlp", "http://a", "--header", "secret"], "a --header is NAME: VALUE, in one line"),
    ],
)
def test_nonsense_is_told_in_one_line(run, words, problem):
    result = run(*words)
    assert result.exit_code == 2
    assert problem in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_the_address_may_come_from_the_environment(run, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("AGENT_NAME", "west")
    monkeypatch.setenv("SERVICE_NAME", "mine")
    result = run("human", "--virtual", "--stdout")
    assert result.exit_code == 0
    assert '"west/planner"' in result.stdout
    assert '"mine"' in result.stdout
