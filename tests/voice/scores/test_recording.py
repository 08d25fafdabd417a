"""What a recording says of itself, and what it says where it knows little."""

from flexsim.voice.scores.recording import Recording, Side, Utterance


def test_each_side_speaks_to_the_other():
    assert [side.other for side in Side] == [Side.AGENT, Side.CALLER]


def test_the_duration_is_what_is_told_else_what_can_be_seen():
    said = (Utterance(side=Side.CALLER, text="", start=1.0, end=2.5),)
    assert Recording(conversation_id="x", utterances=said, metadata={"duration": 9}).duration == 9.0
    for wrong in ("long", True, -1, 0, None):
        assert Recording(conversation_id="x", utterances=said, metadata={"duration": wrong}).duration == 2.5
    assert Recording(conversation_id="x").duration == 0.0
