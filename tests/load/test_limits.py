"""A request for more connections than there are descriptors is refused, and says what to do."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.load.limits import check_connections, connections_allowed


def test_as_many_as_there_are_descriptors_is_allowed_and_one_more_is_not():
    allowed = connections_allowed()
    check_connections(allowed)
    check_connections(2 * allowed, 2)
    with pytest.raises(ConfigurationError) as caught:
        check_connections(2 * allowed + 1, 2)
    assert f"{2 * allowed + 1} connections are more than 2 processes can open" in str(caught.value)
    assert "say --processes 3" in str(caught.value)
