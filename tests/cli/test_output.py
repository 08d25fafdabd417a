"""Results go to stdout, the rest to stderr; colour and indentation are for terminals."""

import json

import pytest

from flexsim.cli import output


def test_a_note_goes_to_stderr_as_it_is(capsys):
    output.say("[bold]3 agents[/bold] " + "x" * 200)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "[bold]3 agents[/bold] " + "x" * 200 + "\n"


def test_quiet_silences_notes(capsys):
    output.say("nobody hears this", quiet=True)
    assert capsys.readouterr() == ("", "")


def test_json_in_a_pipe_is_one_line_in_the_order_given(capsys):
    document = {"b": [1, None], "a": "ü" * 100}
    output.print_json(document)
    printed = capsys.readouterr().out
    assert printed.count("\n") == 1
    assert json.loads(printed) == document
    assert printed.index('"b"') < printed.index('"a"')


def test_a_line_is_not_wrapped(capsys):
    output.print_line("[x] " + "y" * 300)
    assert capsys.readouterr().out == "[x] " + "y" * 300 + "\n"


def test_a_table_sets_numbers_to_the_right_and_takes_words_as_they_are(capsys):
    output.print_table("Changes", ["what", "count"], [["[red]queue[/red]", 3], ["worker", 12]])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == "Changes"
    assert any("[red]queue[/red]" in line and line.rstrip(" │┃").endswith(" 3") for line in lines)
    assert any("worker" in line and line.rstrip(" │┃").endswith("12") for line in lines)


def test_a_piped_table_holds_no_escape_codes(capsys):
    output.print_table(None, ["a"], [[1]])
    assert "\x1b" not in capsys.readouterr().out


def test_progress_is_silent_in_a_pipe(capsys):
    with output.progress() as bars:
        bars.advance(bars.add_task("working", total=1))
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "print_it", [output.say, output.print_line, lambda text: output.print_table(text, [text], [[text]])]
)
def test_a_name_from_elsewhere_commands_no_terminal(capsys, print_it):
    print_it("a\x1b]0;title\x07\x1b[2J\x9b31mb\x00")
    captured = capsys.readouterr()
    told = captured.out + captured.err
    assert "]0;title[2J31mb" in told
    assert not {"\x1b", "\x07", "\x9b", "\x00"} & set(told)


def test_rich_keeps_its_own_commands(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    console = output.stdout()
    console.print("plain \x1b[2J", style="bold red")
    told = capsys.readouterr().out
    assert "\x1b[1;31m" in told
    assert "\x1b[2J" not in told
