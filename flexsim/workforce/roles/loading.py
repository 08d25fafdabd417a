"""Reads roles: the seven that come with flexsim, or a file of your own in the same form, checked against the published schema."""

import functools
import json
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any, Final

from flexsim.domain.problems import Problem, hint, path_text
from flexsim.domain.schema import problems_under
from flexsim.domain.yaml_text import Document, read_yaml
from flexsim.errors import ConfigurationError
from flexsim.workforce.company.repertoire import ACTIONS
from flexsim.workforce.records import DECIDES, SUMMARISES, Role, Traits

PLACES: Final = (
    "name",
    "title",
    "goals",
    "responsibilities",
    "capabilities",
    "traits",
    "scenario",
    "actions",
)  # in a prompt

_LONGEST: Final = 1_000_000  # characters of a file
_ROOM: Final = "flexsim.workforce.roles"


def schema_text() -> str:
    """The schema of a file of roles, as published (draft 2020-12)."""
    return resources.files(_ROOM).joinpath("roles.schema.json").read_text(encoding="utf-8")


@functools.cache
def seven_roles() -> tuple[Role, ...]:
    """The roles that come with flexsim, who speaks first first."""
    text = resources.files(_ROOM).joinpath("seven.yaml").read_text(encoding="utf-8")
    return roles_of(text, "seven.yaml")


def read_roles(path: Path) -> tuple[Role, ...]:
    """The roles in the file, who speaks first first; raises ConfigurationError with the line of everything that is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(f"cannot read {path}: {reason}") from error
    return roles_of(text, str(path))


def roles_of(text: str, where: str) -> tuple[Role, ...]:
    """The roles that the text describes, in the order in which they speak; ``where`` names it in errors."""
    if len(text) > _LONGEST:
        raise ConfigurationError(f"{where} has {len(text):,} characters; {_LONGEST:,} are read")
    document = read_yaml(text, where)
    problems = problems_under(json.loads(schema_text()), document.value)
    _raise_on(problems, document)
    _raise_on(_faults(document.value["roles"]), document)
    return tuple(sorted(map(_role, document.value["roles"]), key=lambda role: role.priority))


def _raise_on(problems: list[Problem], document: Document) -> None:
    if problems:
        lines = [
            f"{document.where}, line {document.line(each.path)}: {path_text(each.path)} {each.message}"
            for each in problems
        ]
        raise ConfigurationError("\n  ".join(lines))


def _faults(roles: list[dict[str, Any]]) -> list[Problem]:
    """What a schema cannot say: names twice, capabilities and places in a prompt that there are not."""
    found, names = [], set()
    for index, role in enumerate(roles):
        place = ("roles", index)
        if role["name"] in names:
            found.append(Problem(path=(*place, "name"), message=f"is there twice: {role['name']!r}"))
        names.add(role["name"])
        for at, each in enumerate(role["capabilities"]):
            if each not in ACTIONS and each not in {DECIDES, SUMMARISES}:
                known = [*ACTIONS, DECIDES, SUMMARISES]
                found.append(
                    Problem(path=(*place, "capabilities", at), message=f"is no action: {each!r}{hint(each, known)}")
                )
        if fault := _fault_of_prompt(role.get("prompt", "")):
            found.append(Problem(path=(*place, "prompt"), message=fault))
    return found


def _fault_of_prompt(prompt: str) -> str | None:
    template = Template(prompt)
    if not template.is_valid():
        return "holds a $ that begins no place; write $$ for a dollar"
    unknown = [each for each in template.get_identifiers() if each not in PLACES]
    return f"has no place named ${unknown[0]}{hint(unknown[0], PLACES)}" if unknown else None


def _role(document: dict[str, Any]) -> Role:
    texts = {name: tuple(document[name]) for name in ("goals", "responsibilities", "capabilities")}
    traits = Traits(**{name: float(value) for name, value in document.get("traits", {}).items()})
    return Role(
        name=document["name"], title=document["title"], traits=traits, priority=document["priority"],
        prompt=document.get("prompt", ""), **texts,
    )  # fmt: skip


def decider(roles: tuple[Role, ...]) -> Role:
    """Who decides: the first who can, else the one who speaks last; raises ConfigurationError where there is nobody."""
    if not roles:
        raise ConfigurationError("nobody takes part: there has to be at least one role")
    return next((role for role in roles if DECIDES in role.capabilities), roles[-1])
