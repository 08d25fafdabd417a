"""Settings' defaults are the service's."""

import pytest

from flexsim.voice.realtime.configuration import BETA_FORMATS, Configuration, Format, TurnDetection


def test_a_new_session_listens_for_turns_and_answers_with_sound():
    new = Configuration()
    assert new.speaks
    assert (new.turn_detection.threshold, new.turn_detection.prefix_padding_ms) == (0.5, 300)
    assert new.turn_detection.silence_ms == 500


@pytest.mark.parametrize(("eagerness", "silence"), [("low", 900), ("medium", 500), ("high", 300), ("auto", 500)])
def test_semantic_turn_detection_waits_by_its_eagerness(eagerness, silence):
    assert TurnDetection(semantic=True, eagerness=eagerness, silence_duration_ms=77).silence_ms == silence


def test_the_beta_has_a_name_for_every_format():
    assert set(BETA_FORMATS.values()) == set(Format)
