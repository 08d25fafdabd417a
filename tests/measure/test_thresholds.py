"""One grammar for thresholds: what parses, what is said of what does not, and what a threshold makes of the counts."""

import math
import re
import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.errors import ConfigurationError, ThresholdError
from flexsim.measure.metrics import CENTRE, DISTRIBUTIONS, METRICS, Kind, Vocabulary
from flexsim.measure.statistics import Totals
from flexsim.measure.thresholds import SIGNS, Threshold, Verdict, check_queues, judge, parse, verdict


def threshold(metric, sign, limit, function=None, queue=None):
    return Threshold(metric=metric, function=function, sign=sign, limit=limit, queue=queue)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("service_level < 0.8", threshold("service_level", "<", 0.8)),
        ("service_level<80%", threshold("service_level", "<", 0.8)),
        ("  service_level  <  80 %  ", threshold("service_level", "<", 0.8)),
        ("p95(wait) > 60", threshold("wait", ">", 60.0, "p95")),
        ("p99.9( wait )>=2m", threshold("wait", ">=", 120.0, "p99.9")),
        ("mean(talk) > 1.5h", threshold("talk", ">", 5400.0, "mean")),
        ("max(handle) > 90s", threshold("handle", ">", 90.0, "max")),
        ("max(waiting) > 250ms", threshold("waiting", ">", 0.25, "max")),
        ("count(wrap) == 0", threshold("wrap", "==", 0.0, "count")),
        ("count != 5", threshold("count", "!=", 5.0)),
        ("lost > 1e2", threshold("lost", ">", 100.0)),
        ("asa > .5", threshold("asa", ">", 0.5)),
        ("abandonment > 0.05 where queue = Sales", threshold("abandonment", ">", 0.05, queue="Sales")),
        ("abandonment > 5% where queue == Sales", threshold("abandonment", ">", 0.05, queue="Sales")),
        ('aht > 60 where queue = "Sales & more"', threshold("aht", ">", 60.0, queue="Sales & more")),
        ("aht > 60 where queue = 'a \"b\" \\'c\\''", threshold("aht", ">", 60.0, queue="a \"b\" 'c'")),
        ("aht > 60 where queue = where", threshold("aht", ">", 60.0, queue="where")),
        ("aht > 60 where queue = Médicos-2.º", threshold("aht", ">", 60.0, queue="Médicos-2.º")),
    ],
)
def test_what_is_written_is_what_is_meant(text, meaning):
    assert parse(text) == meaning


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("", 0, "a figure (offered, "),
        ("   ", 3, "is missing"),
        ("servicelevel < 1", 0, "no such figure: servicelevel (did you mean service_level?); there are offered, count"),
        ("< 0.8", 0, "a figure (offered,"),
        ("wait > 60", 0, "wait is many numbers: say p95(wait), mean(wait), max(wait) or count(wait)"),
        ("p100(wait) > 60", 0, "no such function: p100"),
        ("p0(wait) > 60", 0, "no such function: p0"),
        ("median(wait) > 60", 0, "no such function: median"),
        ("p95 > 60", 0, "no such figure: p95"),
        ("p95(asa) > 60", 4, "p95 is of one of wait, waiting, talk, wrap, handle: asa"),
        ("p95(wait > 60", 9, ") is missing"),
        ("p95() > 60", 4, "one of wait, waiting, talk, wrap, handle is missing"),
        ("asa 60", 4, "one of < <= > >= == != is missing"),
        ("asa = 60", 4, "one of < <= > >= == != is missing"),
        ("asa >", 5, "a number is missing"),
        ("asa > long", 6, "a number is missing"),
        ("asa > 60 parsecs", 9, "this is a duration in seconds, its units are ms, s, m, h: parsecs"),
        ("asa > 60%", 8, "this is a duration in seconds"),
        ("lost > 5s", 8, "this is a whole number, it has no unit: s"),
        ("service_level < 80", 16, "this is a share from 0 to 1, so say 80% or 0.8"),
        ("service_level < 120%", 16, "this is a share from 0 to 1"),
        ("asa > -1", 6, "and not negative"),
        ("asa > 1e999", 6, "this is a duration in seconds"),
        ("asa > 60 where", 14, "after where comes queue ="),
        ("asa > 60 where channel = voice", 15, "after where comes queue ="),
        ("asa > 60 where queue Sales", 21, "= is missing"),
        ("asa > 60 where queue =", 22, "a queue's name is missing"),
        ("asa > 60 where queue = 'Sales", 23, "the quote is not closed"),
        ("asa > 60 where queue = Sales Team", 29, "Team is one too many; a name with a space is quoted"),
        ("occupancy > 0.9 where queue = Sales", 16, "occupancy is not counted by queue"),
        ("asa > 60 70", 9, "70 is one too many"),
        ("asa & 60", 4, "& has no meaning here"),
    ],
)  # fmt: skip
def test_what_does_not_parse_is_told_with_its_place(text, position, words):
    with pytest.raises(ThresholdError) as caught:
        parse(text)
    assert caught.value.exit_code == 2
    assert caught.value.position == position
    assert words in str(caught.value)
    assert f"at character {position + 1} of: {text}" in str(caught.value)


