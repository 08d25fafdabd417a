"""A conversation as lines: in the order in which things began, and nothing in them is taken for markup."""

import pytest
from rich.text import Text

from flexsim.voice.conversation.happenings import Called, Connected, Ended, Informed, Said, SpeechBegan
from flexsim.voice.conversation.records import Call, EndReason, Kind, Side, Understanding, Utterance
from flexsim.voice.conversation.view import ENDINGS, Script, clock, status
from tests.voice.conversation.company import Script as Mind
from tests.voice.conversation.company import talk


def said(start, text="Hello [b]there[/b].", **more):
    usual = {"speaker": Side.AGENT, "item_id": "i", "end": start + 1, "interrupted": False, "kind": Kind.TURN}
    return Said(utterance=Utterance(text=text, start=start, **{**usual, **more}))


def called(at, **more):
    usual = {"arguments": {"a": "[x]"}, "result": {"b": 1}, "error": None, "duration": 0.5}
    return Called(call=Call(at=at, side=Side.AGENT, call_id="k", name="look_up", **{**usual, **more}))


def plain(lines):
    return [Text.from_markup(each).plain for each in lines]


def test_a_line_says_when_who_and_what():
    script = Script()
    script.lines(SpeechBegan(side=Side.AGENT, at=67.0))
    assert plain(script.lines(said(67.0))) == ["  1:07.0  agent  Hello [b]there[/b]."]


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ({"interrupted": True}, " (cut off)"),
        ({"kind": Kind.BACK_CHANNEL}, " (back-channel)"),
        ({"heard": Understanding(text="", understood=False)}, " (not understood)"),
        ({"heard": Understanding(text="Hallo.", understood=True)}, " (heard as: Hallo.)"),
        ({"heard": Understanding(text="Hello.", understood=True)}, ""),
    ],
)
def test_what_is_out_of_the_ordinary_is_noted(more, note):
    script = Script()
    script.lines(SpeechBegan(side=Side.AGENT, at=1.0))
    assert plain(script.lines(said(1.0, "Hello.", **more))) == [f"  0:01.0  agent  Hello.{note}"]


def test_a_function_waits_for_words_that_began_before_it():
    script = Script()
    script.lines(SpeechBegan(side=Side.AGENT, at=1.0))
    assert script.lines(called(2.0)) == []
    assert [each[10:24] for each in plain(script.lines(said(1.0)))] == ["agent  Hello [", "agent  calls l"]


def test_a_function_that_fails_shows_its_error():
    assert plain(Script().lines(called(2.0, result=None, error="out of order"))) == [
        "  0:02.0  agent  calls look_up(a='[x]') → error: out of order"
    ]


def test_the_end_comes_last_and_says_why():
    script = Script()
    script.lines(SpeechBegan(side=Side.AGENT, at=1.0))
    script.lines(Informed(at=1.5, side=Side.CALLER, text="lost: gone"))
    assert plain(script.lines(Ended(at=2.0, reason=EndReason.CALLER_LOST))) == [
        "  0:01.5 caller  lost: gone", "  0:02.0    end  the caller's session was lost",
    ]  # fmt: skip


def test_every_reason_has_its_words():
    assert set(ENDINGS) == set(EndReason)


def test_the_beginning_names_the_conversation():
    assert plain(Script().lines(Connected(conversation_id="c-1"))) == ["c-1: both sessions are ready"]


def test_all_of_a_conversation_becomes_lines():
    script, shown = Script(), []
    _, kept = talk(Mind("I lost my card."), Mind("Hello."), watch=lambda each: shown.extend(script.lines(each)))
    assert len(shown) == len(kept.utterances) + len(kept.calls) + 2


def test_the_status_shows_who_speaks_and_how_far():
    seen = []
    bridge, _ = talk(Mind(), Mind("One two three."), watch=seen.append)
    assert Text.from_markup(status(bridge.talk)).plain.endswith("…")


def test_the_clock_shows_minutes_seconds_and_tenths():
    assert [clock(each) for each in (0, 9.96, 59.96, 61.25, 3599.9)] == [
        "0:00.0",
        "0:10.0",
        "1:00.0",
        "1:01.2",
        "59:59.9",
    ]
