"""Databases of the tests' own: an SQLite file, and a database in the PostgreSQL that there is; a Redis with a prefix.

``FLEXSIM_TEST_DATABASE_URL`` and ``FLEXSIM_TEST_REDIS_URL`` say where; on a machine without, tests are skipped, and under CI
they fail.
"""

import os
from contextlib import ExitStack, contextmanager

import pytest

from flexsim.clock import ManualClock
from flexsim.randomness import fresh_secret
from flexsim.workforce.store.engines import open_engine
from flexsim.workforce.store.migrating import migrate
from flexsim.workforce.store.store import Store
from tests.workforce.doubles import session

DATABASE_URL = os.environ.get("FLEXSIM_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("FLEXSIM_TEST_REDIS_URL", "redis://127.0.0.1:6379/0")
KINDS = ("sqlite", "postgresql")


def missing(what, variable, error):
    reason = f"no {what} at {variable}: {str(error).splitlines()[0]}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def postgresql_database():
    """The address of a new, empty database, which is gone afterwards."""
    psycopg = pytest.importorskip("psycopg")
    try:
        connection = psycopg.connect(DATABASE_URL, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        missing("PostgreSQL", "FLEXSIM_TEST_DATABASE_URL", error)
    name = f"flexsim_test_{fresh_secret()}"
    with connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            base, _, _ = DATABASE_URL.rpartition("/")
            yield f"{base}/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def empty_database(kind, folder):
    """The address of a database of this kind in which nothing was ever made."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / f'{fresh_secret()}.db'}"
        return
    with postgresql_database() as url:
        yield url


@pytest.fixture(params=KINDS)
def empty_url(request, tmp_path):
    with empty_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def shared_urls(tmp_path_factory):
    """The addresses of databases that are up to date, made when asked for; tests tell theirs apart by sessions' ids."""
    with contextmanager(_shared)(tmp_path_factory.mktemp("shared")) as find:
        yield find


def _shared(folder):
    made = {}
    with ExitStack() as stack:

        def find(kind):
            if kind not in made:
                made[kind] = stack.enter_context(empty_database(kind, folder))
                engine = open_engine(made[kind])
                migrate(engine)
                engine.dispose()
            return made[kind]

        yield find


@pytest.fixture(params=KINDS)
def url(request, shared_urls):
    """The address of a database of each kind that is up to date."""
    return shared_urls(request.param)


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def store(url, clock):
    """A store on a database of each kind."""
    opened = Store.open(url, clock)
    yield opened
    opened.close()


@pytest.fixture
def begun(store):
    """The id of a session without turns."""
    return store.begin(session()).session.id


@contextmanager
def redis_client():
    """A client of the Redis there is."""
    redis = pytest.importorskip("redis")
    client = redis.Redis.from_url(REDIS_URL, socket_connect_timeout=2)
    try:
        client.ping()
    except redis.RedisError as error:
        client.close()
        missing("Redis", "FLEXSIM_TEST_REDIS_URL", error)
    with client:
        yield client


@pytest.fixture
def redis_prefix():
    """A client of the Redis there is, and a prefix whose keys are gone afterwards."""
    with redis_client() as client:
        prefix = f"flexsim_test_{fresh_secret()}"
        yield client, prefix
        for key in client.scan_iter(f"*{prefix}*"):
            client.delete(key)
