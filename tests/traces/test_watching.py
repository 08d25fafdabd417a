import asyncio

import pytest

from flexsim.clock import ManualClock
from flexsim.measure.thresholds import parse
from flexsim.traces.intake import PROTOBUF, Intake
from flexsim.traces.reception import Reception
from flexsim.traces.serving import Collector
from flexsim.traces.watching import FIGURES, Watch, judged, watch
from tests.traces.conftest import request

ROOT = request((1, None, 0, 5)).SerializeToString()
CHILD = request((2, 1, 1, 4)).SerializeToString()


def collector():
    return Collector(Intake(Reception()), ManualClock())


def watched(bodies, pause=0.0, settle=0.05, **how):
    """The collector after it has ended by itself, having been given these at once."""

    async def until_over():
        found = collector()
        ready = asyncio.Event()
        how_long = Watch(port=0, settle=settle, **how)
        watching = asyncio.create_task(watch(found, how_long, lambda *_ports: ready.set()))
        await ready.wait()
        for body in bodies:
            found.take(body, PROTOBUF, "")
            await asyncio.sleep(pause)
            assert not (pause and watching.done())
        await asyncio.wait_for(watching, 10)
        return found

    return asyncio.run(until_over()).stats()


def test_it_ends_when_the_expected_spans_are_here():
    assert watched([CHILD, ROOT], expected=2)["spans"] == 2


def test_copies_are_not_what_was_expected():
    assert watched([CHILD, CHILD, CHILD, ROOT], expected=2)["duplicates"] == 2


def test_what_comes_right_after_them_is_taken_too():
    assert watched([ROOT, CHILD], pause=0.3, settle=0.8, expected=1)["spans"] == 2


def test_it_ends_when_its_time_is_over_whatever_has_come():
    assert watched([ROOT], expected=5, duration=0.2)["spans"] == 1


def test_nothing_expected_is_over_at_once():
    assert watched([], expected=0)["spans"] == 0


@pytest.mark.parametrize("name", FIGURES.figures)
def test_everything_that_a_threshold_can_be_about_is_a_figure(name):
    (found,) = judged(collector().stats(), [parse(f"{name} > 0", FIGURES)])
    assert (found.measured, found.failed) == (0, False)
