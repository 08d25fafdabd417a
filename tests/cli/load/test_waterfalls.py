from flexsim.cli.load.waterfalls import print_waterfall
from flexsim.traces.spans import Status
from tests.traces.test_tree import span


def test_each_span_is_a_line_with_its_bar_and_what_was_waited_for(capsys):
    print_waterfall([
        span(1, None, 0, 1000), span(2, 1, 0, 500, status=Status(code=2)), span(3, 1, 250, 1000), span(4, 1, 100, 101, name="evil\x1b[31m"),
    ])  # fmt: skip
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        " s1                                       " + "█" * 12 + "─" * 36 + "      1 µs",
        "!  s2                                     " + "─" * 24 + " " * 24 + "    500 ns",
        "   evil?[31m                              " + " " * 4 + "█" + " " * 43 + "      1 ns",
        "   s3                                     " + " " * 12 + "█" * 36 + "    750 ns",
    ]
