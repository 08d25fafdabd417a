"""The guide to exports says what the tables hold, column by column."""

import re
from pathlib import Path

from flexsim.measure.records import KEYS
from flexsim.reporting.schemas import EVENTS, TABLES

GUIDE = Path(__file__).parents[2] / "docs" / "export.md"


def test_the_guide_has_every_column_of_every_table_in_order():
    told = {}
    for name, part in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", GUIDE.read_text(), re.MULTILINE | re.DOTALL):
        told[name] = re.findall(r"^\| `(\w+)` \| ([a-z ]+) \| (.*) \|$", part, re.MULTILINE)
    assert told == {
        name: [(field.name, field.kind.value, field.meaning) for field in fields] for name, fields in TABLES.items()
    }


def test_no_table_has_two_columns_of_a_name():
    for fields in TABLES.values():
        assert len({field.name for field in fields}) == len(fields)


def test_the_events_table_has_every_key_that_a_line_can_have():
    keys = {key for keys in KEYS.values() for key in keys} | {"ignore_capacity"}  # which stands where it is so
    assert keys == {field.name for field in EVENTS}
