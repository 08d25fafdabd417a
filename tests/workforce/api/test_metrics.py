"""Counts of what was asked and done."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.workforce.api.conftest import client_of, start, take


@pytest.fixture(scope="module")
def counted(served):
    with client_of(served("sqlite")[0]) as client:
        session_id = start(client)
        for _ in range(2):
            take(client, session_id)
        client.get("/nowhere/at/all")
        client.get("/else/where")
        text = client.get("/metrics").text
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_sessions_turns_and_tokens_are_counted(counted):
    assert counted["flexsim_workforce_sessions_started_total",] == 1
    assert counted["flexsim_workforce_turns_total",] == 2
    assert counted["flexsim_workforce_tokens_total", "input"] == 20
    assert counted["flexsim_workforce_dollars_total",] == pytest.approx(0.02)


def test_requests_are_counted_and_timed_by_route(counted):
    assert counted["flexsim_workforce_requests_total", "/simulate/next", "200", "POST"] == 2
    assert counted["flexsim_workforce_request_seconds_count", "/simulate/next"] == 2


def test_addresses_that_lead_nowhere_are_one_label_however_many(counted):
    assert counted["flexsim_workforce_requests_total", "(no route)", "(no route)", "404"] == 2
