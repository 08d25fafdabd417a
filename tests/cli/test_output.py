"""Results go to stdout, the rest to stderr; colour and indentation are for terminals."""

import json

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
