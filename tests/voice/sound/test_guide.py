"""Every example of docs/voice-sound.md does what the guide says it does."""

import re
from pathlib import Path

import pytest

from flexsim.voice.sound.voices import LANGUAGES, NAMES, named

GUIDE = (Path(__file__).parents[3] / "docs" / "voice-sound.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def test_the_examples_run_one_after_the_other(capsys):
    pytest.importorskip("pocketsphinx", reason="the extra hearing is not installed")
    names = {}
    for example in EXAMPLES:
        exec(example, names)  # the guide's reader types the same
    spoken, heard = capsys.readouterr().out.splitlines()
    assert spoken == "marin:rate=140 ['I', 'have', 'lost', 'my', 'card']"
    assert heard == "The last four digits are 4 4 1 2."


def test_the_guide_names_every_voice_and_language():
    for each in (*NAMES, *LANGUAGES):
        assert f"`{each}`" in GUIDE


@pytest.mark.parametrize("text", ["marin", "marin:rate=140", "cedar:pitch=30:language=de"])
def test_the_voices_of_the_guide_are_voices(text):
    assert f"`{text}`" in GUIDE
    named(text)


@pytest.mark.parametrize("module", ["pauses.PAUSE_MS = 180", "pauses.TAIL_MS = 60"])
def test_the_lengths_of_the_guide_are_the_codes(module):
    place, value = module.split(" = ")
    name, constant = place.split(".")
    imported = __import__(f"flexsim.voice.sound.{name}", fromlist=[constant])
    assert getattr(imported, constant) == int(value)
    assert f"{value} ms" in GUIDE
