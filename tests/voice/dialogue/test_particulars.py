"""Who somebody is is told by name and date of birth."""

import pytest

from flexsim.voice.dialogue.particulars import fit

ON_FILE = {"name": "Maria Lopez", "date_of_birth": "1984-03-12"}


@pytest.mark.parametrize("name", ["Maria Lopez", "maria lopez", " Maria  LOPEZ "])
def test_letter_case_and_spaces_do_not_matter(name):
    assert fit({"name": name, "date_of_birth": "1984-03-12"}, ON_FILE)


@pytest.mark.parametrize("told", [{"name": "Maria Lopes"}, {"name": "Maria"}, {"date_of_birth": "1984-12-03"}])
def test_anything_else_does(told):
    assert not fit({**ON_FILE, **told}, ON_FILE)
