"""Functions called on a cluster give what they give here, wherever they are called, and whatever becomes of a node."""

import json
import operator
import os
import socket

import pytest

from flexsim.cluster.connection import check_version, connected
from flexsim.cluster.pool import pool
from flexsim.errors import ConfigurationError, TargetUnreachable

# Only what is installed there can be called there: these tests are not.


def test_results_are_those_of_here_from_other_processes(cluster):
    with pool(cluster.address, os.chdir, "/") as found:
        products = [found.submit(operator.mul, number, 7) for number in range(20)]
        assert [each.result(60) for each in products] == [number * 7 for number in range(20)]
        assert found.submit(os.getpid).result(60) != os.getpid()


def test_every_process_begins_with_what_was_given_and_anew_for_another_pool(cluster, tmp_path):
    for folder in ("/", str(tmp_path), "/"):
        with pool(cluster.address, os.chdir, folder) as found:
            assert {found.submit(os.getcwd).result(60) for _ in range(4)} == {folder}


def test_an_error_there_is_the_same_error_here(cluster):
    with pool(cluster.address, os.chdir, "/") as found, pytest.raises(json.JSONDecodeError) as caught:
        found.submit(json.loads, "nonsense").result(60)
    assert type(caught.value) is json.JSONDecodeError
    assert "\n" not in str(caught.value)


def test_a_call_whose_process_dies_is_made_again(cluster, tmp_path):
    with pool(cluster.address, os.chdir, "/") as found:
        assert found.submit(exec, DIE_ONCE.format(folder=tmp_path)).result(60) is None
    assert (tmp_path / "died").is_dir()


DIE_ONCE = """
import os
try:
    os.mkdir("{folder}/died")
except FileExistsError:
    pass
else:
    os._exit(1)
"""


def test_another_version_there_is_one_clear_error():
    with pytest.raises(ConfigurationError, match="install the same on all"):
        check_version("0.0.0")


def test_an_address_that_nobody_answers_is_one_clear_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(TargetUnreachable, match="cannot reach a Ray cluster"), connected(f"127.0.0.1:{port}"):
        pass
