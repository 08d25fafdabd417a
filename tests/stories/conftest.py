"""Where a story takes place."""

import pytest

from flexsim.settings import variables


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder to work in, and nothing of flexsim's in the environment."""
    for variable in variables():
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path
