"""What is scored holds no sound afterwards: thousands of conversations would be thousands of open files."""

from pathlib import Path

import pytest

from flexsim.cli.converse.recordings import OUT, scored
from flexsim.voice.scores import reading
from tests.cli.converse.recorded import shell_in


@pytest.fixture
def shell(tmp_path, monkeypatch):
    return shell_in(tmp_path, monkeypatch)


def test_the_sound_is_let_go_once_it_is_scored(shell):
    (found,) = scored([Path("agent_conversations/typical-lost-card-s7")], quiet=True)
    assert found.recording.sound is None
    assert found.sound.turns() == 7


def test_where_conversations_are_left_is_the_same_everywhere():
    assert OUT == reading.OUT
