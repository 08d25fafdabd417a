"""A conversation's page holds everything but the sound, asks nothing of the network, and shows whatever was said as text."""

import base64
import hashlib
import html.parser
import json
import re

import pytest

from flexsim.voice.scores.analysis import analysed
from flexsim.voice.scores.page import PLAYERS, conversation_page
from flexsim.voice.scores.reading import read_recording
from tests.voice.scores.studio import Studio, lost_card

NASTY = '</script><img src=x onerror="alert(1)">"\'>{{ 7*7 }}\u2028'
SOUNDS = [name for _, name, _ in PLAYERS]


class Elements(html.parser.HTMLParser):
    """What a browser would see."""

    def __init__(self, page):
        super().__init__()
        self.found, self.texts = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.texts.append(data)


def rendered(studio, root, **more):
    return conversation_page(analysed(read_recording(studio.leave(root, **more))), SOUNDS, back="../index.html")


def nasty():
    studio = (
        Studio(8.0)
        .say("agent", 0.5, 1, NASTY)
        .say("caller", 2, 1, NASTY, heard={"text": NASTY + "x", "understood": False})
    )
    studio.call(4, NASTY, {NASTY: NASTY}, error=NASTY).call(5, NASTY, {NASTY: NASTY}, result={NASTY: NASTY}).offer(
        find={}
    )
    goal = {"reached": False, "criteria": [{"criterion": NASTY, "met": False, "why": NASTY}]}
    return studio.know(
        caller={"name": NASTY, NASTY: NASTY}, scenario=NASTY, agent={"name": NASTY}, end_reason=NASTY, goal=goal
    )


@pytest.fixture
def page(tmp_path):
    return rendered(lost_card(), tmp_path)


def test_nothing_in_the_page_leads_out_of_its_folder(page):
    for tag, attributes in Elements(page).found:
        assert tag not in {"iframe", "object", "embed", "img", "base", "form"}, tag
        for name in ("src", "href", "action", "data", "srcset"):
            assert attributes.get(name, "#").startswith(("#", "data:,", "../index.html", *SOUNDS)), (tag, attributes)
        assert not any(name.startswith("on") or name == "style" for name in attributes), (tag, attributes)
    assert "url(" not in page
    assert "@import" not in page


def test_the_policy_names_each_script_and_style_and_allows_sound_from_beside_it_only(page):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page).group(1).replace("&#39;", "'")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["media-src"] == "'self' file:"
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        texts = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts]
        assert texts
        assert rules[rule].split() == [f"'sha256-{digest}'" for digest in digests]


def test_whatever_was_said_is_text(tmp_path):
    elements = Elements(rendered(nasty(), tmp_path))
    assert not [tag for tag, _ in elements.found if tag == "img"]
    assert len([tag for tag, _ in elements.found if tag == "script"]) == 1
    assert len([text for text in elements.texts if NASTY[:20] in text]) > 8
    assert "49" not in [text.strip() for text in elements.texts]


def test_everything_that_happened_is_in_the_list(page):
    text = " ".join(Elements(page).texts).replace("\u00a0", " ")
    for words in (
        "Good morning, Northgate Bank",
        "after 600 ms",
        "cut off",
        "back channel",
        "find_customer",
        "nobody speaks for 2.8 s",
    ):
        assert words in text, words
    assert "7 of 7 latencies" in text


def test_a_failure_says_who_is_to_blame_and_why(tmp_path):
    goal = {"reached": False, "criteria": [{"criterion": "card replaced", "met": False, "why": ""}]}
    page = rendered(lost_card().know(goal=goal), tmp_path)
    assert "To blame: the agent." in page
    assert "not met: card replaced" in page


def test_what_is_missing_is_told_and_the_rest_is_shown(tmp_path):
    folder = lost_card().leave(tmp_path)
    for name in ("stereo_recording.wav", "caller_audio.wav", "call_metadata.json"):
        (folder / name).unlink()
    page = conversation_page(analysed(read_recording(folder)), ["cs_audio.wav"])
    assert page.count("is not there</li>") == 3
    assert page.count("<audio") == 1
    (folder / "transcript.json").write_text("{")
    assert "Nothing that the log tells of" not in conversation_page(analysed(read_recording(folder)))
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "call_metadata.json").write_text(json.dumps({}))
    assert "Nothing that the log tells of" in conversation_page(analysed(read_recording(empty)))


def test_it_can_be_read_without_its_eyes_and_without_a_script(page):
    elements = Elements(page)
    tags = [tag for tag, _ in elements.found]
    assert {"main", "header", "h1"} <= set(tags)
    ids = [attributes["id"] for _, attributes in elements.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    for tag, attributes in elements.found:
        label = attributes.get("aria-labelledby")
        assert not label or label in ids
        if tag == "audio":
            assert attributes["aria-label"]
        if tag == "th":
            assert attributes["scope"] in {"row", "col"}


def test_long_conversations_make_no_long_pages(tmp_path):
    studio = Studio(120.0)
    for at in range(0, 118, 3):
        studio.say("agent" if at % 2 else "caller", at + 0.5, 0.5)
    assert len(rendered(studio, tmp_path)) < 200_000
