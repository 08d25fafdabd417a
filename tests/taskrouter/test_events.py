"""Every kind of event has its place and its name."""

from flexsim.taskrouter import events


def test_every_kind_is_named_at_its_own_place():
    skip = {"TIME", "KIND", "TASK", "WORKER", "RESERVATION", "EXTRA"}
    kinds = {name: value for name, value in vars(events).items() if isinstance(value, int) and name not in skip}
    assert sorted(kinds.values()) == list(range(len(events.NAMES)))
    for name, value in kinds.items():
        assert events.NAMES[value].replace(".", "_").replace("-", "_").upper() == name
