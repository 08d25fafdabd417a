"""The files that come with flexsim are found by name."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.voice.dialogue import built_in


def test_names_are_those_of_the_files_in_order():
    found = built_in.names("callers")
    assert list(found) == sorted(found)
    assert "typical" in found


@pytest.mark.parametrize("name", ["../callers/typical", "typical.yaml", ""])
def test_only_names_lead_to_files(name):
    with pytest.raises(ConfigurationError, match="no such caller"):
        built_in.text("callers", name, "caller")
