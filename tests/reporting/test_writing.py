"""A file is written whole or not at all."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.reporting.writing import write_text


def test_the_folder_is_made_and_nothing_else_is_left(tmp_path):
    write_text(tmp_path / "deep" / "report.html", "é\ud800")
    assert (tmp_path / "deep" / "report.html").read_bytes() == "é?".encode()
    assert [each.name for each in (tmp_path / "deep").iterdir()] == ["report.html"]


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"cannot write .*report\.html: "):
        write_text(tmp_path / "file" / "report.html", "x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigurationError, match="cannot write"):
        write_text(tmp_path / "folder", "x")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "folder"]
