"""A short call, recorded by hand, and what becomes of it."""

import pytest

from flexsim.voice.scores.analysis import analysed
from flexsim.voice.scores.reading import read_recording
from tests.voice.scores.studio import lost_card


@pytest.fixture
def folder(tmp_path):
    """The folder of a short call in which everything happens once."""
    return lost_card().leave(tmp_path)


@pytest.fixture
def analysis(folder):
    return analysed(read_recording(folder))
