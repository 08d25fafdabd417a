"""What a caller knows, as answers: whole, half, or none at all; and whether what is read back to it is right. Pure."""

import re
from collections.abc import Mapping
from typing import Final

from flexsim.voice.dialogue import values
from flexsim.voice.dialogue.language import Wording, digits
from flexsim.voice.dialogue.meaning import Meaning

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_QUESTION: Final = re.compile(r"[^.?!]*\?")
_TRUTHS: Final = {"yes": "somebody_hurt", "true": "somebody_hurt", "no": "nobody_hurt", "false": "nobody_hurt"}
_OPTIONS: Final = ("from_account", "to_account", "card", "account", "kind")


class Facts:
    """The caller's facts by the name of what is asked for; labels are taken with spaces or underscores alike."""

    __slots__ = ("_found", "_wording")

    def __init__(self, facts: Mapping[str, str], wording: Wording) -> None:
        self._found = {label.strip().lower().replace(" ", "_"): value for label, value in facts.items()}
        self._wording = wording

    def said(self) -> dict[str, str]:
        """All of them as they are said, for phrases; what is not known is ``one``."""
        return _Known({name: self._value(name) for name in self._found}, self._wording.language.words["unknown_fact"])

    def named_in(self, meaning: Meaning) -> tuple[str, ...]:
        """The facts whose label is in a question that no cue knows."""
        asked = " ".join(_QUESTION.findall(meaning.plain))
        return tuple(name for name in self._found if re.search(rf"\b{re.escape(name.replace('_', ' '))}\b", asked))

    def whole(self, name: str) -> str:
        """The whole answer."""
        if name not in self._found:
            return self._wording.say("caller.unknown")
        if name == "injured":
            truth = _TRUTHS.get(self._found[name].lower(), "nobody_hurt")
            return self._wording.say("caller.answer.injured", value=self._wording.say(f"caller.{truth}"))
        return self._wording.or_else(f"caller.answer.{name}", "caller.answer.*", value=self._value(name))

    def half(self, name: str) -> str:
        """A part of the answer, or none yet."""
        value = self._found.get(name, "")
        if name == "name" and " " in value:
            return self._wording.say("caller.half.name", value=value.partition(" ")[0])
        if _DAY.fullmatch(value):
            month = self._wording.language.numbers.say_month(value)
            return self._wording.or_else(f"caller.half.{name}", "caller.half.*", value=month)
        if value.isdigit() and len(value) >= 4 and name != "amount":
            return self._wording.say("caller.half.digits", value=digits(value[: len(value) // 2]))
        return self._wording.say("caller.half.*")

    def wrong_in(self, meaning: Meaning) -> str | None:
        """The first fact that what was read back has otherwise; None where all is right."""
        return next((name for name in self._found if self._is_wrong(name, meaning)), None)

    def _is_wrong(self, name: str, meaning: Meaning) -> bool:
        value = self._found[name]
        if name == "amount":
            return bool(meaning.amounts) and float(value) not in meaning.amounts
        if name == "date":
            return bool(meaning.dates) and value not in meaning.dates
        if name == "injured":
            said = meaning.shows & set(_TRUTHS.values())
            return bool(said) and _TRUTHS.get(value.lower(), "nobody_hurt") not in said
        if name in {"from_account", "to_account"}:
            lead = re.search(self._wording.language.cues[name.partition("_")[0]], meaning.plain)
            return lead is not None and not self._is(value, lead[0]) and self._any_option(lead[0])
        return False

    def _is(self, option: str, text: str) -> bool:
        cue = self._wording.language.cues.get(f"value.{option}", rf"\b{re.escape(option)}\b")
        return re.search(cue, text) is not None

    def _any_option(self, text: str) -> bool:
        return any(self._is(self._found[name], text) for name in _OPTIONS if name in self._found)

    def _value(self, name: str) -> str:
        return values.say(name, self._found[name], self._wording.language)


class _Known(dict[str, str]):
    """Values for phrases, with one for all that are missing."""

    def __init__(self, known: Mapping[str, str], missing: str) -> None:
        super().__init__(known)
        self._missing = missing

    def __missing__(self, key: str) -> str:
        return self._missing
