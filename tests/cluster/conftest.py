"""A Ray cluster of several nodes on this machine, with a handful of cores each."""

import contextlib
import io
import logging
import warnings

import pytest

cluster_utils = pytest.importorskip("ray.cluster_utils", reason="the extra cluster is not installed")


@pytest.fixture(scope="session")
def cluster():
    """Three nodes with a core each; nodes can be added and removed."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        logging.getLogger("ray").setLevel(logging.ERROR)
        made = cluster_utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
        for _ in range(2):
            made.add_node(num_cpus=1)
    yield made
    made.shutdown()
