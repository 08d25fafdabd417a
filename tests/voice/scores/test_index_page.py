"""The index has every conversation, every group with its rates, and leads to each page."""

import re

from flexsim.voice.scores.index_page import index_page
from tests.voice.scores.making import conversation, repeats

NASTY = "<img src=x onerror=alert(1)>"


def page(analyses, links=None):
    return index_page(
        "nightly", analyses, [(links or {}).get(each.recording.conversation_id) for each in analyses]
    ).replace("\u00a0", " ")


def test_every_conversation_and_every_group_is_there():
    found = page(
        [*repeats([True, True, False]), *repeats([True, True], caller="elderly")],
        {"elderly-lost-card-s0": "a b/report.html"},
    )
    assert len(re.findall(r'<tr( class="failed")?><th scope="row">(?:<a |typical-|elderly-)', found)) == 5
    assert 'href="a%20b/report.html"' in found
    for words in ("66.7 % (20.8 % to 93.9 %)", "By caller", "By scenario", "By agent", "pass^3", "Flake rate"):
        assert words in found, words


def test_failures_are_counted_by_rule():
    found = page([*repeats([False, False], end="agent_lost"), *repeats([False], end="agent_hung_up", caller="x")])
    assert "2: a session was lost" in found
    assert "1: the agent hung up" in found
    assert "0 caller, 1 agent, 2 line" in found


def test_without_repeats_it_says_what_they_would_tell():
    found = page([conversation(True)])
    assert "Nothing was repeated" in found
    assert "No conversation failed" in found


def test_of_nothing_judged_there_are_dashes():
    assert "not judged" in page([conversation(None)])


def test_names_are_text():
    found = page([conversation(False, caller=NASTY, scenario=NASTY, end=NASTY)])
    assert NASTY not in found
    assert "&lt;img src=x" in found
