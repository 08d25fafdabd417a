"""Inputs as documents, and back."""

import dataclasses
import inspect
import json

import pytest

from flexsim.emulator import recording
from flexsim.errors import ConfigurationError
from flexsim.taskrouter import inputs
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.inputs import NewTask, TaskChanges, WorkflowChanges
from tests.taskrouter.centre import new_engine

RECORDS = [each for each in vars(inputs).values() if dataclasses.is_dataclass(each)]


def back(method, *arguments, **options):
    document = json.loads(json.dumps(recording.written(method, arguments, options)))
    return recording.call(new_engine(), document)


def test_a_record_comes_back_as_it_was():
    new = NewTask(workflow=1, channel=2, attributes={"a": [1, None]}, attributes_text='{"a": [1, null]}', priority=3)
    method, arguments, options = back("create_task", new)
    assert method.__name__ == "create_task"
    assert (arguments, options) == ([new], {})


def test_what_a_record_has_by_default_is_not_written():
    document = recording.written("update_task", [7, TaskChanges(priority=0)], {})
    assert document == {"do": "update_task", "arguments": [7, {"TaskChanges": {"priority": 0}}]}


def test_a_default_that_was_given_is_not_written_either():
    document = recording.written(
        "create_task", [NewTask(workflow=1, channel=2, attributes={}, timeout=int("86400"))], {}
    )
    assert document["arguments"] == [{"NewTask": {"workflow": 1, "channel": 2, "attributes": {}}}]


@pytest.mark.interpreted
@pytest.mark.parametrize("record", RECORDS, ids=lambda each: each.__name__)
def test_every_record_of_the_inputs_can_be_written(record):
    values = {field.name: f"value of {field.name}" for field in dataclasses.fields(record)}
    _, (found,), _ = back("create_task", record(**values))
    assert found == record(**values)


def test_arguments_by_name_stay_so():
    _, arguments, options = back("update_worker_channel", 1, 2, capacity=3, available=None)
    assert (arguments, options) == ([1, 2], {"capacity": 3, "available": None})


def test_false_is_not_taken_for_a_default_of_zero():
    _, (found,), _ = back("update_workflow", WorkflowChanges(reevaluate=True, name=""))
    assert (found.reevaluate, found.name) == (True, "")


@pytest.mark.interpreted
def test_every_input_of_the_engine_can_be_called_by_name():
    engine = new_engine()
    takes_time = [
        name
        for name, function in inspect.getmembers(Engine, inspect.isfunction)
        if "now" in inspect.signature(function).parameters and not name.startswith("_")
    ]
    assert "create_task" in takes_time
    for name in takes_time:
        assert recording.call(engine, {"do": name, "arguments": []})[0] == getattr(engine, name)


@pytest.mark.parametrize("name", ["no_such_input", "_forget", "tasks", "__class__"])
def test_what_is_no_input_is_not_called(name):
    with pytest.raises(ConfigurationError, match=f"there is no input {name}"):
        recording.call(new_engine(), {"do": name, "arguments": []})


def test_an_unknown_record_is_named():
    with pytest.raises(ConfigurationError, match="no record NewParrot"):
        recording.call(new_engine(), {"do": "create_task", "arguments": [{"NewParrot": {}}]})