def test_a_text_without_end_is_not_read():
    with pytest.raises(ThresholdError) as caught:
        parse("asa > " + "1" * 100_000)
    assert len(str(caught.value)) < 1200


FIGURES = [(None, name) for name in METRICS] + [
    (function, name) for function in ("mean", "max", "count", "p50", "p7", "p99.95") for name in DISTRIBUTIONS
]


@st.composite
def thresholds(draw):
    function, metric = draw(st.sampled_from(FIGURES))
    most = 1.0 if CENTRE.kind_of(function, metric) is Kind.SHARE else 1e12
    by_queue = function is not None or METRICS[metric].of is not None
    return Threshold(
        metric=metric,
        function=function,
        sign=draw(st.sampled_from(list(SIGNS))),
        limit=draw(st.floats(min_value=0.0, max_value=most)),
        queue=draw(st.none() | st.text(max_size=20)) if by_queue else None,
    )


@given(thresholds())
def test_a_threshold_written_down_is_the_same_threshold(made):
    again = parse(str(made))
    assert again == made
    assert math.copysign(1.0, again.limit) == 1.0


@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(["asa", "p95", "(", "wait", ")", "<", ">", "60", "%", "s", "where", "queue", "=", "'", '"'])
    ).map(" ".join)
)
def test_any_text_is_a_threshold_or_a_fault_with_a_place(text):
    try:
        made = parse(text)
    except ThresholdError as error:
        assert 0 <= error.position <= len(text)
    else:
        assert parse(str(made)) == made


# What it makes of the counts.


@pytest.fixture
def totals():
    found = Totals()
    for tally in (found.overall, found.queue("Sales")):
        tally.offered, tally.answered, tally.answered_in_time, tally.abandoned, tally.abandoned_late = 10, 8, 6, 2, 1
        for seconds in range(1, 9):
            tally.wait.add(float(seconds * 10))
    found.overall.offered = 20
    found.queue("Idle")
    found.busy, found.idle = 30.0, 10.0
    return found


@pytest.mark.parametrize(
    ("text", "measured", "failed"),
    [
        ("offered < 20", 20, False),
        ("count < 21", 20, True),
        ("offered where queue".replace("offered where queue", "offered == 10 where queue = Sales"), 10, True),
        ("answered <= 8", 8, True),
        ("abandoned > 2", 2, False),
        ("abandoned >= 2", 2, True),
        ("lost != 0", 0, False),
        ("service_level < 0.7", 6 / 9, True),
        ("service_level < 0.66", 6 / 9, False),
        ("abandonment > 10%", 0.1, False),
        ("abandonment > 10% where queue = Sales", 0.2, True),
        ("occupancy > 70%", 0.75, True),
        ("asa > 45", 45.0, False),
        ("asa > 44.999", 45.0, True),
        ("mean(wait) >= 45", 45.0, True),
        ("max(wait) > 80", 80.0, False),
        ("max(waiting) >= 80", 80.0, True),
        ("count(wait) < 9", 8, True),
        ("count(talk) > 0", 0, False),
    ],
)
def test_it_is_held_against_the_counts(text, measured, failed, totals):
    verdict = judge(parse(text), totals)
    assert verdict.measured == pytest.approx(measured, abs=0)
    assert verdict.failed is failed
    assert verdict.document() == {"threshold": str(parse(text)), "measured": verdict.measured, "failed": failed}


def test_a_percentile_is_right_within_two_and_a_half_per_cent(totals):
    assert judge(parse("p50(wait) > 1"), totals).measured == pytest.approx(40, rel=0.026)
    assert judge(parse("p99(wait) > 1"), totals).measured == pytest.approx(80, rel=0.026)


@pytest.mark.parametrize(
    "text",
    [
        "aht > 60",
        "p95(talk) > 60",
        "max(wrap) > 5",
        "service_level < 0.1 where queue = Idle",
        "asa < 1 where queue = Gone",
    ],
)
def test_where_there_is_nothing_to_judge_it_fails_and_says_so(text, totals):
    verdict = judge(parse(text), totals)
    assert verdict.failed
    assert verdict.measured is None
    assert str(verdict) == f"failed: {text} (there is nothing to judge)"


