"""Pairs of days with the same luck."""

import dataclasses

import pytest

from flexsim.configuration.staff import with_agents
from flexsim.fastforward.comparison import compare
from flexsim.fastforward.levers import changed


@pytest.fixture
def short(plan):
    return dataclasses.replace(plan, duration=1800.0)


def test_nothing_changed_changes_nothing(short):
    found = compare(short, short.configuration, 3)
    assert found.pairs == 3
    for each in found.differences.values():
        assert (each.change.mean, each.change.half_width) == (0.0, 0.0)


def test_more_agents_serve_the_same_customers_sooner(short, shop):
    short = dataclasses.replace(short, configuration=with_agents(shop, 20))
    found = compare(short, with_agents(shop, 24), 5)
    assert found.differences["offered"].change.mean == 0
    assert found.differences["asa"].change.excludes_zero
    assert found.differences["asa"].change.mean < 0
    assert found.differences["service_level"].change.mean > 0


def test_pairs_tell_a_small_change_closer_than_means_would(short):
    other, _ = changed(short.configuration, [("talkTime.mean", "*0.98")])
    talk = compare(short, other, 6).differences["talk"]
    assert abs(talk.change.mean) < talk.before.half_width  # drowned, had the days not been the same
    assert talk.change.half_width < talk.before.half_width / 3


def test_the_document_says_before_after_and_change(short):
    document = compare(short, with_agents(short.configuration, 13), 2).document()
    assert document["replications"] == 2
    figure = document["figures"]["handled"]
    assert figure["after"] - figure["before"] == pytest.approx(figure["change"])
    assert figure.keys() == {"before", "after", "change", "half_width", "significant"}


def test_an_interruption_leaves_the_complete_pairs(short):
    def interrupt(share):
        if share > 0.6:
            raise KeyboardInterrupt

    found = compare(short, short.configuration, 4, progress=interrupt)
    assert (found.interrupted, found.pairs) == (True, 2)
    assert found.differences["offered"].before.count == 2
