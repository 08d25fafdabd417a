"""Sessions and turns as JSON documents, and back. Pure."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flexsim.errors import ConfigurationError
from flexsim.workforce.records import Decision, Memory, MemoryKind, Message, Proposal, Session, Turn, Usage
from flexsim.workforce.store.documents import role, state


def session_document(session: Session) -> dict[str, Any]:
    """A session as JSON can hold it."""
    return asdict(session)


def turn_document(turn: Turn) -> dict[str, Any]:
    """A turn as JSON can hold it."""
    return asdict(turn)


def session_of(document: Mapping[str, Any], where: str) -> Session:
    """The session in a document; raises ConfigurationError naming ``where`` that is none."""
    try:
        return Session(
            id=str(document["id"]), scenario=str(document["scenario"]), seed=int(document["seed"]),
            mind=str(document["mind"]), roles=tuple(role(each) for each in document["roles"]),
            beginning=state(document["beginning"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(f"{where} is not a session of the workforce: {_told(error)}") from error


def turn_of(document: Mapping[str, Any], where: str) -> Turn:
    """The turn in a document; raises ConfigurationError naming ``where`` that is none."""
    try:
        return Turn(
            number=int(document["number"]),
            messages=tuple(_message(each) for each in document["messages"]),
            decisions=tuple(_decision(each) for each in document["decisions"]),
            state=state(document["state"]),
            summary=str(document["summary"]),
            memories=tuple(_memory(each) for each in document["memories"]),
            usage=Usage(**document["usage"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigurationError(f"{where} is not a turn of the workforce: {_told(error)}") from error


def _message(document: Mapping[str, Any]) -> Message:
    return Message(**{**document, "recipients": tuple(document["recipients"])})


def _decision(document: Mapping[str, Any]) -> Decision:
    return Decision(**{**document, "proposal": Proposal(**document["proposal"])})


def _memory(document: Mapping[str, Any]) -> Memory:
    return Memory(**{**document, "kind": MemoryKind(document["kind"])})


def _told(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error).splitlines()[0]
