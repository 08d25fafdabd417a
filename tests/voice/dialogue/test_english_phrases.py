"""The table of English phrases."""

import re

from flexsim.voice.dialogue.english_phrases import AGENT, CALLER


def test_brackets_and_braces_close_and_no_key_is_empty():
    for table in (AGENT, CALLER):
        for key, templates in table.items():
            assert templates, key
            for template in templates:
                assert re.fullmatch(r"(?:[^\[\]{}]|\[[^\[\]]*\]|\{\w+\})*", template), template


def test_tones_are_those_that_there_are():
    assert {key.partition("/")[2] for key in CALLER} == {"", "cross", "brisk", "gentle"}
    assert {key.partition("/")[2] for key in AGENT} == {""}
