"""Whatever a file of traces, of answers or of a TaskRouter's inputs holds: it is read, or refused in words."""

import contextlib
import copy
import gzip
import json
import sqlite3

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flexsim.emulator.restoring import read_export
from flexsim.errors import ConfigurationError
from flexsim.traces.answers import read_answers
from flexsim.traces.grading import grade
from flexsim.traces.storing import COLUMNS, open_store
from flexsim.traces.trace_files import read_documents, read_traces
from tests.emulator import test_restoring
from tests.traces.conftest import request
from tests.traces.making import make
from tests.traces.test_json_in import as_otlp_json

from .damage import WORST, damaged, distorted, survives, written

in_one_folder = settings(derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
OTLP = request((1, None, 0, 5), (2, 1, 1, 3))
OTLP_JSON = as_otlp_json(OTLP)
BINARY = OTLP.SerializeToString()
TRUTH = [json.loads(make(name).answers().line()) for name in ("fanout", "retry")]


@in_one_folder
@given(
    damaged(
        [
            BINARY,
            bytes([len(BINARY)]) + BINARY,
            len(BINARY).to_bytes(4) + BINARY,
            OTLP_JSON,
            OTLP_JSON + b"\n" + OTLP_JSON,
        ]
    )
    | distorted(json.loads(OTLP_JSON)).map(written),
    st.sampled_from([".jsonl", ".json", ".pb", ".otlp"]),
    st.booleans(),
)
def test_a_file_of_traces(tmp_path, content, suffix, packed):
    file = tmp_path / f"traces{suffix}{'.gz' if packed else ''}"
    file.write_bytes(gzip.compress(content) if packed else content)
    survives(read_traces, file)


@in_one_folder
@given(damaged([gzip.compress(OTLP_JSON)]))
def test_a_file_that_is_hardly_a_gzip(tmp_path, content):
    file = tmp_path / "traces.json.gz"
    file.write_bytes(content)
    survives(read_traces, file)


@pytest.fixture(scope="module", params=[".sqlite", ""])
def stored(request, tmp_path_factory):
    """What a collector has stored, as files of bytes."""
    if not request.param:
        pytest.importorskip("pyarrow")
    path = tmp_path_factory.mktemp("store") / f"spans{request.param}"
    with open_store(path) as store:
        store.keep(OTLP, 0.0)
    return request.param or ".parquet", (path if path.is_file() else next(path.glob("*.parquet"))).read_bytes()


@in_one_folder
@given(data=st.data())
def test_a_store_of_traces(stored, tmp_path, data):
    suffix, right = stored
    file = tmp_path / f"spans{suffix}"
    file.write_bytes(data.draw(damaged([right])))
    survives(read_traces, file)


@in_one_folder
@given(
    st.sampled_from(COLUMNS),
    st.sampled_from((None, "x", b"\xff", -1, 1.5, "[", "[1]", "{}", "[[", '[{"name":1}]', "[" * 5000)),
)
def test_a_store_with_something_else_in_a_column(tmp_path, column, value):
    file = tmp_path / "spans.sqlite"
    file.unlink(missing_ok=True)
    with open_store(file) as store:
        store.keep(OTLP, 0.0)
    with contextlib.closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"UPDATE spans SET {column} = ?", (value,))
    survives(read_traces, file)


@in_one_folder
@given(
    st.lists(st.sampled_from(TRUTH).flatmap(distorted).map(written), max_size=3).map(b"\n".join)
    | damaged([b"\n".join(map(written, TRUTH)), written(TRUTH)])
)
def test_answers(tmp_path, content):
    file = tmp_path / "answers.jsonl"
    file.write_bytes(content)
    survives(lambda: grade(read_documents(file), TRUTH).document())
    survives(lambda: grade(TRUTH, read_documents(file)).document())
    survives(lambda: [each.line() for each in read_answers(content.decode("utf-8", "replace").splitlines(), "answers")])


@pytest.mark.parametrize("content", WORST, ids=range(len(WORST)))
def test_the_worst_of_files(tmp_path, content):
    for suffix in (".jsonl", ".pb", ".json.gz", ".pb.gz", ".sqlite", ".parquet"):
        file = tmp_path / f"traces{suffix}"
        file.write_bytes(content)
        survives(read_traces, file)
    survives(read_documents, file)
    survives(lambda: list(read_answers([content.decode("utf-8", "replace")], "answers")))
    survives(read_export, file)


@pytest.fixture(scope="module")
def export():
    """The inputs of a centre that has been worked in, from its start and from a snapshot on."""
    found = []
    for snapshot in (False, True):
        _, journal, persistence = test_restoring.recorded(3, 25)
        with journal:
            if snapshot:
                persistence.snapshot()
            found.append([json.loads(line) for line in persistence.export()])
    return found


def replay(file):
    record = read_export(file)
    _ = record.seed, record.until
    test_restoring.restored(record)


@in_one_folder
@given(data=st.data())
def test_inputs_to_be_done_again(export, tmp_path, data):
    lines = list(data.draw(st.sampled_from(export)))
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = data.draw(distorted(lines[at]))
    file = tmp_path / "inputs.jsonl"
    file.write_bytes(b"".join(written(each) + b"\n" for each in lines))
    survives(replay, file)


@in_one_folder
@given(data=st.data())
def test_inputs_damaged(export, tmp_path, data):
    file = tmp_path / "inputs.jsonl"
    file.write_bytes(data.draw(damaged([b"".join(written(each) + b"\n" for each in lines) for lines in export])))
    survives(replay, file)


def test_a_snapshot_in_which_a_task_waits_in_no_queue_is_refused(export, tmp_path):
    header, *inputs = copy.deepcopy(export[1])
    tasks = next(each for name, each in header["snapshot"].items() if name.startswith("workspace/"))["engine"]["tasks"]
    ticket, queue = (tasks["columns"].index(name) for name in ("ticket", "queue"))
    for row in tasks["rows"]:
        row[queue] = None if row[ticket] else row[queue]
    file = tmp_path / "inputs.jsonl"
    file.write_bytes(b"".join(written(each) + b"\n" for each in (header, *inputs)))
    with pytest.raises(ConfigurationError, match="the snapshot cannot be read"):
        replay(file)


@pytest.mark.parametrize("trace_id", ["\n", "x" * 100_000, [[[]]], {"a": 1}])
def test_an_id_that_is_none_is_named_in_one_short_line(tmp_path, trace_id):
    file = tmp_path / "traces.json"
    file.write_bytes(written({"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": trace_id}]}]}]}))
    assert survives(read_traces, file) is None
