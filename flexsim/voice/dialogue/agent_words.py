"""How an agent words its questions, what it reads back, and what its functions gave. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flexsim.voice.dialogue import values
from flexsim.voice.dialogue.language import Wording
from flexsim.voice.dialogue.slots import figures_wanted
from flexsim.voice.dialogue.task import Task

_TOGETHER: Final = "agent.ask.name+date_of_birth"


def ask(wording: Wording, task: Task, names: Sequence[str]) -> str:
    """The question for what is missing: for the whole of what came by halves, else for it."""
    language = wording.language
    if len(names) > 1:
        return wording.say(_TOGETHER)
    name = names[0]
    schema = task.schemas[name]
    half = task.halves.pop(name, None)
    if half and (count := figures_wanted(schema)):
        return wording.say("agent.partial.digits", got=half, count=str(count), slot=language.spoken(name))
    if half is not None:
        return wording.say("agent.partial.*", slot=language.spoken(name))
    options = language.listed_or([language.spoken(str(each)) for each in schema.get("enum", ())])
    return wording.or_else(f"agent.ask.{name}", "agent.ask.*", slot=_called(wording, name, schema), options=options)


def _called(wording: Wording, name: str, schema: Mapping[str, Any]) -> str:
    """An argument's name as it is said; of one that the language does not know, the words of the name itself."""
    if name in wording.language.words:
        return wording.language.words[name]
    return str(schema.get("title") or wording.language.spoken(name)).lower()


def together(task: Task, names: Sequence[str], wording: Wording) -> Sequence[str]:
    """How many of ``names`` may be asked for in one question: the first, or name and date of birth."""
    pair = tuple(names[:2]) == ("name", "date_of_birth") and not task.halves
    return names[:2] if pair and wording.has(_TOGETHER) else names[:1]


def confirm(wording: Wording, task: Task, profile: Mapping[str, Any]) -> str:
    """What will be done, read back."""
    said = _said(wording, {**_address(profile), **task.values})
    if "injured" in task.values:
        said["injured"] = wording.say(f"agent.injured.{'true' if task.values['injured'] else 'false'}")
    together_said = values.said_together(task.values, wording.language)
    return wording.or_else(f"agent.confirm.{task.tool.name}", "agent.confirm.*", values=together_said, **said)


def told(wording: Wording, task: Task, output: Mapping[str, Any]) -> str:
    """What came of it."""
    said = _said(wording, {**task.values, **output})
    if "transactions" in output:
        said["transactions"] = values.transactions(output["transactions"], wording.language)
    together_said = values.said_together(output, wording.language) or wording.language.words["nothing"]
    return wording.or_else(f"agent.told.{task.tool.name}", "agent.told.*", values=together_said, **said)


def refused(wording: Wording, output: Mapping[str, Any]) -> str:
    """Why it was not done."""
    said = _said(wording, {key: value for key, value in output.items() if key != "refused"})
    why = wording.language.spoken(str(output["refused"]))
    return wording.or_else(f"agent.refused.{output['refused']}", "agent.refused.*", why=why, **said)


def _address(profile: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"address": profile["address"]} if "address" in profile else {}


def _said(wording: Wording, found: Mapping[str, Any]) -> dict[str, str]:
    return {name: values.say(name, value, wording.language) for name, value in found.items() if name.isidentifier()}
