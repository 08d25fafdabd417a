"""The way to the database."""

import pytest
from sqlalchemy import text

from flexsim.errors import ConfigurationError, StoreUnreachable
from flexsim.workforce.store.engines import described, open_engine, reading, writing


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "not the address of a database"),
        ("mysql://root:secret@localhost/x", "no such kind of database: mysql"),
        ("sqlite://", "name a file"),
        ("sqlite:////nowhere/at/all.db", "there is no folder /nowhere/at"),
    ],
)
def test_a_wrong_address_is_refused_and_no_password_said(url, said):
    with pytest.raises(ConfigurationError, match=said) as caught:
        open_engine(url)
    assert "secret" not in str(caught.value)


def test_sqlite_writes_ahead_waits_and_holds_to_foreign_keys(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    with reading(engine) as connection:
        found = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "busy_timeout", "foreign_keys")
        ]
    engine.dispose()
    assert found == ["wal", 10_000, 1]


def test_who_reads_sees_one_state_while_somebody_writes(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE numbers (number INTEGER)"))
    with reading(engine) as reader:
        assert reader.execute(text("SELECT count(*) FROM numbers")).scalar() == 0
        with writing(engine) as writer:
            writer.execute(text("INSERT INTO numbers VALUES (1)"))
        assert reader.execute(text("SELECT count(*) FROM numbers")).scalar() == 0
    with reading(engine) as reader:
        assert reader.execute(text("SELECT count(*) FROM numbers")).scalar() == 1
    engine.dispose()


def test_an_error_takes_back_what_was_written(url):
    engine = open_engine(url)
    with pytest.raises(ZeroDivisionError), writing(engine) as connection:
        connection.execute(text("CREATE TABLE taken_back (number INTEGER)")) and 1 / 0
    with pytest.raises(ConfigurationError, match="not up to date"), reading(engine) as connection:
        connection.execute(text("SELECT * FROM taken_back"))
    engine.dispose()


def test_a_database_that_does_not_answer_is_named_without_its_password():
    engine = open_engine("postgresql://me:secret@127.0.0.1:1/x")
    with (
        pytest.raises(StoreUnreachable, match=r"cannot use the database postgresql\+psycopg://me:\*\*\*@127") as caught,
        reading(engine),
    ):
        pass
    assert "secret" not in str(caught.value)
    assert "secret" not in described(engine)


def test_a_damaged_database_is_named(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE numbers (number INTEGER)"))
    engine.dispose()
    content = (tmp_path / "x.db").read_bytes()
    (tmp_path / "x.db").write_bytes(content[:100] + b"\xff" * (len(content) - 100))
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(ConfigurationError, match=r"x\.db is damaged"), reading(engine) as connection:
        connection.execute(text("SELECT * FROM numbers"))
    engine.dispose()


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "x.db").write_text("not a database" * 100)
    engine = open_engine(f"sqlite:///{tmp_path}/x.db")
    with pytest.raises(ConfigurationError, match=r"x\.db is not a database"), reading(engine):
        pass
    engine.dispose()
