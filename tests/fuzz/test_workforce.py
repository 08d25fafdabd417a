"""Whatever is asked of the workforce, and whatever its files hold: it is answered or read, or refused in words."""

import asyncio
import json
import shutil
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flexsim.clock import ManualClock
from flexsim.domain.yaml_text import read_yaml
from flexsim.workforce.evidence import Evidence, read_run
from flexsim.workforce.minds.recordings import Replayer
from flexsim.workforce.minds.rules import RulesMind
from flexsim.workforce.roles.loading import roles_of
from flexsim.workforce.scenario import read_scenario
from flexsim.workforce.service import Service
from flexsim.workforce.store.store import Store
from flexsim.workforce.what_if.branches import Fork, compare
from tests.workforce.api.conftest import SCENARIO, client_of, start
from tests.workforce.doubles import SeededCompany
from tests.workforce.making import CENTRE, played
from tests.workforce.minds.test_openai_chat import request
from tests.workforce.minds.test_recordings import record
from tests.workforce.roles.test_loading import OWN

from .damage import DEEP, WORST, damaged, distorted, survives, written

quick = settings(derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
slow = settings(quick, max_examples=settings.default.max_examples * 2 // 10)
WORDS = (
    b"The Atlas release slips by three weeks, and support is swamped with calls: 20 % more, in 2 months.",
    "La versión se retrasa; we lose €2.5 million and 1e999 customers".encode(),
)


@quick
@given(damaged([OWN.encode()]) | distorted(read_yaml(OWN, "").value).map(written))
def test_roles(content):
    survives(roles_of, content.decode("utf-8", "replace"), "roles.yaml")


@quick
@given(damaged(WORDS))
def test_a_scenario(content):
    survives(read_scenario, content.decode("utf-8", "replace"))


# What a run leaves.


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    session, turns = played(3)
    with Evidence(tmp_path_factory.mktemp("runs"), session, 1_767_600_000.0) as evidence:
        for turn in turns:
            evidence.add(turn)
        evidence.finish(turns)
    return evidence.path


def read_all(path):
    """Everything that reads a run of the workforce."""
    found = survives(read_run, path)
    if found is not None:
        session, turns = found
        fork = Fork(changes=("headcount.support=+1",), at=min(2, len(turns)), turns=1, pairs=1)
        survives(lambda: asyncio.run(compare(session, turns, fork, RulesMind(), centre=CENTRE, resamples=0)).document())


def put(run, folder, name, content):
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(run, folder)
    (folder / name).write_bytes(content)
    return folder


@slow
@given(data=st.data())
def test_a_run_that_says_something_else(run, tmp_path, data):
    name = data.draw(st.sampled_from(["session.json", "events.jsonl"]))
    lines = (run / name).read_bytes().splitlines()
    at = data.draw(st.integers(0, len(lines) - 1)) if name == "events.jsonl" else 0
    if name == "session.json":
        content = data.draw(
            distorted(json.loads((run / name).read_bytes())).map(written) | damaged([b"\n".join(lines)])
        )
    else:
        lines[at] = data.draw(distorted(json.loads(lines[at])).map(written) | damaged([lines[at]]))
        content = b"\n".join(lines) + b"\n"
    read_all(put(run, tmp_path / "run", name, content))


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    file = tmp_path_factory.mktemp("recorded") / "model.jsonl"
    record(file, request("one"), request("two"))
    return [json.loads(line) for line in file.read_text().splitlines()]


@quick
@given(data=st.data())
def test_recorded_answers_of_a_model(recording, tmp_path, data):
    right = b"\n".join(map(written, recording))
    content = data.draw(
        damaged([right]) | distorted(recording[0]).map(written).map(lambda line: line + b"\n" + written(recording[1]))
    )
    file = tmp_path / "model.jsonl"
    file.write_bytes(content)
    survives(lambda: asyncio.run(Replayer(file).complete(request("two"))))
    survives(lambda: asyncio.run(Replayer(file).complete(request("three"))))


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """What a store of one session holds, as bytes."""
    file = tmp_path_factory.mktemp("store") / "workforce.db"
    session, turns = played(2)
    store = Store.open(f"sqlite:///{file}", ManualClock())
    store.import_run(session, turns)
    store.close()
    return file.read_bytes(), session.id


@slow
@given(data=st.data())
def test_a_store_that_is_damaged(stored, tmp_path, data):
    right, session_id = stored
    file = Path(mkdtemp(dir=tmp_path)) / "workforce.db"  # each has other files beside it
    file.write_bytes(data.draw(damaged([right])))

    def read():
        store = Store.open(f"sqlite:///{file}", ManualClock())
        try:
            survives(store.check)
            survives(store.session, session_id)
            survives(store.turns, session_id, limit=10)
        finally:
            store.close()

    survives(read)


@pytest.mark.parametrize("content", WORST, ids=range(len(WORST)))
def test_the_worst_of_files(run, tmp_path, content):
    for name in ("session.json", "events.jsonl"):
        read_all(put(run, tmp_path / "run", name, content))
    text = content.decode("utf-8", "replace")
    if len(content) < DEEP:
        survives(roles_of, text, "roles.yaml")
    survives(read_scenario, text)
    file = tmp_path / "model.jsonl"
    file.write_bytes(content)
    survives(lambda: asyncio.run(Replayer(file).complete(request("two"))))


# What is asked over HTTP.


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    clock = ManualClock()
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('served') / 'workforce.db'}", clock)
    with client_of(Service(store, SeededCompany(), clock)) as made:
        yield made, start(made)
    store.close()


ASKED = (
    ("/simulate/start", SCENARIO | {"mind": "rules", "roles": ["ceo"]}),
    ("/simulate/next", {"session_id": "WS", "turns": 1}),
    ("/simulate/what-if", {"session_id": "WS", "at": 0, "turns": 1, "pairs": 1, "changes": ["headcount.support=+1"]}),
)


@quick
@given(data=st.data())
def test_every_request_is_answered_and_what_is_refused_is_told(client, data):
    asked, session_id = client
    path, body = data.draw(st.sampled_from(ASKED))
    body = body | ({"session_id": session_id} if "session_id" in body else {})
    content = data.draw(distorted(body).map(written) | damaged([written(body)]))
    headers = {
        "content-type": data.draw(
            st.sampled_from(["application/json", "", "text/plain", "application/x-www-form-urlencoded"])
        )
    }
    answer = asked.post(path, content=content, headers=headers)
    assert answer.status_code in {200, 201, 400, 404, 409, 413, 415, 422}, (answer.status_code, answer.text, content)
    assert answer.json()
    assert answer.status_code < 300 or set(answer.json()) == {"error", "request_id"}
    assert len(answer.json().get("error", "")) < 5_000


@quick
@given(
    kind=st.sampled_from(
        ["/simulate", "/simulate/{}", "/simulate/{}/turns", "/simulate/{}/what-ifs", "/memory/{}", "/agents/list"]
    ),
    name=st.sampled_from(["WS", "%00", "..%2f..", "%ff", "9" * 5000]) | st.none(),
    query=st.dictionaries(
        st.sampled_from(["limit", "after", "session_id", "q", "agent", "kind", "status"]),
        st.sampled_from(["", "-1", "0", "1", "9" * 30, "nan", "\x00", "rules", "٣"]) | st.text(max_size=10),
    ),
)
def test_every_question_is_answered(client, kind, name, query):
    asked, session_id = client
    answer = asked.get(kind.format(name or session_id), params=query)
    assert answer.status_code in {200, 400, 404, 422}, (answer.status_code, answer.text)
    assert answer.json() is not None
