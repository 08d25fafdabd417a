"""What a terminal is told of one conversation, and of many."""

import json

from flexsim.voice.scores.analysis import analysed
from flexsim.voice.scores.reading import read_recording
from flexsim.voice.scores.telling import LIST_COLUMNS, figure_rows, group_remarks, list_row, remarks
from tests.voice.scores.making import conversation, repeats
from tests.voice.scores.studio import lost_card


def plain(lines):
    return [line.replace("\u00a0", " ") for line in lines]


def test_figures_stand_beside_each_other_and_unknown_ones_are_left_out(analysis):
    found = {title: plain([log, sound]) for title, log, sound in figure_rows(analysis)}
    assert found["Latency agent"] == ["800 ms, p90 2.4 s (3)", "800 ms, p90 2.4 s (3)"]
    assert found["Function calls"] == ["2", "–"]  # noqa: RUF001
    assert "Caller yields" not in found


def test_remarks_say_what_is_missing_what_differs_what_was_wrong_and_who_is_to_blame(tmp_path):
    studio = lost_card().call(15.0, "replace", {}).know(goal={"reached": False}, end_reason="agent_hung_up")
    folder = studio.leave(tmp_path)
    document = json.loads((folder / "transcript.json").read_text())
    document["utterances"][1]["start"] = 3.0
    (folder / "transcript.json").write_text(json.dumps(document))
    (folder / "cs_audio.wav").unlink()
    (folder / "stereo_recording.wav").write_bytes((folder / "stereo_recording.wav").read_bytes()[:-100])
    found = plain(remarks(analysed(read_recording(folder))))
    assert found[0] == "missing: stereo_recording.wav was not brought to its end: 30.0 s of it are there"
    assert found[1] == "log and sound agree within 20 ms on 6 of 7 latencies, interruptions and back-channels"
    assert found[2] == "  latency of the caller at 3.00 s: 500 ms by the log, 600 ms by the sound"
    assert found[3].startswith(
        "0:15.00 replace: unknown function: there is no function replace; there are find_customer"
    )
    assert found[4] == (
        "to blame: the agent: the agent called a function that there is not, or with arguments that it does not take,"
        " and did not mend it (call_wrong)"
    )
    assert found[5] == "  0:15.00 replace: there is no function replace; there are find_customer, replace_card"


def test_many_are_told_in_a_line_each():
    row = list_row(conversation(False, end="caller_hung_up"))
    assert plain(row) == ["typical-lost-card-s0", "missed, caller hung up", "caller", "5.6 s", "600 ms"]
    assert len(row) == len(LIST_COLUMNS)
    assert list_row(conversation(None))[1] == "not judged"


def test_what_many_come_to_is_told_below_them():
    found = plain(group_remarks([*repeats([True, False]), *repeats([True], caller="x")]))
    assert found == [
        "goal reached: 66.7 % (20.8 % to 93.9 %) of 3 conversations",
        "pass^2: 0 % (0 % to 82 %)",
        "flake rate: 100 % (17.1 % to 100 %)",
        "to blame: caller 0, agent 1, line 0",
    ]
