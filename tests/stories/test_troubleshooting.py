"""The page about messages is about messages that there are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
MESSAGES = re.findall("^### `(.+)`$", PAGE, re.MULTILINE)


@pytest.fixture(scope="module")
def source():
    """The program's text, with the pieces of messages that stand on several lines put together."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "flexsim").rglob("*.py")))
    return re.sub(r'"\s*\n\s*f?"', "", text)


@pytest.mark.parametrize("message", MESSAGES)
def test_the_message_is_one_that_flexsim_says(message, source):
    assert message in source


def test_there_is_something_about_each_group_of_exit_codes():
    assert len(MESSAGES) >= 18
    assert all(f"{code} " in PAGE for code in (0, 1, 2, 3, 4, 130))
