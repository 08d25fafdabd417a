"""Numbers are written so that people read them at a glance."""

import pytest

from flexsim.reporting import words


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"), (0, "0 s"), (0.34, "0.3 s"), (59.9, "59.9 s"), (60, "1:00 min"), (71.5, "1:12 min"),  # noqa: RUF001
        (3599.9, "1:00:00 h"), (7384, "2:03:04 h"), (3_600_000, "1,000:00:00 h"),
    ],
)  # fmt: skip
def test_durations(seconds, text):
    assert words.duration(seconds).replace("\u00a0", " ") == text


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (0.9344, "93.4 %"), (1, "100.0 %"), (0.0, "0.0 %")])  # noqa: RUF001
def test_shares(value, text):
    assert words.share(value).replace("\u00a0", " ") == text


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (12_345, "12,345"), (2.0, "2"), (17.44, "17.44")])  # noqa: RUF001
def test_counts(value, text):
    assert words.count(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(30, "30 s"), (900, "15 min"), (7200, "2 h"), (86_400, "1 d"), (90, "90 s")]
)
def test_spans(seconds, text):
    assert words.span(seconds).replace("\u00a0", " ") == text


def test_every_figure_has_a_name_and_a_sentence():
    assert all(name and text.endswith(".") for name, text in words.DEFINITIONS.values())


@pytest.mark.parametrize(
    ("name", "value", "shown", "size"),
    [
        ("service_level", 0.5, "50.0 %", "50.00 pp"), ("asa", -2.5, "-2.5 s", "2.50 s"),
        ("offered", 1234.56, "1,234.60", "1,234.60"), ("aht", 71.0, "1:11 min", "71.00 s"),
    ],
)  # fmt: skip
def test_figures_are_written_by_their_names(name, value, shown, size):
    assert words.figure(name, value).replace("\u00a0", " ") == shown
    assert words.size(name, value).replace("\u00a0", " ") == size
    assert words.figure(name, None) == words.NOTHING
