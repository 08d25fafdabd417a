"""The page about a run."""

import re
from dataclasses import replace

from flexsim.workforce.page import REPORT, leave_page, render_page
from tests.workforce.making import played


def test_everything_that_was_said_decided_and_measured_is_on_it(tmp_path):
    session, turns = played(4)
    text = leave_page(tmp_path, session, turns).read_text()
    assert (tmp_path / REPORT).is_file()
    for turn in turns:
        assert f"Week {turn.number}" in text
        assert f"{turn.state.customers:,}" in text
    assert text.count('<li data-who="') == sum(len(turn.messages) for turn in turns)
    assert text.count('<td class="yes">accepted') == sum(each.accepted for turn in turns for each in turn.decisions)


def test_nothing_is_asked_of_the_network_and_only_its_own_script_runs():
    text = render_page(*played(1))
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"', text) == []
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src &#39;none&#39;")
    assert policy.count("sha256-") == 5


def test_data_is_never_markup():
    session, turns = played(1)
    evil = '</script><script>alert("x")</script>'
    turn = replace(turns[0], messages=(replace(turns[0].messages[0], text=evil),), summary=evil)
    text = render_page(replace(session, scenario=evil), [turn])
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert") == 3
