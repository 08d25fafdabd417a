from flexsim.live.counts import AgentCounts


def test_counts_start_at_nothing_and_are_told_by_name():
    counts = AgentCounts(offered=2)
    assert counts.as_dict()["offered"] == 2
    assert sum(counts.as_dict().values()) == 2
