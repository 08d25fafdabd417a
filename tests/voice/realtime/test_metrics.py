"""What was counted can be read by Prometheus."""

from prometheus_client.parser import text_string_to_metric_families

from flexsim.voice.realtime.metrics import Counts, exposition


def samples(counts):
    families = text_string_to_metric_families(exposition(counts).decode())
    return {(each.name, *each.labels.values()): each.value for family in families for each in family.samples}


def test_counts_come_out_as_they_went_in():
    counts = Counts()
    counts.sessions, counts.ever = 2, 5
    counts.receive("response.create")
    counts.sent["error"] += 3
    counts.errors["invalid_json"] += 3
    counts.answer(0.2)
    counts.answer(99.0)
    found = samples(counts)
    assert found["flexsim_engine_sessions",] == 2
    assert found["flexsim_engine_sessions_begun_total",] == 5
    assert found["flexsim_engine_events_received_total", "response.create"] == 1
    assert found["flexsim_engine_errors_total", "invalid_json"] == 3
    latencies = {key[1]: value for key, value in found.items() if key[0].endswith("latency_seconds_bucket")}
    assert (latencies["0.1"], latencies["0.25"], latencies["10.0"], latencies["+Inf"]) == (0, 1, 1, 2)


def test_what_clients_invent_makes_no_new_series():
    counts = Counts()
    for each in ("a", "b", None, ["c"], 7):
        counts.receive(each)
    assert counts.received == {"other": 5}
