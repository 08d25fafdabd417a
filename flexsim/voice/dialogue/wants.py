"""What a caller wants, read from the words of its goal: functions to be done, topics to be asked about. Pure."""

from dataclasses import dataclass

from flexsim.voice.dialogue.instructions import CallerRole
from flexsim.voice.dialogue.languages import language_of
from flexsim.voice.dialogue.meaning import understand


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """``kind`` is ``skill`` or ``topic`` with its ``name``, or ``words`` where the goal's own words are all there is."""

    kind: str
    name: str
    words: str

    @property
    def key(self) -> str:
        """Under which the language has phrases for it."""
        return "*" if self.kind == "words" else self.name if self.kind == "skill" else f"topic.{self.name}"


# Goals are written in English, whatever language the caller speaks.
_CODE = "en"


def primary(role: CallerRole) -> Want:
    """The reason of the call: rather something to be done than a question."""
    return _want(role.goal.primary, ("skill", "topic"))


def secondary(role: CallerRole) -> list[Want]:
    """What it also wants: rather an answer than something else to be done."""
    return [_want(words, ("topic", "skill")) for words in role.goal.secondary]


def _want(words: str, kinds: tuple[str, str]) -> Want:
    meaning = understand(words, language_of(_CODE).code)
    for kind in kinds:
        if names := meaning.of(kind):
            return Want(kind=kind, name=names[0], words=words)
    return Want(kind="words", name="", words=words)
