"""Numbers are written as people read them."""

import pytest

from flexsim.measure.metrics import Kind
from flexsim.voice.scores import words
from flexsim.voice.scores.rates import Estimate


@pytest.mark.parametrize(
    ("value", "told"),
    [(None, "–"), (0, "0 s"), (0.6404, "640 ms"), (-0.05, "-50 ms"), (7.26, "7.3 s"), (245, "4:05 min")],  # noqa: RUF001
)
def test_seconds(value, told):
    assert words.seconds(value) == told.replace(" ", "\u00a0")


def test_places_shares_and_counts():
    assert words.place(67.238) == "1:07.24"
    assert words.place(59.999) == "1:00.00"
    assert [words.share(each) for each in (0.934, 1, 0)] == ["93.4\u00a0%", "100\u00a0%", "0\u00a0%"]
    assert [words.count(each) for each in (12345, 2.25, None)] == ["12,345", "2.2", words.NOTHING]


def test_estimates_have_their_interval():
    found = Estimate(value=0.9, low=0.8, high=0.95, count=20)
    assert words.estimate(found) == words.estimate(found.document()) == "90\u00a0% (80\u00a0% to 95\u00a0%)"
    assert words.estimate(None) == words.NOTHING


def test_differences_have_a_sign_and_shares_percentage_points():
    assert words.signed(Kind.SHARE, -0.125) == "-12.5\u00a0pp"
    assert words.signed(Kind.SECONDS, 0.05) == "+50\u00a0ms"
    assert words.signed(Kind.COUNT, 0) == "0"
