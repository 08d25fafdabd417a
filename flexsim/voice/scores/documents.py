"""JSON as a crash leaves it, and what of it is as it should be.

A document that breaks off is read as far as its list goes; an entry that is not as it should be is left out, and counted.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from flexsim.voice.scores.recording import FunctionCall, Kind, Side, Utterance

Entry = TypeVar("Entry")

_LONGEST: Final = 86_400.0  # seconds into a conversation, of which none lasts a day


class Broken(Exception):  # noqa: N818 -- it reads as what happened
    """Nothing of a document can be used; says why."""


def entries(text: str, key: str, read: Callable[[Any], Entry]) -> tuple[list[Entry], list[str]]:
    """The entries of the list under ``key``, and what is to be said of those that are missing; raises Broken."""
    found, whole = _listed(text, key)
    good, bad = [], 0
    for each in found:
        try:
            good.append(read(each))
        except (AttributeError, KeyError, TypeError, ValueError):
            bad += 1
    notes = [] if whole else [f"breaks off after {len(found)} {key}"]
    if bad:
        notes.append(f"{bad} of {len(found)} {key} are not as they should be, and left out")
    return good, notes


def _listed(text: str, key: str) -> tuple[Sequence[Any], bool]:
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise Broken("is nested too deeply") from error
    except ValueError:
        found = list(_recovered(text, key))
        if not found:
            raise Broken("is no JSON, and nothing of it can be read") from None
        return found, False
    listed = document.get(key) if isinstance(document, Mapping) else None
    if not isinstance(listed, list):
        raise Broken(f"has no list of {key}")
    return listed, True


def _recovered(text: str, key: str) -> Iterator[Any]:
    """The objects of a list that is not closed, one after the other, until one breaks off."""
    at = text.find("[", text.find(f'"{key}"'))
    if at < 0 or f'"{key}"' not in text:
        return
    decoder = json.JSONDecoder()
    while (at := text.find("{", at)) >= 0:
        try:
            found, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield found


def metadata(text: str) -> Mapping[str, Any]:
    """The metadata's object; raises Broken."""
    try:
        found = json.loads(text)
    except RecursionError as error:
        raise Broken("is nested too deeply") from error
    except ValueError as error:
        raise Broken("is no JSON") from error
    if not isinstance(found, Mapping):
        raise Broken("is no JSON object")
    return found


def utterance(entry: Any) -> Utterance:
    """An entry of ``transcript.json``; raises whatever is wrong with it."""
    heard = entry.get("heard")
    heard = heard if isinstance(heard, Mapping) else {}
    start, end = _seconds(entry["start"]), _seconds(entry.get("sound_end", entry["end"]))
    if end < start:
        raise ValueError(entry)
    understood = heard.get("understood")
    return Utterance(
        side=Side(entry["speaker"]),
        text=str(entry.get("text") or ""),
        start=start,
        end=end,
        interrupted=entry.get("interrupted") is True,
        kind=Kind(entry.get("kind", Kind.TURN)),
        item_id=str(entry.get("item_id") or ""),
        heard=None if heard.get("text") is None else str(heard["text"]),
        understood=understood if isinstance(understood, bool) else None,
    )


def function_call(entry: Any) -> FunctionCall:
    """An entry of ``function_calls.json``; raises whatever is wrong with it."""
    error = entry.get("error")
    return FunctionCall(
        at=_seconds(entry["at"]),
        side=Side(entry["side"]),
        call_id=str(entry.get("call_id") or ""),
        name=str(entry["name"]),
        arguments=entry.get("arguments"),
        result=entry.get("result"),
        error=None if error is None else str(error),
        duration=_seconds(entry.get("duration") or 0.0),
    )


def session_event(entry: Any) -> Mapping[str, Any]:
    """An entry of ``session_events.json`` that declares functions of the agent's; raises whatever is wrong with it."""
    if entry["side"] != Side.AGENT or entry["event"]["type"] != "session.update":
        return {}
    found = entry["event"]["session"]
    if not isinstance(found, Mapping):
        raise TypeError("a session's settings are an object")
    return found


def functions(sessions: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The agent's functions by name, with the schema of their arguments, as its session was last told; None where it was not."""
    found = None
    for session in sessions:
        tools = session.get("tools")
        if isinstance(tools, list):
            found = {
                str(each["name"]): each.get("parameters")
                for each in tools
                if isinstance(each, Mapping) and "name" in each
            }
    return found


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LONGEST:
        raise ValueError(value)
    return float(value)
