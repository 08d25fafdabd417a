"""The interface on a store of each kind, with the double for a company, and a client; made once, sessions tell tests apart."""

import contextlib

import pytest
from starlette.testclient import TestClient

from flexsim.clock import ManualClock
from flexsim.workforce.api.application import Options, application
from flexsim.workforce.service import Service
from flexsim.workforce.store.store import Store
from tests.workforce.doubles import SeededCompany

SCENARIO = {"scenario": "The release slips", "seed": 7}


@contextlib.contextmanager
def client_of(service, **options):
    with TestClient(application(service, Options(**options)), raise_server_exceptions=False) as made:
        yield made


@pytest.fixture(scope="session")
def served(shared_urls):
    """The service on a kind of database and a client of it."""
    made = {}
    with contextlib.ExitStack() as stack:

        def find(kind):
            if kind not in made:
                clock = ManualClock()
                store = Store.open(shared_urls(kind), clock)
                stack.callback(store.close)
                service = Service(store, SeededCompany(), clock)
                made[kind] = (service, stack.enter_context(client_of(service)))
            return made[kind]

        yield find


@pytest.fixture(params=["sqlite", "postgresql"])
def both(request, served):
    return served(request.param)


@pytest.fixture
def client(both):
    return both[1]


@pytest.fixture
def company(both):
    return both[0].company


@pytest.fixture
def lite(served):
    """A service on SQLite: for what does not depend on the database."""
    return served("sqlite")[0]


@pytest.fixture
def lite_client(served):
    return served("sqlite")[1]


def start(client, **given):
    answer = client.post("/simulate/start", json=SCENARIO | given)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def take(client, session_id, **headers):
    return client.post("/simulate/next", json={"session_id": session_id}, headers=headers)
