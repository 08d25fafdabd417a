"""New workspaces hold what Twilio's do."""

from flexsim.ids import Sids
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.templates import fifo_workspace, flex_workspace, plain_workspace


def made_by(template):
    engine = Engine(Sids(1, "x"), 0.0)
    template(engine, 0.0)
    names = [
        {each.name: each for each in group.values()} for group in (engine.activities, engine.queues, engine.workflows)
    ]
    return engine, *names


def test_a_plain_workspace_has_activities_and_channels_only():
    engine, activities, queues, workflows = made_by(plain_workspace)
    assert {name: each.available for name, each in activities.items()} == {
        "Offline": False,
        "Available": True,
        "Unavailable": False,
    }
    assert list(engine.channel_by_name) == ["default", "voice", "chat", "sms", "video"]
    assert (queues, workflows) == ({}, {})
    assert engine.default_activity.name == engine.timeout_activity.name == "Offline"


def test_a_fifo_workspace_adds_a_queue_and_a_workflow_to_it():
    _, _, queues, workflows = made_by(fifo_workspace)
    assert list(queues) == ["Sample Queue"]
    assert workflows["Default Fifo Workflow"].routing.entry({}) is not None


def test_a_flex_workspace_looks_like_a_flex_account_s():
    engine, activities, queues, workflows = made_by(flex_workspace)
    assert set(activities) == {"Offline", "Available", "Unavailable", "Break"}
    assert "email" in engine.channel_by_name
    assert queues["Everyone"].target_workers == "1==1"
    assert workflows["Assign to Anyone"].routing.queues() == {queues["Everyone"].id}
