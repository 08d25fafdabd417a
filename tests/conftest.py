"""What every test can rely on: nothing of flexsim's in the environment, and no stopwatch on hypothesis."""

import hypothesis
import pytest

from flexsim.settings import variables

# A busy machine is not a failing test; pytest-timeout watches over tests that hang.
hypothesis.settings.register_profile("flexsim", deadline=None)
hypothesis.settings.load_profile("flexsim")


@pytest.fixture(autouse=True, scope="session")
def _clean_environment():
    """The credentials of whoever runs the tests stay out of them."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in variables():
            patch.delenv(variable, raising=False)
        yield