def test_what_was_measured_is_said_in_one_line(totals):
    assert str(judge(parse("asa > 40s"), totals)) == "failed: asa > 40 (measured 45 s)"
    assert str(judge(parse("service_level < 66%"), totals)) == "held: service_level < 0.66 (measured 0.666667)"
    assert str(judge(parse("lost > 0"), totals)) == "held: lost > 0 (measured 0)"


def test_what_is_next_to_the_limit_is_said_to_the_last_digit():
    totals = Totals()
    totals.overall.wait.add(60.0000001)
    totals.overall.offered = 12_345_678
    assert str(judge(parse("asa > 60"), totals)) == "failed: asa > 60 (measured 60.0000001 s)"
    assert str(judge(parse("asa == 60"), totals)) == "held: asa == 60 (measured 60.0000001 s)"
    assert str(judge(parse("count > 1"), totals)) == "failed: count > 1 (measured 12345678)"


def test_a_threshold_is_a_test_case_with_a_name_that_stays(totals):
    held, failed = (judge(parse(text), totals).case() for text in ("asa > 50", "asa > 40"))
    assert (held.name, held.output, held.failure) == ("asa > 50", "measured 45 s", None)
    assert (failed.name, failed.output, failed.failure) == ("asa > 40", "measured 45 s", "measured 45 s")


def test_a_queue_that_there_is_not_is_refused_with_those_that_there_are():
    check_queues([parse("asa > 1"), parse("asa > 1 where queue = Sales")], {"Sales", "Idle"})
    with pytest.raises(
        ConfigurationError, match=r"^no such queue: Sale, in: asa > 1 where queue = Sale; there are: Idle, Sales$"
    ):
        check_queues([parse("asa > 1 where queue = Sale")], {"Sales", "Idle"})


# The guide.

GUIDE = (Path(__file__).parent.parent.parent / "docs" / "thresholds.md").read_text()


def test_the_guide_tells_every_figure_in_its_own_words():
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|(?: (.+?) \|)?$", GUIDE, re.MULTILINE)
    assert rows == [(each.name, each.kind.value, each.meaning) for each in METRICS.values()] + [
        (name, meaning, "") for name, (meaning, _) in DISTRIBUTIONS.items()
    ]


def test_the_guides_thresholds_parse_and_its_verdicts_are_what_is_printed():
    examples = re.findall(rf"^    ((?:{'|'.join(METRICS)}|\w+\().+)$", GUIDE, re.MULTILINE)
    assert len(examples) >= 7
    assert all(parse(each) for each in examples)
    for command in re.findall(r"^    (flexsim demo .+)$", GUIDE, re.MULTILINE):
        words = shlex.split(command)
        assert [parse(words[place + 1]) for place, word in enumerate(words) if word == "--fail-if"]
    for outcome, text, measured in re.findall(
        r"^    (held|failed): (.+) \((?:measured ([\d.]+).*|there is .*)\)$", GUIDE, re.MULTILINE
    ):
        made = parse(text)
        value = float(measured) if measured else None
        failed = value is None or SIGNS[made.sign](value, made.limit)
        line = str(
            Verdict(threshold=made, measured=value, failed=failed, kind=CENTRE.kind_of(made.function, made.metric))
        )
        assert line.startswith(outcome)
        assert f"    {line}\n" in GUIDE


def test_the_guides_fault_is_what_is_printed():
    (fault,) = re.findall(r"^    flexsim: (.+), \.\.\.$", GUIDE, re.MULTILINE)
    with pytest.raises(ThresholdError, match=re.escape(fault)):
        parse("servicelevel < 80%")


TRACES = Vocabulary(figures={"spans": Kind.COUNT, "orphans": Kind.COUNT})


def test_others_have_figures_of_their_own_in_the_same_grammar():
    found = parse("orphans > 0", TRACES)
    assert str(verdict(found, 2, TRACES)) == "failed: orphans > 0 (measured 2)"
    assert str(verdict(found, 0, TRACES)) == "held: orphans > 0 (measured 0)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("orphan > 0", r"no such figure: orphan \(did you mean orphans\?\); there are spans, orphans at"),
        ("service_level > 0", "no such figure: service_level; there are spans, orphans"),
        ("p95(spans) > 0", r"p95\(\.\.\.\) is of many numbers, and there are none here"),
        ("orphans > 5 s", "this is a whole number, it has no unit"),
        ("orphans > 0 where queue = Sales", "orphans is not counted by queue"),
    ],
)
def test_what_others_do_not_have_is_refused(text, said):
    with pytest.raises(ThresholdError, match=said):
        parse(text, TRACES)
