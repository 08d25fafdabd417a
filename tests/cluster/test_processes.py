"""Processes that work for this one; what they do is of the standard library, for they do not know these tests."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time

import pytest

from flexsim.cluster.processes import processes


def test_each_does_first_what_it_is_given_and_none_is_this_one(tmp_path):
    with processes(2, os.chdir, tmp_path) as pool:
        folders = [pool.submit(os.getcwd) for _ in range(4)]
        others = {pool.submit(os.getpid).result() for _ in range(4)}
    assert {folder.result() for folder in folders} == {str(tmp_path)}
    assert os.getpid() not in others
    assert multiprocessing.active_children() == []


def test_left_by_an_exception_they_stop_whatever_they_are_doing(tmp_path):
    def interrupted():
        with processes(2, os.chdir, tmp_path) as pool:
            pool.submit(time.sleep, 60)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert multiprocessing.active_children() == []


PROGRAM = """
import os, time
from flexsim.cluster.processes import processes

with processes(2, os.chdir, ".") as pool:
    pool.submit(os.getpid).result()
    pool.submit(time.sleep, 60)
    print("at work", flush=True)
    time.sleep(60)
"""


def test_none_outlives_one_that_is_killed():
    program = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(program, stdout=subprocess.PIPE, start_new_session=True) as killed:
        assert killed.stdout.readline()
        killed.kill()
        try:
            killed.communicate(timeout=30)  # until nobody could write there any more
        except subprocess.TimeoutExpired:
            os.killpg(killed.pid, signal.SIGKILL)
            raise
