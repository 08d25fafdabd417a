"""Every figure has a value, a meaning in the guide, and a place in the grammar of thresholds."""

import json
import re
from pathlib import Path

import pytest

from flexsim.measure.thresholds import parse, verdict
from flexsim.voice.scores.analysis import analysed
from flexsim.voice.scores.figures import CONVERSATION, DISTRIBUTIONS, FIGURES, alone, measured, together, values
from flexsim.voice.scores.reading import read_recording
from tests.voice.scores.studio import Studio, lost_card

GUIDE = (Path(__file__).parents[3] / "docs" / "voice-scores.md").read_text()

EXPECTED = {
    "goal_rate": 1.0, "duration": 30.0, "turns": 7, "talk_ratio": 5.4 / 15.9, "silence": 14.9 / 30, "dead_air": 10.7,
    "dead_airs": 2, "overlap": 0.8 / 30, "interruptions": 1, "interruptions_caller": 1, "interruptions_agent": 0,
    "yield_rate": 1.0, "yield_rate_agent": 1.0, "yield_rate_caller": None, "back_channels": 1, "selectivity": 1.0,
    "selectivity_agent": 1.0, "words_per_minute_caller": 60 * 17 / 5.4, "words_per_minute_agent": 60 * 38 / 10.8,
    "calls": 2, "correct_calls": 1.0, "unknown_functions": 0, "invalid_arguments": 0, "call_errors": 0,
    "needless_repeats": 0, "not_understood": 0, "agreement": 1.0,
}  # fmt: skip


def test_every_figure_of_a_conversation_is_what_was_recorded(analysis):
    found = {name: alone(name, analysis) for name in FIGURES}
    rough = {"words_per_minute_agent": 0.05}
    assert found.keys() == EXPECTED.keys()
    for name, value in EXPECTED.items():
        expected = None if value is None else pytest.approx(value, rel=rough.get(name, 1e-6))
        assert found[name] == expected, name


def test_every_figure_stands_in_the_guide_with_its_meaning():
    for each in FIGURES.values():
        assert f"| `{each.name}` | {each.kind.value} | {each.meaning} |" in GUIDE
    for name, (meaning, _) in DISTRIBUTIONS.items():
        assert f"| `{name}` | {meaning} |" in GUIDE
    assert len(re.findall(r"^\| `\w+` \|", GUIDE, re.MULTILINE)) >= len(FIGURES) + len(DISTRIBUTIONS)


def test_every_figure_can_be_asked_for_in_a_threshold(analysis):
    for name in CONVERSATION.figures:
        threshold = parse(f"{name} >= 0", CONVERSATION)
        found = verdict(threshold, measured(None, name, [analysis]), CONVERSATION)
        assert found.failed  # it says what is wrong: that the figure is at least nothing, or that there is none
    for name in DISTRIBUTIONS:
        assert measured("count", name, [analysis]) == len(values(name, [analysis]))


def test_of_many_shares_go_together_and_numbers_are_means(tmp_path):
    busy = lost_card()
    calm = Studio(10.0).know(goal={"reached": False}).say("agent", 1, 4).say("caller", 5.5, 1)
    calm.call(3.0, "nothing", {}).offer(find={})
    both = [analysed(read_recording(each.leave(tmp_path, str(number)))) for number, each in enumerate((busy, calm))]
    assert measured(None, "duration", both) == 20.0
    assert measured(None, "goal_rate", both) == 0.5
    assert measured(None, "correct_calls", both) == 2 / 3
    assert measured(None, "talk_ratio", both) == pytest.approx(6.4 / 20.9)
    assert measured("max", "latency_agent", both) == pytest.approx(2.8)
    assert measured("p50", "latency", both) == pytest.approx(0.75)
    assert measured(None, "conversations", both) == 2
    assert measured(None, "pass_2", both) == 0.0
    assert measured(None, "pass_3", both) is None
    assert measured(None, "flake_rate", both) == 1.0


def test_where_there_is_nothing_there_is_no_figure(tmp_path):
    silent = analysed(read_recording(Studio(3.0).leave(tmp_path)))
    assert measured("mean", "latency", [silent]) is None
    assert measured(None, "yield_rate", [silent]) is None
    assert measured(None, "goal_rate", []) is None
    assert together([]) is None


def test_sound_alone_has_figures_of_timing(folder):
    found = analysed(read_recording(folder, with_log=False))
    assert alone("turns", found) == 7
    assert alone("words_per_minute_agent", found) is None
    assert alone("calls", found) is None
    assert alone("agreement", found) is None
    assert json.dumps(found.document())
