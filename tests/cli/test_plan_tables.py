"""Bars and rows of plans."""

import pytest

from flexsim.cli.plan_tables import bar, goal_text, print_chart, print_csv


@pytest.mark.parametrize(
    ("part", "drawn"),
    [(0.0, ""), (1.0, "█" * 12), (2.0, "█" * 12), (-1.0, ""), (0.5, "█" * 6), (1 / 96, "▏"), (1 / 24, "▌")],
)
def test_a_bar_is_as_long_as_its_part(part, drawn):
    assert bar(part) == drawn


def test_a_bar_never_shrinks_as_the_part_grows():
    lengths = [(len(text), text) for text in (bar(number / 500) for number in range(501))]
    assert [length for length, _ in lengths] == sorted(length for length, _ in lengths)


def test_goals_are_told_in_words():
    nothing = {
        "service_level": None,
        "within": 20.0,
        "of_offered": False,
        "abandonment": None,
        "asa": None,
        "occupancy": None,
    }
    assert goal_text(nothing | {"service_level": 0.8}) == "80 % answered within 20 s"
    assert goal_text(nothing | {"service_level": 0.8, "of_offered": True}) == "80 % of all answered within 20 s"
    assert goal_text(nothing | {"abandonment": 0.05, "asa": 10.0, "occupancy": 0.85}) == (
        "no more than 5 % abandoned, answered after 10 s on average, occupancy no more than 85 %"
    )


def test_csv_leaves_a_field_empty_where_there_is_no_value(capsys):
    print_csv([{"a": 1, "b": None}, {"a": 2, "b": "x,y"}])
    assert capsys.readouterr().out == 'a,b\n1,\n2,"x,y"\n'


def test_a_chart_has_each_curve_at_its_height_and_the_answer_below_its_column(capsys):
    rows = [
        {"agents": agents, "service_level": agents / 10, "occupancy": 1 - agents / 10, "abandonment": 0.0}
        for agents in range(1, 10)
    ]
    print_chart(rows, 3, "service_level")
    *levels, answer, legend = capsys.readouterr().out.splitlines()
    assert len(levels) == 11
    drawn = [[line[7:].ljust(9)[column] for line in levels] for column in range(9)]  # from the top
    for column, marks in enumerate(drawn):
        agents = column + 1
        assert marks[10 - agents] == "\u25cf"
        assert marks[agents] == ("\u25cf" if agents == 5 else "\u25cb")
        assert marks[10] == "x"
    assert answer == " " * 9 + "^ 3 agents; from 1 to 9"
    assert "service level" in legend
