"""A program runs on whatever loop there is, and the collector is as before afterwards."""

import asyncio
import contextlib
import gc
import importlib.util

import pytest

from flexsim.loops import collecting_seldom, loop_factory, run


def test_what_main_returns_is_returned_and_what_it_raises_is_raised():
    async def main():
        await asyncio.sleep(0)
        return 7

    async def fail():
        raise ZeroDivisionError

    assert run(main()) == 7
    with pytest.raises(ZeroDivisionError):
        run(fail())


def test_uvloop_is_used_where_it_is_installed():
    assert (loop_factory() is None) == (importlib.util.find_spec("uvloop") is None)


def test_a_program_has_the_collector_look_less_often():
    async def main():
        return gc.get_threshold()[0]

    before = gc.get_threshold()
    assert (run(main()), run(main(), collect_every=20_000)) == (5_000, 20_000)
    assert gc.get_threshold() == before


def test_the_collector_looks_less_often_and_is_as_before_afterwards_whatever_happens():
    before = gc.get_threshold()
    with contextlib.suppress(ZeroDivisionError), collecting_seldom():
        assert gc.get_threshold()[0] == 5_000
        with collecting_seldom(50_000):
            assert gc.get_threshold()[0] == 50_000
        raise ZeroDivisionError
    assert gc.get_threshold() == before
