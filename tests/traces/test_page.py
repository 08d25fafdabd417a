import pytest

from flexsim.clock import ManualClock
from flexsim.traces.intake import Intake
from flexsim.traces.page import duration, index_page, trace_page
from flexsim.traces.reception import Reception
from flexsim.traces.serving import Collector
from flexsim.traces.spans import Event, Link
from tests.traces.conftest import TRACE, span_id
from tests.traces.test_tree import span

EVIL = "<script>alert(1)</script>"


def test_nothing_from_a_span_is_read_as_markup():
    bad = span(
        2, 1, 1, 4, name=EVIL, attributes={EVIL: EVIL}, events=[Event(time=1, name=EVIL, attributes={EVIL: EVIL})],
        links=[Link(trace_id=TRACE, span_id=span_id(1), attributes={EVIL: EVIL})],
    )  # fmt: skip
    page = trace_page([span(1, None, 0, 5), bad])
    assert EVIL not in page
    assert page.count("&lt;script&gt;") > 5
    stats = Collector(Intake(Reception()), ManualClock()).stats()
    line = {
        "trace_id": "0" * 32,
        "name": EVIL,
        "service": EVIL,
        "start": 0,
        "duration_ms": 1.0,
        "spans": 1,
        "errors": 0,
        "defects": {},
    }
    assert EVIL not in index_page(stats, [line])


def test_the_path_is_marked_and_told():
    page = trace_page([span(1, None, 0, 100), span(2, 1, 0, 30), span(3, 1, 30, 100)])
    assert page.count('class="path" x=') == 2
    assert "30.0 %" in page
    assert "70.0 %" in page


def test_a_long_value_is_cut_and_its_length_is_told():
    page = trace_page([span(1, None, 0, 100, attributes={"big": "x" * 100_000})])
    assert "(100000 characters)" in page
    assert len(page) < 20_000


def test_a_page_that_stands_alone_leads_nowhere():
    assert "href" in trace_page([span(1, None, 0, 100)])
    assert "href" not in trace_page([span(1, None, 0, 100)], alone=True)


def test_an_empty_collector_says_where_spans_go():
    assert "/v1/traces" in index_page(Collector(Intake(Reception()), ManualClock()).stats(), [])


@pytest.mark.parametrize("times", [(5, 5), (9, 5), (0, 2**64 - 1)])
def test_times_without_sense_make_a_page_all_the_same(times):
    assert "s1" in trace_page([span(1, None, *times)])


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [(0, "0 ns"), (999, "999 ns"), (1500, "1.5 µs"), (81_200_000, "81.2 ms"), (2_000_000_000, "2 s"), (123_456_000_000, "123 s"), (-5e6, "-5 ms")],
)  # fmt: skip
def test_durations_have_three_digits_and_a_unit(nanoseconds, text):
    assert duration(nanoseconds) == text
