"""A local TaskRouter for tests: pytest finds these fixtures in every project that has flexsim installed.

pytest imports this file whether or not a test asks for a fixture, so the server is imported only where one does.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twilio.rest import Client

    from flexsim.emulator.server import LocalTaskRouter


@pytest.fixture(scope="session")
def flexsim_server() -> "Iterator[LocalTaskRouter]":
    """One local TaskRouter for the whole session, on any free port; it keeps what tests leave in it."""
    from flexsim.emulator.server import LocalTaskRouter  # noqa: PLC0415 -- see above

    with LocalTaskRouter() as server:
        yield server


@pytest.fixture
def flexsim_taskrouter(flexsim_server: "LocalTaskRouter") -> "Iterator[LocalTaskRouter]":
    """The session's local TaskRouter as if just started: each test gets the same SIDs and an empty workspace."""
    seed = flexsim_server.seed
    flexsim_server.reset()
    yield flexsim_server
    flexsim_server.seed = seed  # that of the next reset, whatever the test has made of it


@pytest.fixture
def flexsim_client(flexsim_taskrouter: "LocalTaskRouter") -> "Client":
    """A ``twilio.rest.Client`` that leads to ``flexsim_taskrouter``."""
    return flexsim_taskrouter.client()
