"""Back-dated history: days of a centre, up to a day in the past or today, as if it had been there all along."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flexsim.configuration.files import render
from flexsim.fastforward.event_stream import event_stream
from flexsim.fastforward.replication import Plan, Running
from flexsim.fastforward.run import Outcome, Wanted, finish, manifest
from flexsim.measure.summary import document
from flexsim.runs.folder import LogWriter, begin_run

EVENT_STREAM: Final = "event-stream.jsonl"


def midnights(until: date, days: int, timezone: str) -> tuple[float, float]:
    """The midnights (UTC seconds, by the clock on the wall) between which ``days`` lie, the last of them before ``until``."""
    zone = ZoneInfo(timezone)
    start, end = (
        datetime.combine(day, time(), zone).astimezone(UTC).timestamp() for day in (until - timedelta(days=days), until)
    )
    return start, end


def backfill(plan: Plan, wanted: Wanted, *, stream: bool) -> Outcome:
    """Simulate the plan's days into one log; with ``stream`` also as Event Streams would have sent them.

    An interruption (KeyboardInterrupt) leaves the history up to where it came.
    """
    files = render(plan.configuration)
    with begin_run(wanted.out, manifest(plan, files, wanted.command)) as run, ExitStack() as stack:
        run.keep_configuration(files)
        also = None
        if stream:
            writer = stack.enter_context(LogWriter(run.path / EVENT_STREAM))
            also = lambda simulation: event_stream(simulation, writer.write_fast)  # noqa: E731 -- one expression
        running = Running(plan, write=run.write_fast, also=also)
        interrupted = False
        try:
            done = running.run(wanted.progress)
        except KeyboardInterrupt:
            done, interrupted = running.over(running.simulation.now), True
        run.keep_replication(done.number, done.seed, document(done.standing))
        return replace(finish(run, [done], interrupted=False), interrupted=interrupted)
