"""Names are of the language of where agents are, and stay."""

from flexsim.load.names import described
from flexsim.load.profiles import generate


def test_everybody_has_a_name_and_keeps_it():
    found = described(generate(40, 1))
    assert described(generate(40, 1)) == found
    assert len({each["name"] for each in found}) > 30
    assert all(" " in each["name"] for each in found)
    assert list(found[0]) == ["agentId", "name", "department", "location", "team", "skills"]
    german, american = (
        {each["name"] for each in found if (each["location"] == "remote") is remote} for remote in (False, True)
    )
    assert not german & american
