import asyncio
import os
import signal
import subprocess
import sys
import textwrap

import pytest

from flexsim import interrupts
from flexsim.signals import STOPPING


@pytest.fixture(autouse=True)
def _signals():
    """After a first signal a second one would end whoever runs the tests."""
    before = {each: signal.getsignal(each) for each in STOPPING}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.parametrize("run", [asyncio.run, interrupts.run])
def test_sigterm_ends_what_runs_within_cleans_up_and_goes_on_after_it(run):
    steps = []

    async def main():
        with interrupts.until_terminated():
            try:
                os.kill(os.getpid(), signal.SIGTERM)
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0)
                steps.append("cleaned up")
        steps.append("went on")
        await asyncio.sleep(0)

    run(main())
    assert steps == ["cleaned up", "went on"]


def test_being_canceled_otherwise_stays_being_canceled():
    async def main():
        with interrupts.until_terminated():
            asyncio.current_task().cancel()
            await asyncio.sleep(60)

    with pytest.raises(asyncio.CancelledError):
        interrupts.run(main())


@pytest.mark.parametrize("run", [asyncio.run, interrupts.run])
def test_ctrl_c_is_an_interruption_once_everything_is_put_away(run):
    steps = []

    async def main():
        with interrupts.until_terminated():
            try:
                os.kill(os.getpid(), signal.SIGINT)
                await asyncio.sleep(60)
            finally:
                await asyncio.sleep(0)
                steps.append("cleaned up")

    with pytest.raises(KeyboardInterrupt):
        run(main())
    assert steps == ["cleaned up"]


@pytest.mark.parametrize("number", STOPPING)
def test_what_does_not_run_until_it_is_told_to_stop_is_interrupted_by_either(number):
    async def main():
        os.kill(os.getpid(), number)
        await asyncio.sleep(60)

    with pytest.raises(KeyboardInterrupt):
        interrupts.run(main())


@pytest.mark.parametrize("number", STOPPING)
def test_the_first_signal_is_told_on_the_loop(number):
    async def main():
        told = asyncio.get_running_loop().create_future()
        with interrupts.first_signal(told.set_result):
            os.kill(os.getpid(), number)
            return await told

    assert asyncio.run(main()) is number


def test_without_a_signal_all_is_as_before_afterwards():
    before = [signal.getsignal(each) for each in STOPPING]

    async def main():
        with interrupts.until_terminated():
            pass

    interrupts.run(main())
    assert [signal.getsignal(each) for each in STOPPING] == before


def test_what_is_ignored_stays_ignored():
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    async def main():
        with interrupts.until_terminated():
            os.kill(os.getpid(), signal.SIGINT)
            await asyncio.sleep(0)
            return "done"

    assert interrupts.run(main()) == "done"


def test_in_another_thread_nothing_changes():
    async def main():
        return await asyncio.to_thread(interrupts.run, asyncio.sleep(0, "ran"))

    assert asyncio.run(main()) == "ran"


PUTTING_AWAY = """
    import asyncio, sys, time
    from flexsim import interrupts

    async def main():
        with interrupts.until_terminated():
            print("running", flush=True)
            try:
                await asyncio.Event().wait()
            finally:
                print("putting away", flush=True)
                {wait}

    try:
        interrupts.run(main())
    except KeyboardInterrupt:
        sys.exit(130)
"""


@pytest.mark.parametrize("wait", ["await asyncio.sleep(60)", "time.sleep(60)"])
@pytest.mark.parametrize(("first", "second"), [(signal.SIGTERM, signal.SIGTERM), (signal.SIGINT, signal.SIGINT)])
def test_a_second_one_waits_for_nothing_and_says_nothing(wait, first, second):
    program = [sys.executable, "-c", textwrap.dedent(PUTTING_AWAY.format(wait=wait))]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        for word, number in (("running\n", first), ("putting away\n", second)):
            assert process.stdout.readline() == word
            process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (128 + second, "")
