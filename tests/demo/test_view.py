"""The picture fits its terminal and shows what the summary says."""

import io

import pytest
from rich.console import Console

from flexsim.demo.view import Frame, clock, draw, duration, line, look, queues, share
from flexsim.measure.summary import summarize
from tests.measure.conftest import START, Centre


def frame(**changes):
    centre = Centre()
    centre.one_busy_hour()
    facts = {
        "brand": "Owl [Shop]", "address": "http://127.0.0.1:8900", "speed": 20.0, "target": 0.8, "elapsed": 20.0,
        "duration": 60.0, "lost": 0, "summary": summarize(centre.statistics, START + 300),
    }  # fmt: skip
    return Frame(**{**facts, **changes})


def shown(what, width):
    console = Console(file=io.StringIO(), width=width)
    console.print(what)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [77, 100, 160])
def test_the_picture_shows_every_figure_on_any_terminal_of_80_columns_or_more(width):
    text = shown(draw(frame(), width), width)
    row = next(row for row in text.splitlines() if 'The "best"' in row)
    assert row.split() == ["The", '"best"', "6", "1", "1:20", "1", "1", "50%", "0:28", "1:10"]
    assert all(len(each) <= width for each in text.splitlines())
    for word in (
        "Owl [Shop]",
        "08:05:00",
        "x 20",
        "http://127.0.0.1:8900",
        "0:40 left",
        "occupancy 76%",
        "with a task",
        "reserved",
    ):
        assert word in text
    assert "…" not in text


def test_lost_requests_are_shown_when_there_are_any():
    assert "requests lost 3" in shown(draw(frame(lost=3), 100), 100)
    assert "lost" not in shown(draw(frame(), 100), 100)
    assert line(frame(lost=3)).endswith("lost requests 3")


def test_the_line_holds_the_most_important_figures():
    assert line(frame()) == (
        "08:05:00  offered 6  waiting 1  longest 1:20  assigned 1  handled 1  abandoned 1  SL 50%  busy 1/2"
    )


def test_the_last_row_is_of_all_queues():
    assert shown(queues(frame().summary, 0.8, 80), 80).splitlines()[-1].split()[:2] == ["all", "6"]


def test_the_service_level_is_coloured_by_its_target():
    def colour(target):
        console = Console(file=io.StringIO(), width=100, force_terminal=True, color_system="standard", no_color=False)
        console.print(queues(frame().summary, target, 100))
        return next(row for row in console.file.getvalue().splitlines() if "best" in row).partition("50%")[0][-13:]

    assert "\x1b[32m" in colour(0.5)
    assert "\x1b[33m" in colour(0.54)
    assert "\x1b[31m" in colour(0.8)


def test_durations_shares_and_times_are_for_people():
    assert [duration(each) for each in (None, 0, 59.6, 3601)] == ["-", "0:00", "1:00", "60:01"]
    assert [share(each) for each in (None, 0.0, 0.856, 1.0)] == ["-", "0%", "86%", "100%"]
    assert clock(START) == "08:00:00"


def test_a_workspace_that_is_only_looked_at_is_the_same_picture():
    summary = {**frame().summary, "name": "Flex [Task]", "speed": 20.0}
    text = shown(look(summary, "http://127.0.0.1:8900", width=100, hint="Ctrl-C ends it"), 100)
    for word in (
        "Flex [Task]",
        "08:05:00",
        "x 20",
        "http://127.0.0.1:8900",
        "with a task",
        "Ctrl-C ends it",
        "occupancy",
    ):
        assert word in text


def test_a_picture_that_is_not_of_now_says_why():
    summary = {**frame().summary, "name": "Flex"}
    text = shown(look(summary, "x", width=100, trouble="cannot reach [x]"), 100)
    assert "cannot reach [x]" in text
    assert "08:05:00" not in text


def test_what_twilio_does_not_say_is_left_out():
    summary = {**frame().summary, "name": "Flex", "window": 60, "agents_busy": None, "occupancy": None}
    text = shown(look(summary, "x", width=100), 100)
    assert "the last 60 min" in text
    assert "occupancy" not in text
    assert "with a task" not in text
