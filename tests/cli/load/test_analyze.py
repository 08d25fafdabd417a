"""The command ``flexsim load analyze``."""

import contextlib
import json

import pytest
from typer.testing import CliRunner

from flexsim.cli.app import app
from flexsim.traces.encoding_json import JsonEncoder
from flexsim.traces.parameters import read
from flexsim.traces.virtual import VirtualTraces
from tests.traces.making import START_NS
from tests.traces.test_serving import BODY, TRACE, Served


def run(*arguments):
    return CliRunner().invoke(app, ["load", "analyze", *map(str, arguments)])


@pytest.fixture
def made(tmp_path):
    """A file of two traces, and what is true of them."""
    traces = VirtualTraces(3)
    found = [traces.make(name, read(name, {}), START_NS) for name in ("dag", "retry")]
    encoder = JsonEncoder({"service.name": "app"})
    path = tmp_path / "traces.jsonl"
    path.write_bytes(b"".join(encoder.encode(each.spans) + b"\n" for each in found))
    return path, [each.answers() for each in found]


def test_one_trace_is_drawn_and_told(made):
    path, (dag, _) = made
    found = run(path, "--trace", dag.trace_id[:8])
    assert found.exit_code == 0
    assert "█" in found.stdout
    assert "and 143 more spans; --html shows more of them" in found.stdout
    assert found.stdout.endswith(f"- to blame: {dag.root_cause}\n")


def test_several_traces_are_listed(made):
    path, truth = made
    found = run(path)
    assert found.exit_code == 0
    assert all(each.scenario in found.stdout for each in truth)


def test_everything_is_there_as_json_and_as_answers_and_as_a_page(made, tmp_path):
    path, truth = made
    told = json.loads(run(path, "--json", "--answers", tmp_path / "answers.jsonl").stdout)
    assert [each["root_cause"] for each in told] == [each.root_cause for each in truth]
    graded = CliRunner().invoke(
        app, ["load", "grade", *map(str, (tmp_path / "answers.jsonl", tmp_path / "truth.jsonl"))]
    )
    assert (graded.exit_code, "truth.jsonl" in graded.stderr) == (2, True)
    (tmp_path / "truth.jsonl").write_text("".join(each.line() + "\n" for each in truth))
    graded = CliRunner().invoke(
        app,
        [
            "load",
            "grade",
            *map(str, (tmp_path / "answers.jsonl", tmp_path / "truth.jsonl")),
            "--json",
            "--at-least",
            "1",
        ],
    )
    assert (graded.exit_code, json.loads(graded.stdout)["score"]) == (0, 1.0)
    assert run(path, "--trace", truth[0].trace_id, "--html", tmp_path / "page.html").exit_code == 0
    assert "What the analysis says" in (tmp_path / "page.html").read_text()


def test_a_trace_of_a_running_collector_is_analyzed_by_its_id():
    with contextlib.closing(Served()) as served:
        served.post(BODY)
        found = run(TRACE.hex(), "--collector", f"http://127.0.0.1:{served.port}", "--json")
    assert json.loads(found.stdout)[0]["duration_ms"] == 5.0
    gone = run(TRACE.hex(), "--collector", f"http://127.0.0.1:{served.port}")
    assert (gone.exit_code, "no collector at" in gone.stderr) == (3, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.json",), "nowhere.json is neither a file nor a trace's id of 32 hexadecimal digits"),
        (("traces.jsonl", "--html", "x.html"), "--html shows one trace, and there are 2"),
        (("empty.jsonl",), "there is no span in empty.jsonl"),
    ],
)
def test_what_cannot_be_done_is_refused(made, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.jsonl").write_text("{}\n")
    found = run(*arguments)
    assert (found.exit_code, said in found.stderr) == (2, True)
