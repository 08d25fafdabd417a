import asyncio
import os
import signal

import pytest

from flexsim.cli.interrupts import until_terminated


def test_sigterm_ends_what_runs_within_cleans_up_and_goes_on_after_it():
    steps = []

    async def main():
        with until_terminated():
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0)
                steps.append("cleaned up")
        steps.append("went on")
        await asyncio.sleep(0)

    asyncio.run(main())
    assert steps == ["cleaned up", "went on"]


def test_being_canceled_otherwise_stays_being_canceled():
    async def main():
        with until_terminated():
            asyncio.current_task().cancel()
            await asyncio.sleep(60)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())


def test_ctrl_c_is_an_interruption():
    async def main():
        with until_terminated():
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(60)

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(main())


def test_afterwards_sigterm_is_what_it_was():
    async def main():
        with until_terminated():
            pass

    asyncio.run(main())
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
