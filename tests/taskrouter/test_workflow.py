"""A workflow's configuration: what is read, what is refused, and where a task goes next."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.errors import InvalidInput
from flexsim.taskrouter.workflow import DEFAULT, KnownWorker, Order, key_reader, parse_routing

QUEUES = {"WQsales": 0, "WQservice": 1, "WQall": 2}


def routing(filters, default="WQall"):
    document = {"filters": filters} | ({"default_filter": {"queue": default}} if default else {})
    return parse_routing(json.dumps({"task_routing": document}), QUEUES.get)


TWO_STEPS = [
    {"queue": "WQsales", "timeout": 10, "priority": "5"},
    {"timeout": "20", "expression": "task.a == worker.a"},
]
SALES = {"expression": "type == 'sales'", "targets": TWO_STEPS}
VIP = {"friendly_name": "VIP", "expression": "vip == true", "targets": [{"queue": "WQservice"}]}


def test_later_targets_inherit_the_queue_and_their_timeouts_add_up():
    first, second = routing([SALES]).filters[0].targets
    assert (first.queue, second.queue) == (0, 0)
    assert (first.deadline, second.deadline) == (10, 30)
    assert (first.priority, second.priority) == (5, None)


def test_a_target_without_a_timeout_is_never_left_by_time():
    assert routing([VIP]).filters[0].targets[0].deadline == float("inf")


def test_a_new_task_goes_to_the_first_matching_filter_else_to_the_default():
    both = routing([SALES, VIP])
    assert both.entry({"type": "sales", "vip": True}) == (0, 0)
    assert both.entry({"type": "other", "vip": True}) == (1, 0)
    assert both.entry({}) == (DEFAULT, 0)
    assert routing([SALES], default=None).entry({}) is None


def test_a_task_that_times_out_of_the_last_target_never_reaches_the_default():
    both = routing([SALES, VIP])
    vip = {"type": "sales", "vip": True}
    assert both.after_timeout((0, 0), vip) == (0, 1)
    assert both.after_timeout((0, 1), vip) == (1, 0)
    assert both.after_timeout((0, 1), {"type": "sales"}) is None
    assert both.after_timeout((DEFAULT, 0), vip) is None


def test_a_task_that_skips_out_of_the_last_target_reaches_the_default():
    both = routing([SALES, VIP])
    assert both.after_skip((0, 1), {"type": "sales", "vip": True}) == (1, 0)
    assert both.after_skip((0, 1), {"type": "sales"}) == (DEFAULT, 0)
    assert routing([SALES], default=None).after_skip((0, 1), {"type": "sales"}) is None


def test_order_and_known_worker_are_read():
    target = {"queue": "WQsales", "order_by": "worker.level DESC, worker.a.b", "known_worker_sid": "task.agent.sid"}
    read = routing([{"expression": "1==1", "targets": [target]}]).filters[0].targets[0]
    assert read.order_by == (Order(("level",), descending=True), Order(("a", "b"), descending=False))
    assert read.known_worker == KnownWorker(("agent", "sid"), "sid")


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "configuration is not an object"),
        ("{}", "task_routing is not an object"),
        ('{"task_routing": {"filters": {}}}', "filters is not a list"),
        ('{"task_routing": {"filters": [{"targets": []}]}}', "filters[0] has no expression"),
        ('{"task_routing": {"filters": [{"expression": "1==1"}]}}', "filters[0] has no targets"),
        ('{"task_routing": {"default_filter": {"queue": "WQnone"}}}', "default_filter.queue is no task queue"),
        ('{"task_routing": {"default_filter": {"queue": 7}}}', "no task queue of this workspace: 7"),
    ],
)
def test_a_wrong_configuration_is_refused_with_its_place(configuration, message):
    with pytest.raises(InvalidInput) as caught:
        parse_routing(configuration, QUEUES.get)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"timeout": "soon"}, "targets[0].timeout is not a whole number"),
        ({"timeout": -1}, "targets[0].timeout"),
        ({"priority": True}, "targets[0].priority"),
        ({"expression": "skill == 'x'"}, "write task.skill or worker.skill"),
        ({"expression": "task.a ="}, "targets[0].expression"),
        ({"skip_if": "1 =="}, "targets[0].skip_if"),
        ({"order_by": "level"}, "order_by must be like worker.level DESC: level"),
        ({"known_worker_sid": "agent"}, "known_worker_sid must be task.<attribute>"),
    ],
)
def test_a_wrong_target_is_refused_with_its_place(target, message):
    with pytest.raises(InvalidInput) as caught:
        routing([{"expression": "1==1", "targets": [{"queue": "WQsales"} | target]}])
    assert message in str(caught.value)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from(["", "1", "true", "x"])
    | st.sampled_from([1.0, 0.5]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
)


@pytest.mark.parametrize("paths", [("v",), ("v", "w"), ("v", "w", "x"), ("v", "w", ("y", "z"))], ids=str)
@given(left=st.tuples(json_values, json_values), right=st.tuples(json_values, json_values))
def test_keys_are_equal_only_where_no_expression_can_tell_the_values_apart(paths, left, right):
    """``1``, ``1.0`` and ``true`` are equal and hash alike in Python; as keys of a memory they must not be."""
    read = key_reader(tuple(path if isinstance(path, tuple) else (path,) for path in paths))
    first, second = ({"v": v, "w": w, "y": {"z": w}} for v, w in (left, right))
    seen = 1 if len(paths) == 1 else 2
    assert (read(first) == read(second)) == (json.dumps(left[:seen]) == json.dumps(right[:seen]))


def test_what_is_worked_out_for_a_task_is_shared_by_those_alike_and_by_no_others():
    """The first target's expression reads ``language``, so tasks of two languages do not share a place to wait."""
    target = {"queue": "WQsales", "expression": "worker.languages HAS task.language"}
    both = routing([{**SALES, "targets": [target]}])
    english = both.entrance({"type": "sales", "language": "en", "n": 1})
    assert both.entrance({"type": "sales", "language": "en", "n": 2}) is english
    assert both.entrance({"type": "sales", "language": "es"}) is not english
    assert english.position == (0, 0)
    assert english.target is both.filters[0].targets[0]
    assert both.entrance({"type": "other"}).position == (DEFAULT, 0)
    assert routing([SALES], default=None).entrance({}) is None


NESTED = "[" * 900 + "]" * 900


@pytest.mark.parametrize("value", [r'"\n\n"', NESTED, "1.5", '{"a":1}', '"' + "9" * 5000 + '"'], ids=range(5))
def test_a_value_of_another_kind_is_told_in_one_short_line(value):
    target = f'{{"queue": "WQsales", "timeout": {value}}}'
    text = f'{{"task_routing": {{"filters": [{{"expression": "1==1", "targets": [{target}]}}]}}}}'
    with pytest.raises(InvalidInput, match="timeout is not a whole number from 0: ") as told:
        parse_routing(text, QUEUES.get)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) < 400
