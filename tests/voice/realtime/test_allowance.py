"""A minute's worth comes back in a minute."""

import pytest

from flexsim.voice.realtime.allowance import Allowance


def test_what_is_used_comes_back_evenly():
    found = Allowance("requests", 60)
    found.use(0.0, 60)
    assert found.left(0.0) == 0
    assert found.left(10.0) == pytest.approx(10)
    assert found.left(1000.0) == 60


def test_more_than_there_is_takes_longer():
    found = Allowance("tokens", 60)
    found.use(0.0, 90)
    assert found.document(0.0)["remaining"] == 0
    assert found.document(0.0)["reset_seconds"] == pytest.approx(90)
    assert found.left(45.0) == pytest.approx(15)
