"""The mind behind a caller: says why it calls, answers as its facts and its character have it, asks what else it wants.

What goes wrong adds up: a question asked again 1, not having understood 1, to decline a human 1, something failed or refused
2. Beyond its patience the caller asks for a human, or hangs up; it also hangs up when it is told that nobody can help it, after
its turns are used up, and when all is done. It says nothing where it is told to wait, and after it has interrupted. Where both
began at once, it says again what was cut off.
"""

from collections.abc import Sequence
from typing import Final

from flexsim.randomness import Generator
from flexsim.voice.dialogue import wants
from flexsim.voice.dialogue.facts import Facts
from flexsim.voice.dialogue.instructions import CallerRole
from flexsim.voice.dialogue.interjecting import Interjecting
from flexsim.voice.dialogue.language import Wording
from flexsim.voice.dialogue.languages import language_of
from flexsim.voice.dialogue.meaning import Meaning, understand, understand_all
from flexsim.voice.dialogue.tones import tone_of
from flexsim.voice.dialogue.tools import FINISHED, GAVE_UP, HANG_UP, HUMAN, NOBODY_THERE, OUT_OF_TURNS
from flexsim.voice.dialogue.wants import Want
from flexsim.voice.ports import Heard, Interjection, Reply, Tool, ToolCall, ToolResult, Written

_GIVES_WAY_FOR: Final = (2.0, 3.0)  # seconds in which the other may go on with what was cut off
_ANSWERABLE: Final = frozenset(
    {"ask", "confirm", "else", "offer_human", "greeting", "more", "repeat", "bye", "still_there"}
)
_HANGS_UP_AT_ONCE: Final = 0.3  # the chance, when patience has run out, not to ask for a human first
_SILENCES: Final = 2  # turns of nobody's, until it hangs up


