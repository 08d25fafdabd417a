"""A program runs on whatever loop there is."""

import asyncio

import pytest

from flexsim.load.loops import run


def test_what_main_returns_is_returned_and_what_it_raises_is_raised():
    async def main():
        await asyncio.sleep(0)
        return 7

    async def fail():
        raise ZeroDivisionError

    assert run(main()) == 7
    with pytest.raises(ZeroDivisionError):
        run(fail())
