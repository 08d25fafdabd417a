"""Log and sound are held against each other; where they differ, it is said, and where not, not."""

import json

import pytest

from flexsim.voice.scores.analysis import analysed
from flexsim.voice.scores.reading import read_recording
from tests.voice.scores.studio import Studio, lost_card


def agreement(folder):
    return analysed(read_recording(folder)).agreement


def change(folder, number, **more):
    document = json.loads((folder / "transcript.json").read_text())
    document["utterances"][number].update(more)
    (folder / "transcript.json").write_text(json.dumps(document))


@pytest.mark.parametrize("line", [{}, {"mulaw": True}, {"noise_db": 20}], ids=str)
def test_both_tell_the_same_of_one_conversation(tmp_path, line):
    found = agreement(lost_card().leave(tmp_path, **line)).document()
    assert (found["happenings"], found["agree"], found["differences"]) == (7, 7, [])
    assert abs(found["starts"]["largest"]) <= 0.02
    assert abs(found["ends"]["largest"]) <= 0.02


def test_a_latency_that_the_log_has_wrong_is_told(folder):
    change(folder, 1, start=3.1 - 0.025)
    found = agreement(folder)
    assert [str(each) for each in found.differences] == [
        "latency of the caller at 3.08 s: 575 ms by the log, 600 ms by the sound"
    ]
    assert found.share == pytest.approx(6 / 7)
    change(folder, 1, start=3.1 - 0.019)
    assert agreement(folder).differences == []


def test_what_only_one_of_them_has_seen_is_told(folder):
    change(folder, 3, kind="turn")
    assert [str(each) for each in agreement(folder).differences] == [
        "interruption of the caller at 7.40 s: only in the log",
        "back-channel of the caller at 7.40 s: only in the sound",
    ]


def test_an_interruption_that_was_not_yielded_to_by_the_log_is_told(folder):
    change(folder, 4, interrupted=False)
    (one,) = agreement(folder).differences
    assert (
        str(one)
        == "interruption of the caller at 11.90 s: not yielded to by the log, yielded to after 400 ms by the sound"
    )


def test_a_tail_of_silence_at_the_end_of_every_utterance_shows_as_what_it_is(folder):
    document = json.loads((folder / "transcript.json").read_text())
    for each in document["utterances"]:
        each["end"] += 0.06
    (folder / "transcript.json").write_text(json.dumps(document))
    found = agreement(folder).document()
    assert found["starts"]["median"] == 0.0
    assert found["ends"]["median"] == pytest.approx(-0.06)


def test_nothing_said_agrees_with_nothing_heard(tmp_path):
    found = agreement(Studio(3.0).leave(tmp_path))
    assert (found.share, found.differences) == (None, [])
