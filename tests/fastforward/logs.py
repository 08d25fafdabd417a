"""Event logs as text."""

from flexsim.fastforward.replication import Running


def logged(plan, number=0, **more):
    """The event log of a replication, and what came of it."""
    lines = []
    result = Running(plan, number, write=lines.extend, **more).run()
    return "".join(lines), result
