"""Roles and states of the company as JSON documents, and back; what a later version adds and an old row lacks has its default."""

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, TypeVar

from flexsim.workforce.records import CompanyState, Role, Traits

Record = TypeVar("Record", CompanyState, Role, Traits)


def document(record: CompanyState | Role) -> dict[str, Any]:
    """A record as JSON can hold it."""
    return asdict(record)


def state(found: Mapping[str, Any]) -> CompanyState:
    """The state of the company in a document."""
    return CompanyState(**_known(CompanyState, found))


def role(found: Mapping[str, Any]) -> Role:
    """The role in a document."""
    known = _known(Role, found)
    lists = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
    return Role(**known | lists | {"traits": Traits(**_known(Traits, found.get("traits", {})))})


def _known(kind: type[Record], found: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(kind)}
    return {name: value for name, value in found.items() if name in names}
