"""What a process of a swarm is told, and which agents are its own."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from flexsim.load.profiles import DEFAULT_MIX
from flexsim.load.shard import Plan, plan_of, share
from flexsim.load.swarm import SwarmOptions
from flexsim.load.target import Target


def test_a_plan_is_the_same_after_a_journey_as_json():
    target = Target(url="https://x", headers={"A": "b"}, ca=Path("ca.pem"), verify=False)
    plan = Plan(agents=9, mix=DEFAULT_MIX, target=target, options=SwarmOptions(seed=3, speed=2.0, storm=True))
    again = plan_of(json.loads(json.dumps(plan.document())))
    assert (again.target, again.options, again.agents) == (plan.target, plan.options, plan.agents)
    assert again.document() == json.loads(json.dumps(plan.document()))


@given(st.integers(0, 10_000), st.integers(1, 64))
def test_shares_add_up_and_are_the_agents_numbers(wanted, count):
    shares = [share(wanted, index, count) for index in range(count)]
    assert sum(shares) == wanted
    assert max(shares) - min(shares) <= 1
    assert shares[0] == len(range(wanted)[0::count])
    assert shares[-1] == len(range(wanted)[count - 1 :: count])
