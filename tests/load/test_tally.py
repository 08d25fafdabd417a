"""Counts of several processes add up."""

import json

from flexsim.load.tally import Tally, tally_of


def test_counts_add_up_after_a_journey_as_json():
    one, other = Tally(), Tally()
    for each, count in ((one, 2), (other, 3)):
        each.sent["heartbeat"] += count
        each.events["lost"] += count
        each.push_latency.add(0.01, count)
    one.merge(tally_of(json.loads(json.dumps(other.document()))))
    assert (one.sent["heartbeat"], one.events["lost"], one.push_latency.count) == (5, 5, 5)
