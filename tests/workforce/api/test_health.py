"""Whether the service is alive and can do its work."""

import pytest
from sqlalchemy import text

from flexsim.clock import ManualClock
from flexsim.errors import StoreUnreachable
from flexsim.workforce.service import Service
from flexsim.workforce.store.engines import open_engine, writing
from flexsim.workforce.store.store import Store
from tests.workforce.api.conftest import client_of
from tests.workforce.doubles import SeededCompany


def test_whoever_answers_is_alive(lite_client):
    answer = lite_client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_it_is_ready_with_a_database_that_is_up_to_date(client):
    answer = client.get("/ready")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "checks": {"database": "ok"}})


@pytest.fixture
def away():
    service = Service(
        Store(open_engine("postgresql://me:secret@127.0.0.1:1/x"), ManualClock()), SeededCompany(), ManualClock()
    )
    with client_of(service) as made:
        yield made


def test_without_its_database_it_says_so_and_is_alive_all_the_same(away):
    answer = away.get("/ready")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert "cannot use the database postgresql" in answer.json()["checks"]["database"]
    assert "secret" not in answer.text
    assert away.get("/health").status_code == 200


def test_whoever_asks_without_the_database_is_told_to_come_again(away):
    answer = away.get("/simulate")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "secret" not in answer.text


def test_an_old_database_is_named_with_what_to_do(tmp_path):
    store = Store.open(f"sqlite:///{tmp_path}/x.db", ManualClock())
    with writing(store.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '2'"))
    with client_of(Service(store, SeededCompany(), ManualClock())) as client:
        answer = client.get("/ready")
    store.close()
    assert answer.status_code == 503
    assert (
        "is at version 2, and version 3 is needed; run: flexsim workforce migrate"
        in answer.json()["checks"]["database"]
    )


def test_what_it_could_do_without_is_named_and_it_is_ready(lite):
    async def gone():
        raise StoreUnreachable("nobody at redis://127.0.0.1:1")

    with client_of(lite, checks={"redis": gone}) as client:
        answer = client.get("/ready")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "checks": {"database": "ok", "redis": "nobody at redis://127.0.0.1:1"}}
