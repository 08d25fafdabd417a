import contextlib
import gzip
import json
import sqlite3
import sys
from io import BytesIO

import pytest
from google.protobuf.proto import serialize_length_prefixed

from flexsim.errors import ConfigurationError, TargetRefused, TargetUnreachable
from flexsim.traces.otlp import spans_of
from flexsim.traces.storing import open_store
from flexsim.traces.trace_files import fetch_trace, read_documents, read_traces, trace_named
from tests.traces.conftest import TRACE, attributes, request, span_id
from tests.traces.test_json_in import as_otlp_json
from tests.traces.test_serving import Served

FIRST = request((1, None, 0, 5, {"error": True, "text": "ü", "list": [1, "a"], "yes": False}))
SECOND = request((1, None, 5, 9, {"trace": b"2" * 16}), service="other")
TOLD = FIRST.resource_spans[0].scope_spans[0].spans[0]
LINK, EVENT = TOLD.links.add(), TOLD.events.add()
LINK.trace_id, LINK.span_id, EVENT.name, EVENT.time_unix_nano = TRACE, span_id(1), "it happened", 5
attributes(EVENT.attributes, {"why": "so"})
WHOLE = {TRACE: list(spans_of(FIRST)), b"2" * 16: list(spans_of(SECOND))}


def big_endian(message):
    body = message.SerializeToString()
    return len(body).to_bytes(4) + body


def varint(message):
    out = BytesIO()
    serialize_length_prefixed(message, out)
    return out.getvalue()


@pytest.mark.parametrize("form", [varint, big_endian, lambda each: each.SerializeToString()])
@pytest.mark.parametrize("packed", [False, True])
def test_protobuf_is_read_with_a_length_before_each_request_or_without(tmp_path, form, packed):
    path = tmp_path / ("traces.pb.gz" if packed else "traces.pb")
    content = form(FIRST) + form(SECOND)
    path.write_bytes(gzip.compress(content) if packed else content)
    assert read_traces(path) == WHOLE


def test_json_is_read_as_lines_or_in_one_however_it_is_laid_out(tmp_path):
    lines = tmp_path / "traces.jsonl"
    lines.write_bytes(as_otlp_json(FIRST) + b"\n\n" + as_otlp_json(FIRST) + b"\n")
    assert [len(each) for each in read_traces(lines).values()] == [2]
    whole = tmp_path / "trace.json"
    whole.write_text(json.dumps(json.loads(as_otlp_json(FIRST)), indent=2))
    assert len(read_traces(whole)) == 1


@pytest.mark.parametrize("name", ["spans.sqlite", "spans"])
def test_what_a_collector_stored_is_read_back_as_it_was(tmp_path, name):
    with open_store(tmp_path / name) as store:
        store.keep(FIRST, 1.0)
        store.keep(SECOND, 2.0)
    assert read_traces(tmp_path / name) == WHOLE
    for file in (tmp_path / name).glob("*.parquet"):
        assert read_traces(file) == WHOLE


def test_a_trace_of_a_running_collector_is_fetched_by_its_id():
    with contextlib.closing(Served()) as served:
        served.post(FIRST.SerializeToString())
        url = f"http://127.0.0.1:{served.port}"
        assert fetch_trace(url, TRACE.hex()) == {TRACE: WHOLE[TRACE]}
        with pytest.raises(TargetRefused, match="has no trace 00"):
            fetch_trace(url, "00" * 16)
    with pytest.raises(TargetUnreachable, match="flexsim load collector"):
        fetch_trace(url, TRACE.hex())
    with pytest.raises(ConfigurationError, match="http://"):
        fetch_trace("file:///etc", TRACE.hex())


def write(path, content):
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"", "the name does not say what is in it"),
        ("a.json", b"{", "a.json: this is no JSON"),
        ("a.jsonl", b'{"resourceSpans":[]}\n{"x"}\n', "line 2: this is no JSON"),
        ("a.pb", varint(FIRST)[:-3], "3 bytes are missing"),
        ("a.pb", b"\xff" * 9, "what ends at byte 5 is no length"),
        ("a.pb", b"\x0a\xff\xff", "cut short"),
        ("a.json.gz", b"no gzip", "cannot read"),
        ("a.json.gz", gzip.compress(b"{}", mtime=0)[:-4], "cannot read"),
        ("a.sqlite", b"no database at all, but long enough to be one" * 30, "cannot read"),
        ("a.parquet", b"no Parquet", "no Parquet file of spans"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_name(tmp_path, name, content, said):
    with pytest.raises(ConfigurationError, match=said) as caught:
        read_traces(write(tmp_path / name, content))
    assert name in str(caught.value)


def test_an_empty_folder_and_a_database_of_something_else_are_refused(tmp_path):
    with pytest.raises(ConfigurationError, match=r"no \.parquet file in this folder"):
        read_traces(tmp_path)
    with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE cats (name TEXT)")
    with pytest.raises(ConfigurationError, match="no such table: spans"):
        read_traces(tmp_path / "other.db")


def test_parquet_without_pyarrow_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'flexsim\[parquet\]'"):
        read_traces(write(tmp_path / "a.parquet", b""))


def test_a_trace_is_named_by_as_much_of_its_id_as_tells_it_apart():
    assert trace_named(WHOLE, "3232") == WHOLE[b"2" * 16]
    with pytest.raises(ConfigurationError, match="there is no trace whose id begins with ff among the 2"):
        trace_named(WHOLE, "ff")
    with pytest.raises(ConfigurationError, match="there is 2 traces"):
        trace_named(WHOLE, "")


def test_documents_are_lines_or_one_list(tmp_path):
    for content in (b'{"a":1}\n\n{"b":2}\n', b'[{"a":1},\n{"b":2}]'):
        assert read_documents(write(tmp_path / "x", content)) == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{}\n{", "line 2 of .*x is not JSON"),
        (b"5", "is no object: 5"),
        (b"[{}, 5]", "list of objects|no object"),
        (b"\xff", "cannot read"),
    ],
)
def test_documents_that_are_none_are_refused(tmp_path, content, said):
    with pytest.raises(ConfigurationError, match=said):
        read_documents(write(tmp_path / "x", content))
