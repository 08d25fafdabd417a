"""As a program of its own: what is changed here is the whole process's."""

import signal
import subprocess
import sys
import textwrap

import pytest

from flexsim.signals import STOPPING

PROGRAM = """
    import signal, sys, time
    from flexsim import signals

    {first}
    signals.begin()
    try:
        print("at work", flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        print("putting away", flush=True)
        {then}
    sys.exit(7)
"""


def told(*numbers, first="", then="time.sleep(60)"):
    """The exit code and what was said on stderr by a program that is told so, each after its next line."""
    program = [sys.executable, "-c", textwrap.dedent(PROGRAM.format(first=first, then=then))]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        for number in numbers:
            assert process.stdout.readline()
            process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    return process.returncode, errors


@pytest.mark.parametrize("number", STOPPING)
def test_the_first_is_an_interruption(number):
    assert told(number, then="pass") == (7, "")


@pytest.mark.parametrize("second", STOPPING)
@pytest.mark.parametrize("first", STOPPING)
def test_a_second_one_ends_it_there_and_then(first, second):
    assert told(first, second) == (128 + second, "")


def test_what_is_ignored_stays_ignored():
    ignoring = "signal.signal(signal.SIGINT, signal.SIG_IGN)"
    assert told(signal.SIGINT, first=f"{ignoring}; time.sleep = lambda _: signal.raise_signal(signal.SIGINT)") == (
        7,
        "",
    )


@pytest.mark.parametrize("number", STOPPING)
def test_at_the_end_it_is_the_systems_business(number):
    assert told(number, then=f"signals.end(); signal.raise_signal({number.value})") == (-number, "")