class CallerMind:
    """One caller in one conversation."""

    def __init__(self, role: CallerRole, tools: Sequence[Tool], generator: Generator) -> None:
        self.role = role
        self._language = language_of(role.persona.language)
        self._wording = Wording(self._language, generator, tone_of(role.persona))
        self._generator = generator
        self._facts = Facts(role.facts, self._wording)
        self._can_hang_up = any(each.name == HANG_UP for each in tools)
        self._primary = wants.primary(role)
        self._secondary = wants.secondary(role)
        self._stated = False  # why it calls
        self._done = False  # what it calls for, or refused for good
        self._annoyance = 0
        self._turns = 0
        self._silences = 0
        self._asked: set[str] = set()  # what it was asked for before
        self._terms: set[str] = set()  # technical words that it has met
        self._wants_human = self._primary.name == HUMAN
        self._leaving = ""
        self._interjecting = Interjecting(role.persona, self._wording, generator)
        self._last = self._meant = ""  # what it said last, and when it did not only ask again
        self._unheard = ""  # of that, if the other cut it off
        self._waits = 0.0  # seconds that it lets pass beyond its own
        self._assures = ""  # that it is there, before what it says
        self._pleads = False  # it only asks for the other's words again
        self._gave_way = False  # it has just said again what was cut off

    # --- what the engine asks ------------------------------------------------------------------------------------------

    def reply(self, news: Sequence[Heard | Written | ToolResult]) -> Reply:
        spoken = [each for each in news if not isinstance(each, ToolResult)]
        if news and not spoken:
            return Reply()
        self._waits, self._assures, self._pleads = 0.0, "", False
        text = self._answer(spoken)
        calls = self._hang_up() if self._leaving else ()
        if not text and not self._assures:
            return Reply(calls=calls)
        self._turns += 1
        self._last = text
        if not self._pleads:
            self._meant = text
        text = f"{self._assures} {text}".strip()
        after = self.role.persona.answering.draw(self._generator) + self._waits
        return Reply(text=text, calls=calls, after=after)

    def overhear(self) -> Interjection | None:
        """Into the greeting it says why it calls; later, that it has no time."""
        return self._interjecting.draw(None if self._stated else self._problem)

    def cut_off(self, said: str) -> None:
        self._unheard = "" if self._last in said else self._last

    def _hang_up(self) -> tuple[ToolCall, ...]:
        return (ToolCall(name=HANG_UP, arguments={"reason": self._leaving}),) if self._can_hang_up else ()

    # --- what it answers -----------------------------------------------------------------------------------------------

    def _answer(self, spoken: Sequence[Heard | Written]) -> str:
        if self._leaving:
            return ""
        if not spoken:
            return self._on_silence()
        self._silences = 0
        understood = [each for each in spoken if not isinstance(each, Heard) or each.understood]
        for each in understood:
            self._note(understand(each.text, self._language.code))
        yielded = self._after_speaking_at_once(spoken)
        if yielded is not None:
            return yielded
        if self._turns >= self.role.goal.max_turns:
            return self._leave(OUT_OF_TURNS, "caller.out_of_turns")
        if not understood:
            return self._annoyed(1) or self._ask_again()
        whole = [each for each in understood if not isinstance(each, Heard) or each.complete] or understood
        return self._reaction(understand_all([each.text for each in whole], self._language.code))

    def _after_speaking_at_once(self, spoken: Sequence[Heard | Written]) -> str | None:
        """Both spoke: who interrupted lets the other answer, who was cut off says it again, once."""
        interrupted, states = self._interjecting.said(spoken)
        self._stated = self._stated or states
        unheard, gave_way, self._gave_way = self._unheard, self._gave_way, False
        last = spoken[-1]
        if not isinstance(last, Heard) or (last.complete and last.understood):
            return None
        if interrupted:
            self._last = self._meant = interrupted
            return ""
        if unheard and not gave_way:
            self._unheard, self._gave_way = "", True
            return unheard
        if last.understood and not understand(last.text, self._language.code).shows & _ANSWERABLE:
            self._waits = self._generator.uniform(*_GIVES_WAY_FOR)  # the other will go on; if not, it asks
            return self._ask_again()
        return None

    def _ask_again(self) -> str:
        self._pleads = True
        return self._wording.say("caller.repeat")

    def _on_silence(self) -> str:
        """It is asked to speak though nobody has: it opens the call, or the line is dead."""
        self._silences += 1
        if self._silences > _SILENCES:
            return self._leave(NOBODY_THERE, "caller.gave_up")
        return self._wording.say("caller.still_there" if self._turns else "caller.hello")

    def _note(self, meaning: Meaning) -> None:
        """What was reported as done counts even where the rest was not heard; and who is asked has been understood."""
        reported = meaning.of("told")
        self._stated = self._stated or bool(meaning.asks or reported)
        if self._primary.name in reported or (self._primary.kind == "words" and "told" in meaning.shows):
            self._done = True
        if self._primary.kind == "topic" and self._stated and "else" in meaning.shows:
            self._done = True
        self._secondary = [each for each in self._secondary if each.kind != "skill" or each.name not in reported]

    def _reaction(self, meaning: Meaning) -> str:
        for react in (
            self._to_farewell,
            self._to_waiting,
            self._to_terms,
            self._to_questions,
            self._to_refusal,
            self._to_news,
        ):
            answer = react(meaning)
            if answer is not None:
                return answer
        if not self._stated:
            return self._state()
        return self._annoyed(1) or self._wording.say("caller.what")

    def _to_farewell(self, meaning: Meaning) -> str | None:
        shows = meaning.shows
        if "bye" in shows and "else" not in shows:
            return self._leave(FINISHED if self._done else GAVE_UP, "caller.bye")
        return "" if "handover" in shows and "failed" not in shows else None

    def _to_waiting(self, meaning: Meaning) -> str | None:
        """It waits where it is told to; what was cut off by a mm-hm it says again."""
        shows = meaning.shows
        if "back_channel" in shows:
            unheard, self._unheard = self._unheard, ""
            return unheard
        if "hold" in shows and "failed" not in shows and not meaning.is_question():
            return ""
        if "still_there" in shows:
            self._assures = self._wording.say("caller.here")
            return self._last
        return None

    def _to_terms(self, meaning: Meaning) -> str | None:
        """A technical word, the first time: it may have to ask what it means."""
        met = [each for each in self._language.terms if each.lower() in meaning.plain and each not in self._terms]
        self._terms.update(met)
        for term in met:
            if self._generator.random() >= self.role.persona.tech_comfort / 10:
                return self._wording.say("caller.explain", term=term)
        return None

    def _to_questions(self, meaning: Meaning) -> str | None:
        shows = meaning.shows
        if "repeat" in shows:
            return self._annoyed(1) or self._meant or self._state()
        if "offer_human" in shows:
            return self._on_offer(meaning)
        if "confirm" in shows:
            return self._confirm(meaning)
        asked = meaning.asks or (self._facts.named_in(meaning) if meaning.is_question() else ())
        if asked and "else" not in shows:
            return self._give(asked)
        if "change" in shows:
            return self._problem(whole=True)
        return None

    def _to_refusal(self, meaning: Meaning) -> str | None:
        shows = meaning.shows
        if not shows & {"failed", "not_verified"}:
            return None
        angry = self._annoyed(2)
        return angry or (None if shows & {"else", "greeting"} else self._wording.say("caller.okay"))

    def _to_news(self, meaning: Meaning) -> str | None:
        """Something has been told, or it may say what it wants."""
        shows = meaning.shows
        if not self._stated:
            return self._state()
        if self._done and (shows & {"else", "told", "greeting", "more"} or meaning.of("told")):
            return self._next_want()
        if "else" in shows:
            return self._annoyed(2) or self._state()
        if shows & {"greeting", "more"}:
            return self._state()
        return None

    # --- its moves -----------------------------------------------------------------------------------------------------

    def _state(self) -> str:
        self._stated = True
        return self._problem()

    def _problem(self, *, whole: bool = False) -> str:
        """Why it calls; as clear as it is."""
        kind = "problem" if whole or self._is_clear() else "vague"
        return self._phrase(kind, self._primary)

    def _phrase(self, kind: str, want: Want) -> str:
        values = self._facts.said()
        values["goal"] = want.words
        return self._wording.or_else(f"caller.{kind}.{want.key}", f"caller.{kind}.*", **self._filled(values))

    def _filled(self, values: dict[str, str]) -> dict[str, str]:
        return {
            name: values[name] for name in (*values, "card", "account", "from_account", "to_account", "amount", "kind")
        }

    def _next_want(self) -> str:
        if not self._secondary:
            return self._wording.say("caller.done")
        want = self._secondary.pop(0)
        values = self._facts.said()
        values["goal"] = want.words
        key = f"caller.ask.skill.{want.name}" if want.kind == "skill" else f"caller.ask.{want.key}"
        return self._wording.or_else(key, "caller.ask.*", **self._filled(values))

    def _give(self, asked: Sequence[str]) -> str:
        """The answers to what was asked for; to be asked again is annoying."""
        again = self._asked.intersection(asked)
        self._asked.update(asked)
        if again and (angry := self._annoyed(1)):
            return angry
        return " ".join(self._facts.whole(each) if self._is_clear() else self._facts.half(each) for each in asked)

    def _confirm(self, meaning: Meaning) -> str:
        wrong = self._facts.wrong_in(meaning)
        if wrong is None:
            return self._wording.say("caller.yes")
        return self._wording.say("caller.correct", value=self._facts.whole(wrong).rstrip("."))

    def _on_offer(self, meaning: Meaning) -> str:
        """It is offered a human, mostly because something went wrong."""
        if "refused" in meaning.shows and self._stated:
            self._done = True  # there is nothing more to be had of it
        refuses = any("human" in each.says for each in self.role.goal.failure)
        self._annoyance += 2 if meaning.shows & {"failed", "refused", "not_verified"} else 1
        if self._wants_human or not refuses or self._spent():
            return self._wording.say("caller.accept_human")
        if "cannot" in meaning.shows:
            return self._leave(GAVE_UP, "caller.gave_up")
        return self._wording.say("caller.decline_human")

    def _is_clear(self) -> bool:
        return self._generator.random() < self.role.persona.clarity

    # --- its patience --------------------------------------------------------------------------------------------------

    def _spent(self) -> bool:
        return self._annoyance > self.role.persona.patience

    def _annoyed(self, weight: int) -> str:
        """Something went wrong: nothing while patience lasts, then what it says without it."""
        self._annoyance += weight
        if not self._spent():
            return ""
        if self._wants_human or self._generator.random() < _HANGS_UP_AT_ONCE:
            return self._leave(GAVE_UP, "caller.gave_up")
        self._wants_human = True
        return self._wording.say("caller.human")

    def _leave(self, reason: str, key: str) -> str:
        self._leaving = reason
        return self._wording.say(key)
