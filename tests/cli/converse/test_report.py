"""The command ``flexsim converse report``."""

from pathlib import Path

import pytest

from tests.cli.converse.recorded import shell_in


@pytest.fixture
def shell(tmp_path, monkeypatch):
    return shell_in(tmp_path, monkeypatch)


def test_one_conversation_has_its_page_in_its_folder(shell):
    found = shell("report typical-lost-card-s7")
    assert found.stdout == "agent_conversations/typical-lost-card-s7/report.html\n"
    page = Path(found.stdout.strip()).read_text()
    assert page.count("<audio") == 3
    assert "All conversations" not in page


def test_many_have_an_index_that_leads_to_each_and_back(shell):
    found = shell("report")
    assert found.stdout == "agent_conversations/index.html\n"
    assert 'href="elderly-lost-card-s0/report.html"' in Path("agent_conversations/index.html").read_text()
    assert 'href="../index.html"' in Path("agent_conversations/elderly-lost-card-s0/report.html").read_text()


def test_a_batch_has_its_index_as_the_runs_report(shell):
    assert shell("report monday").stdout == "runs/monday/report.html\n"
    assert 'href="conversations/typical-s0/report.html"' in Path("runs/monday/report.html").read_text()
    assert 'href="../../report.html"' in Path("runs/monday/conversations/typical-s0/report.html").read_text()


def test_conversations_of_several_folders_have_their_index_here_or_where_it_is_asked_for(shell):
    assert shell("report monday tuesday").stdout == "conversations.html\n"
    assert shell("report monday tuesday --index pages/all.html --no-pages").stdout == "pages/all.html\n"
    assert 'href="../runs/monday/conversations/typical-s0/report.html"' in Path("pages/all.html").read_text()


def test_without_pages_the_index_leads_nowhere(shell):
    assert shell("report --no-pages").exit_code == 0
    assert 'href="elderly' not in Path("agent_conversations/index.html").read_text()
    assert not Path("agent_conversations/elderly-lost-card-s0/report.html").exists()


def test_it_is_shown_when_that_is_asked_for(shell, monkeypatch):
    shown = []
    monkeypatch.setattr("webbrowser.open", lambda address: shown.append(address) or False)
    found = shell("report typical-lost-card-s7 --open")
    assert shown[0].endswith("/agent_conversations/typical-lost-card-s7/report.html")
    assert "no browser found" in found.stderr


def test_a_folder_that_cannot_be_written_to_is_said_in_a_line(shell):
    Path("agent_conversations/typical-lost-card-s7/report.html").mkdir()
    found = shell("report typical-lost-card-s7")
    assert found.exit_code == 2
    assert "cannot write agent_conversations/typical-lost-card-s7/report.html" in found.stderr
