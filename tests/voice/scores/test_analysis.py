"""A conversation's document has everything in it, and is JSON."""

import json

from flexsim.voice.scores.analysis import analysed
from flexsim.voice.scores.functions import Fault
from flexsim.voice.scores.reading import read_recording
from flexsim.voice.scores.recording import Recording
from tests.voice.scores.studio import lost_card


def test_the_document_is_json_and_has_both_scores(analysis):
    found = json.loads(json.dumps(analysis.document(), allow_nan=False))
    assert found["log"]["happenings"] == found["sound"]["happenings"]
    assert found["agreement"]["share"] == 1.0
    assert found["functions"]["judged_by_schema"] is True
    assert found["blame"] is None


def test_faulty_calls_are_told_with_their_faults(tmp_path):
    found = analysed(read_recording(lost_card().call(15, "replace_card", {"card": 3}, error="no").leave(tmp_path)))
    assert (found.correct_calls, found.faulty_calls(Fault.ARGUMENTS), found.faulty_calls(Fault.ERROR)) == (2, 1, 1)
    (one,) = found.document()["functions"]["faulty"]
    assert (one["at"], one["name"], set(one["faults"])) == (15.0, "replace_card", {"invalid_arguments", "error"})


def test_of_an_empty_recording_there_is_nothing_to_say():
    found = analysed(Recording(conversation_id="x"))
    assert (found.scores, found.calls, found.agreement, found.verdict) == (None, None, None, None)
    assert found.document()["log"] is None
