"""The exposition is one that Prometheus's own parser reads, and says what was counted."""

from prometheus_client.parser import text_string_to_metric_families

from flexsim.load import metrics
from flexsim.load.fleet import Report
from flexsim.load.tally import Tally


def test_the_parser_reads_back_what_was_counted():
    tally = Tally()
    tally.sent["heartbeat"] = 7
    tally.events["reconnected"] = 2
    tally.heartbeat_lateness.add(0.003, 5)
    report = Report(connected=3, sockets=2, away=1, census={"byState": {"available": 2, "on_call": 1}}, tally=tally)
    text = metrics.exposition(metrics.of_swarm(report, active=5)).decode()
    families = {each.name: each for each in text_string_to_metric_families(text)}
    assert all(each.documentation and each.type != "unknown" for each in families.values())
    value = {(each.name, *each.labels.values()): each.value for family in families.values() for each in family.samples}
    assert value["flexsim_swarm_active_agents",] == 4
    assert value["flexsim_swarm_open_sockets",] == 2
    assert value["flexsim_swarm_agents_by_state", "on_call"] == 1
    assert value["flexsim_swarm_messages_sent_total", "heartbeat"] == 7
    assert value["flexsim_swarm_reconnects_total",] == 2
    name = "flexsim_swarm_heartbeat_lateness_seconds"
    buckets = [each for each in families[name].samples if each.name.endswith("_bucket")]
    assert [each.value for each in buckets] == sorted(each.value for each in buckets)
    assert {each.value for each in buckets} == {0, 5}
    assert (value[f"{name}_count",], round(value[f"{name}_sum",], 6)) == (5, 0.015)
    assert value[f"{name}_bucket", "+Inf"] == 5
