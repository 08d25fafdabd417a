"""What a sentence says, as far as a mind cares: cues that match, what is asked for, figures, amounts, dates, a name. Pure.

Made for what the minds here say, and for what people say like it; cut-off sentences give what there is of them.
"""

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flexsim.voice.dialogue.language import Language
from flexsim.voice.dialogue.languages import language_of

_SENTENCE: Final = re.compile(r"[^.?!]+[.?!]*")
_FIGURES: Final = re.compile(r"\d(?:[ ,-]{0,2}\d)+")  # one alone is no run: "one moment"
_ANSWERS: Final = frozenset({"yes", "no"})
_LIGHT: Final = frozenset({"impatient", "back_channel"})
_REMEMBERED: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """``shows`` are the keys of the cues that match; ``asks`` the slots asked for; ``figures`` runs of figures."""

    text: str
    plain: str = ""  # in lower case
    counted: str = ""  # the same with number words as figures
    shows: frozenset[str] = frozenset()
    asks: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    amounts: tuple[float, ...] = ()
    dates: tuple[str, ...] = ()

    def of(self, prefix: str) -> tuple[str, ...]:
        """What comes after ``prefix.`` in the keys that match, in order of name."""
        return tuple(sorted(each.removeprefix(f"{prefix}.") for each in self.shows if each.startswith(f"{prefix}.")))

    def is_question(self) -> bool:
        return "?" in self.text


@functools.lru_cache(maxsize=_REMEMBERED)
def understand(text: str, code: str) -> Meaning:
    """What ``text`` says in the language of this code."""
    language = language_of(code)
    plain = text.lower().replace("\u2019", "'")
    counted = language.numbers.numerals(plain)
    cues = _compiled(code)
    shows = frozenset(key for key, cue in cues if cue.search(plain))
    if "impatient" in shows:  # "yes, yes, I know" answers nothing
        shows -= _ANSWERS
    dates, amounts = language.numbers.dates(counted), language.numbers.amounts(counted)
    return Meaning(
        text=text,
        plain=plain,
        counted=counted,
        shows=shows,
        asks=_asks(plain, code) if "ask" in shows else (),
        figures=_figures(counted, {str(int(each)) for each in amounts} | {each[:4] for each in dates}),
        amounts=amounts,
        dates=dates,
    )


def understand_all(texts: Sequence[str], code: str) -> Meaning:
    """What several utterances say together; mere impatience and mm-hm are left out where there is anything else."""
    weighty = [each for each in texts if not understand(each, code).shows & _LIGHT] if len(texts) > 1 else texts
    return understand(" ".join(weighty or texts), code)


def name_in(meaning: Meaning, language: Language, *, asked: bool) -> str:
    """The name that somebody gives: after ``my name is``, or, where it was asked for, all there is; else nothing."""
    lead = re.search(language.cues["my_name"], meaning.text, re.IGNORECASE)
    if lead is None and not asked:
        return ""
    text = (
        meaning.text[lead.end() :]
        if lead
        else re.sub(language.cues["is_name"], "", meaning.text, count=1, flags=re.IGNORECASE)
    )
    words = []
    for word in re.findall(r"[^\s,.?!]+[,.?!]*", text):
        bare = word.rstrip(",.?!")
        if not bare[:1].isupper() or bare.lower() in language.never_names:
            break
        words.append(bare)
        if word != bare:
            break
    return " ".join(words)


def _figures(counted: str, others: set[str]) -> tuple[str, ...]:
    """The runs of figures that are no amounts and no years of dates."""
    runs = ("".join(re.findall(r"\d", run)) for run in _FIGURES.findall(counted))
    return tuple(run for run in runs if run not in others)


@functools.cache
def _compiled(code: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((key, re.compile(pattern)) for key, pattern in language_of(code).cues.items())


@functools.cache
def _slots(code: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((key.removeprefix("slot."), cue) for key, cue in _compiled(code) if key.startswith("slot."))


def _asks(plain: str, code: str) -> tuple[str, ...]:
    """The slots that sentences ask for, in the order in which they are named."""
    ask = dict(_compiled(code))["ask"]
    found: dict[str, int] = {}
    for sentence in _SENTENCE.finditer(plain):
        if ask.search(sentence[0]):
            for slot, cue in _slots(code):
                if match := cue.search(sentence[0]):
                    found.setdefault(slot, sentence.start() + match.start())
    return tuple(sorted(found, key=found.__getitem__))
