"""The form of a model's answers: the schemas that it is given, and how an answer is read and checked against them. Pure."""

import functools
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from jsonschema import Draft202012Validator

from flexsim.workforce.company.repertoire import ACTIONS
from flexsim.workforce.minds.mind import Position, Utterance, View
from flexsim.workforce.records import Proposal

_FENCE: Final = re.compile(r"\s*```(?:json)?\s*(.*?)\s*```\s*", re.DOTALL)
_TEXT: Final = re.compile(r'"text"\s*:\s*"((?:[^"\\]|\\.)*)')
_LONGEST: Final = 4000  # characters of a text


class NotUsableError(Exception):
    """An answer that is not what was asked for; the message tells the model, and then the user, why."""


def speech_schema(view: View) -> dict[str, Any]:
    """Of what a role says in its wave: strict, so every property is required and no other allowed."""
    kinds = [kind for kind in view.role.capabilities if kind in ACTIONS]
    proposal = _object(
        kind={"type": "string", "enum": kinds or list(ACTIONS)}, amount={"type": "number"}, reason={"type": "string"}
    )
    others = [role.name for role in view.roles if role.name != view.role.name]
    return _object(
        text={"type": "string", "description": "What you say, in a few sentences."},
        to={"type": "array", "items": {"type": "string", "enum": others}, "description": "To whom; empty: to all."},
        proposals={"type": "array", "items": proposal},
    )


def stances_schema(count: int) -> dict[str, Any]:
    """Of what a role thinks of so many proposals."""
    position = _object(
        proposal={"type": "integer", "minimum": 1, "maximum": count},
        stance={"type": "number", "minimum": -1, "maximum": 1},
        reason={"type": "string"},
    )
    return _object(text={"type": "string"}, positions={"type": "array", "items": position})


def _object(**properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def speech(text: str, view: View) -> Utterance:
    """The utterance in an answer; raises NotUsableError."""
    found = _checked(text, speech_schema(view))
    proposals = tuple(
        Proposal(
            role=view.role.name, kind=each["kind"], amount=ACTIONS[each["kind"]].amount(float(each["amount"])),
            reason=each["reason"],
        )
        for each in found["proposals"]
    )  # fmt: skip
    return Utterance(
        role=view.role.name, recipients=tuple(dict.fromkeys(found["to"])), text=found["text"], proposals=proposals
    )


def stances(text: str, view: View, proposals: Sequence[Proposal]) -> Utterance:
    """The positions in an answer, on the ``proposals`` by their number from 1; raises NotUsableError."""
    found = _checked(text, stances_schema(len(proposals)))
    positions = {
        each["proposal"]: Position(
            role=view.role.name,
            proposal=proposals[each["proposal"] - 1],
            stance=float(each["stance"]),
            reason=each["reason"],
        )
        for each in found["positions"]
    }
    to = tuple(dict.fromkeys(each.proposal.role for each in positions.values()))
    return Utterance(role=view.role.name, recipients=to, text=found["text"], positions=tuple(positions.values()))


def _checked(text: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    fenced = _FENCE.fullmatch(text)
    try:
        document = json.loads(fenced[1] if fenced else text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotUsableError(f"it is not JSON: {error}" if text.strip() else "it is empty") from error
    problems = list(_validator(json.dumps(schema, sort_keys=True)).iter_errors(document))
    if problems:
        where = "/".join(map(str, problems[0].absolute_path)) or "the whole"
        raise NotUsableError(f"it does not fit the schema, {where}: {problems[0].message[:300]}")
    assert isinstance(document, dict)
    if len(document["text"]) > _LONGEST:
        raise NotUsableError(f"the text has {len(document['text']):,} characters; {_LONGEST:,} are read")
    return document


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON's")


@functools.lru_cache(maxsize=200)
def _validator(schema: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema))


def text_so_far(raw: str) -> str:
    """What the role says, as far as an answer that is still coming holds it."""
    found = _TEXT.search(raw)
    if found is None:
        return ""
    for part in (found[1], found[1].rpartition("\\")[0]):  # without an escape that is cut in two, or a half of a pair
        try:
            return str(json.loads(f'"{part}"', strict=False))
        except ValueError:
            continue
    return ""
