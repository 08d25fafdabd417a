"""A moment is told in the same millisecond wherever it is told."""

import random

from flexsim.measure.instants import iso, milliseconds


def test_a_moment_is_written_as_iso_8601_in_utc():
    assert iso(1692816604.478) == "2023-08-23T18:50:04.478Z"
    assert iso(1.9999999) == "1970-01-01T00:00:02.000Z"


def test_it_is_the_millisecond_of_the_event_log():
    generator = random.Random(1)
    for moment in (generator.uniform(0, 4e9) for _ in range(10_000)):
        logged = "%.3f" % moment  # noqa: UP031 -- as flexsim/measure/records.py has it
        assert iso(moment)[-5:-1] == logged[-4:]
        assert milliseconds(moment) == int(logged.replace(".", ""))
