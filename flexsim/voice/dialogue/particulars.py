"""Whether somebody is who they say: particulars told on the telephone, against those on file. Pure."""

from collections.abc import Mapping
from typing import Any


def fit(told: Mapping[str, Any], on_file: Mapping[str, Any]) -> bool:
    """Whether name (letter case and spaces aside) and date of birth are those on file."""
    return _plain(told["name"]) == _plain(on_file["name"]) and told["date_of_birth"] == on_file["date_of_birth"]


def _plain(name: str) -> str:
    return "".join(name.casefold().split())
