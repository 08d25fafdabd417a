"""Files are read and written with one clear line for what goes wrong."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.routecheck.findings import KINDS, Finding
from flexsim.routecheck.sources import read_sources, read_text, write_bytes, write_new


def test_the_line_of_a_finding_is_that_of_its_place_in_the_file(folder):
    sources = read_sources(folder())
    finding = Finding(kind=KINDS["FX040"], file="queues.json", place=(1, "targetWorkers"), sentence="")
    assert sources.texts["queues.json"].splitlines()[sources.line(finding) - 1].strip().startswith('"targetWorkers"')


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"no such file: .*gone"):
        read_text(tmp_path / "gone")
    with pytest.raises(ConfigurationError, match="no configuration in"):
        read_sources(tmp_path)


def test_what_cannot_be_read_or_written_is_named(tmp_path):
    (tmp_path / "latin").write_bytes(b"\xe9")
    with pytest.raises(ConfigurationError, match=r"cannot read .*latin"):
        read_text(tmp_path / "latin")
    with pytest.raises(ConfigurationError, match="cannot write"):
        write_bytes(tmp_path / "no" / "folder", b"")


def test_a_new_file_replaces_nothing(tmp_path):
    write_new(tmp_path / "a", "é")
    assert (tmp_path / "a").read_text(encoding="utf-8") == "é"
    with pytest.raises(ConfigurationError, match="is there already"):
        write_new(tmp_path / "a", "b")
