"""A conversation as lines for whoever watches it: words as they are heard, functions, and how it ended. Nothing is printed here."""

import math
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from rich.markup import escape

from flexsim.voice.conversation.happenings import Called, Connected, Happening, Informed, Said, SpeechBegan
from flexsim.voice.conversation.records import Call, EndReason, Kind, Side, Utterance
from flexsim.voice.conversation.talk import Talk

_COLOURS: Final = {Side.CALLER: "cyan", Side.AGENT: "green"}
_LONGEST: Final = 100  # characters of a function's arguments
ENDINGS: Final[Mapping[str, str]] = {
    EndReason.COMPLETED: "both had said what they wanted to",
    EndReason.CALLER_HUNG_UP: "the caller hung up",
    EndReason.AGENT_HUNG_UP: "the agent hung up",
    EndReason.HANDED_OFF: "the caller was handed to a human",
    EndReason.MAX_TURNS: "there were too many turns",
    EndReason.MAX_DURATION: "it took too long",
    EndReason.TIMEOUT: "nobody said anything any more",
    EndReason.CALLER_LOST: "the caller's session was lost",
    EndReason.AGENT_LOST: "the agent's session was lost",
    EndReason.RECORDER_FAILED: "the recording could not be written any more",
    EndReason.INTERRUPTED: "it was interrupted",
}


def clock(seconds: float) -> str:
    """Minutes and seconds: ``1:07.3``."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"


class Script:
    """Lines in the order in which things began: what is known early waits for what began before it."""

    def __init__(self) -> None:
        self._speaking: deque[float] = deque()  # starts of utterances that are not told yet
        self._waiting: deque[tuple[float, str]] = deque()

    def lines(self, happening: Happening) -> list[str]:
        """What can be said now, in Rich's markup."""
        if isinstance(happening, SpeechBegan):
            self._speaking.append(happening.at)
            return []
        if isinstance(happening, Said):
            self._speaking.popleft()
            before = self._due(happening.utterance.start)
            return [*before, _said(happening.utterance), *self._due(min(self._speaking, default=math.inf))]
        if isinstance(happening, Called):
            self._waiting.append((happening.call.at, _called(happening.call)))
        elif isinstance(happening, Informed):
            self._waiting.append((happening.at, _informed(happening)))
        elif isinstance(happening, Connected):
            return [f"[dim]{escape(happening.conversation_id)}: both sessions are ready[/dim]"]
        else:
            return [*self._due(math.inf), f"{_at(happening.at)} [bold]   end  {ENDINGS[happening.reason]}[/bold]"]
        return self._due(min(self._speaking, default=math.inf))

    def _due(self, until: float) -> list[str]:
        found = []
        while self._waiting and self._waiting[0][0] < until:
            found.append(self._waiting.popleft()[1])
        return found


def _called(call: Call) -> str:
    given = ", ".join(f"{name}={value!r}" for name, value in call.arguments.items())
    answer = f"error: {call.error}" if call.error is not None else _short(str(dict(call.result or {})))
    what = escape(f"{call.name}({_short(given)}) → {answer}")
    return f"{_at(call.at)} [yellow]{call.side:>6}  calls {what}[/yellow]"


def _informed(happening: Informed) -> str:
    return f"{_at(happening.at)} [red]{happening.side:>6}  {escape(happening.text)}[/red]"


def status(talk: Talk) -> str:
    """Who speaks now, and what; in Rich's markup."""
    parts = [
        f"[{_COLOURS[side]}]{side}: {escape(talk.turns.words(side))}…[/{_COLOURS[side]}]"
        for side in Side
        if talk.turns.speaking(side)
    ]
    return f"{_at(talk.frame_time)} " + ("   ".join(parts) or "[dim]…[/dim]")


def _said(utterance: Utterance) -> str:
    colour = _COLOURS[utterance.speaker]
    notes = [] if utterance.kind is Kind.TURN else [str(utterance.kind).replace("_", "-")]
    if utterance.interrupted:
        notes.append("cut off")
    heard = utterance.heard
    if heard is not None and not heard.understood:
        notes.append("not understood")
    elif heard is not None and heard.text != utterance.text:
        notes.append(f"heard as: {heard.text}")
    note = f" [dim]({escape('; '.join(notes))})[/dim]" if notes else ""
    return f"{_at(utterance.start)} [{colour}]{utterance.speaker:>6}  {escape(utterance.text)}[/{colour}]{note}"


def _at(seconds: float) -> str:
    return f"[dim]{clock(seconds):>8}[/dim]"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def summary(metadata: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What there is to say of a finished conversation, by name."""
    goal = metadata["goal"]
    rows = [
        ("caller", f"{metadata['caller']['name']}, {metadata['scenario']['title'] or metadata['scenario']['name']}"),
        ("agent", f"{metadata['agent']['name']}, {metadata['agent']['company']}"),
        ("ended", ENDINGS[metadata["end_reason"]]),
        ("took", f"{clock(metadata['duration'])} and {metadata['turns']} turns"),
        ("goal", "reached" if goal["reached"] else "not reached"),
    ]
    rows += [("", f"{'✓' if each['met'] else '✗'} {each['criterion']} ({each['why']})") for each in goal["criteria"]]
    rows += [("", f"✗ {each}") for each in goal["failures"]]
    return rows
