"""What every test can rely on: nothing of flexsim's in the environment, and no stopwatch on hypothesis.

Tests marked ``interpreted`` are skipped where the engine is compiled.
"""

import signal
from pathlib import Path

import hypothesis
import pytest

from flexsim.settings import variables
from flexsim.taskrouter import engine

# A shell's background job ignores Ctrl-C, and so would every program that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is not a failing test; pytest-timeout watches over tests that hang.
hypothesis.settings.register_profile("flexsim", deadline=None)
hypothesis.settings.register_profile("long", deadline=None, max_examples=5000, print_blob=True)
hypothesis.settings.load_profile("flexsim")


@pytest.fixture(autouse=True, scope="session")
def _clean_environment():
    """The credentials of whoever runs the tests stay out of them."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in variables():
            patch.delenv(variable, raising=False)
        yield


def pytest_collection_modifyitems(items):
    if Path(engine.__file__).suffix == ".py":
        return
    for item in items:
        if item.get_closest_marker("interpreted"):
            item.add_marker(pytest.mark.skip(reason="the engine is compiled"))
