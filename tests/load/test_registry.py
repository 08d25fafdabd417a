"""The backend's mind: the longest idle agent gets the call that has waited longest, and every call is somewhere."""

from hypothesis import given
from hypothesis import strategies as st

from flexsim.load.registry import ANSWER_WITHIN, Registry


def here(registry, now, agent, department="sales", state="available"):
    return registry.register(now, {"agentId": agent, "department": department, "state": state, "kpis": {}})


def moves(registry, now, agent, state):
    return registry.state_change(now, {"agentId": agent, "newState": state})


def names(assignments):
    return [(each.agent_id, each.call_id) for each in assignments]


def test_the_longest_idle_agent_of_the_department_gets_the_call():
    registry = Registry()
    here(registry, 0, "a")
    here(registry, 1, "b")
    here(registry, 2, "c", "support")
    moves(registry, 3, "a", "break")
    moves(registry, 4, "a", "available")
    assert names(registry.offer(5, "1", "sales")) == [("b", "1")]
    assert names(registry.offer(5, "2", "sales-vip")) == [("a", "2")]
    assert names(registry.offer(5, "3", "sales")) == []


def test_who_becomes_available_gets_the_call_that_has_waited_longest():
    registry = Registry()
    registry.offer(1, "1", "sales-vip")
    registry.offer(2, "2", "sales")
    assert names(here(registry, 3, "a")) == [("a", "1")]
    assert names(here(registry, 4, "b")) == [("b", "2")]


def test_a_call_is_answered_completed_and_in_time_or_not():
    registry = Registry(threshold=20)
    registry.offer(0, "1", "sales")
    here(registry, 25, "a")
    moves(registry, 25, "a", "on_call")
    registry.call_complete(60, {"agentId": "a", "callId": "1"})
    registry.offer(70, "2", "sales")
    assert moves(registry, 71, "a", "available")
    moves(registry, 72, "a", "on_call")
    found = registry.queue_document(80)["sales"]
    assert (found["offered"], found["answered"], found["completed"], found["serviceLevel"]) == (2, 2, 1, 0.5)


def test_a_call_that_is_not_taken_goes_back_to_the_head_and_to_somebody_else():
    registry = Registry()
    here(registry, 0, "a")
    registry.offer(0, "1", "sales")
    registry.offer(1, "2", "sales")
    here(registry, 2, "b", state="break")
    assert registry.advance(ANSWER_WITHIN - 1) == []
    assert names(registry.advance(ANSWER_WITHIN)) == [("a", "1")]
    assert registry.queues["sales"].returned == 1
    assert names(moves(registry, 11, "b", "available")) == [("b", "2")]


def test_a_call_goes_back_when_its_agent_goes_and_is_cut_when_it_was_going_on():
    registry = Registry()
    here(registry, 0, "a")
    here(registry, 1, "b")
    registry.offer(2, "1", "sales")
    assert names(registry.gone(3, "a")) == [("b", "1")]
    moves(registry, 4, "b", "on_call")
    assert registry.gone(5, "b") == []
    assert registry.queues["sales"].cut == 1


def test_who_is_not_heard_of_is_silent():
    registry = Registry()
    here(registry, 0, "a")
    here(registry, 0, "b")
    registry.heartbeat(5, {"agentId": "a", "state": "available"})
    assert registry.silent(7, 6) == ["b"]


def test_a_heartbeat_tells_a_state_that_was_missed():
    registry = Registry()
    here(registry, 0, "a", state="break")
    registry.offer(1, "1", "sales")
    assert names(registry.heartbeat(2, {"agentId": "a", "state": "available"})) == [("a", "1")]


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["register", "move", "gone", "offer", "complete", "advance", "heartbeat"]),
        st.sampled_from("abcd"),
        st.sampled_from(["available", "on_call", "after_call_work", "break", "nonsense", None]),
        st.sampled_from(["sales", "support", "sales-vip", "nowhere"]),
    ),
    max_size=60,
)


@given(ACTS)
def test_every_call_is_in_one_place_whatever_happens(acts):
    registry, offered = Registry(), 0
    for now, (act, agent, state, queue) in enumerate(acts):
        if act == "offer":
            registry.offer(now, f"{offered}", queue)
            offered += 1
        elif act == "register":
            here(registry, now, agent, queue.partition("-")[0], state)
        elif act == "move":
            moves(registry, now, agent, state)
        elif act == "gone":
            registry.gone(now, agent)
        elif act == "advance":
            registry.advance(now)
        elif act == "heartbeat":
            registry.heartbeat(now, {"agentId": agent, "state": state, "kpis": 3})
        elif (entry := registry.agents.get(agent)) and entry.call:
            registry.call_complete(now, {"agentId": agent, "callId": entry.call.call_id})
    open_calls = list(registry.calls())
    figures = registry.queues.values()
    assert len(open_calls) == len(set(open_calls))
    assert len(open_calls) == offered - sum(each.completed + each.cut for each in figures)
    assert all(each.answered >= each.completed and each.in_time <= each.answered for each in figures)
