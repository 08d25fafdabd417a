"""Sessions and turns as JSON documents, and back. Pure."""

import functools
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeVar

from flexsim.errors import ConfigurationError
from flexsim.workforce.records import Session, Turn

Record = TypeVar("Record", Session, Turn)


def session_document(session: Session) -> dict[str, Any]:
    """A session as JSON can hold it."""
    return asdict(session)


def turn_document(turn: Turn) -> dict[str, Any]:
    """A turn as JSON can hold it."""
    return asdict(turn)


def session_of(document: Mapping[str, Any], where: str) -> Session:
    """The session in a document; raises ConfigurationError naming ``where`` that is none."""
    return _read(Session, document, f"{where} is not a session of the workforce")


def turn_of(document: Mapping[str, Any], where: str) -> Turn:
    """The turn in a document; raises ConfigurationError naming ``where`` that is none."""
    return _read(Turn, document, f"{where} is not a turn of the workforce")


def _read(kind: type[Record], document: Mapping[str, Any], refusal: str) -> Record:
    from pydantic import ValidationError  # noqa: PLC0415 -- 100 ms that who only writes does not need

    try:
        found: Record = _readers()[kind].validate_python(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "it"
        raise ConfigurationError(f"{refusal}: {place:.100}: {first['msg'].lower()}") from error
    return found


@functools.cache
def _readers() -> Mapping[type, Any]:
    from pydantic import TypeAdapter  # noqa: PLC0415 -- as above

    return {kind: TypeAdapter(kind) for kind in (Session, Turn)}
