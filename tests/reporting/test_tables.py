"""Tables show each figure under its own title."""

from pathlib import Path

from flexsim.reporting import words
from flexsim.reporting.run import open_run
from flexsim.reporting.tables import INTERVAL_COLUMNS, QUEUE_COLUMNS, TOTAL_COLUMNS, cells, interval_labels
from tests.measure.conftest import START


def test_every_column_has_a_definition():
    for column in (*QUEUE_COLUMNS, *TOTAL_COLUMNS):
        assert column.definition in words.DEFINITIONS


def test_the_totals_columns_begin_with_those_of_a_queue():
    assert TOTAL_COLUMNS[: len(INTERVAL_COLUMNS)] == INTERVAL_COLUMNS


def test_cells_are_in_the_order_of_the_columns():
    record = {column.key: None for column in INTERVAL_COLUMNS} | {"offered": 1234, "service_level": 0.5}
    assert cells(INTERVAL_COLUMNS, record)[:1] == ["1,234"]
    assert cells(INTERVAL_COLUMNS, record)[6].startswith("50.0")


def test_labels_are_local_times_and_have_dates_when_there_are_several(monday):
    run = open_run(Path(monday))
    assert interval_labels(run, [START, START + 900]) == ["13:30", "13:45"]  # 8:00 UTC in Kolkata
    assert interval_labels(run, [START, START + 86_400]) == ["2026-01-05 13:30", "2026-01-06 13:30"]
