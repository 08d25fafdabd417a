"""The page says what the summary says, draws what was sampled, and reads nothing as markup."""

from hypothesis import given
from hypothesis import strategies as st

from flexsim.load.latencies import Latencies
from flexsim.load.report import Sample, charts, render

NOTHING = Latencies().summary()
STATS = {
    "connectedAgents": 7, "sent": {"heartbeat": 1234}, "received": {}, "events": {"lost": 3}, "byState": {"<b>": 1},
    "byDepartment": {}, "byLocation": {}, "heartbeatLateness": NOTHING | {"p99": 0.0123}, "pushLatency": NOTHING,
    "connectTime": NOTHING,
}  # fmt: skip
SAMPLES = [Sample(at=1.0, connected=0, sent=0, received=0), Sample(at=3.0, connected=10, sent=30, received=8)]


def test_figures_thresholds_and_charts_are_on_the_page():
    thresholds = [
        {"threshold": "lost > 0", "measured": 3, "failed": True},
        {"threshold": "gaps > 0", "measured": None, "failed": True},
    ]
    page = render("Swarm <one>", {"stats": STATS, "thresholds": thresholds}, SAMPLES)
    for text in (
        "Swarm &lt;one&gt;",
        "&lt;b&gt;",
        "<dd>1234</dd>",
        "12.3 ms",
        "lost &gt; 0",
        '<td class="failed">failed</td>',
    ):
        assert text in page
    assert page.count("<polyline") == 3
    assert "<b>" not in page


def test_rates_are_differences_by_time():
    connected, sent, received = charts(SAMPLES)
    assert (connected.largest, sent.largest, received.largest) == (10, 15.0, 4.0)
    assert connected.points == "240.0,120.0 720.0,0.0"
    assert charts(SAMPLES[:1]) == []


@given(st.integers(2, 5000))
def test_a_long_run_has_no_more_points_than_can_be_seen(count):
    samples = [Sample(at=1.0 + at, connected=at % 7, sent=at, received=at) for at in range(count)]
    assert len(charts(samples)[0].points.split()) <= 720
