"""Happenings as documents, for whoever watches from elsewhere."""

import json

from flexsim.voice.conversation.happenings import Ended, SpeechBegan, document, ignored
from flexsim.voice.conversation.records import EndReason, Side


def test_a_happening_is_a_document_with_its_name():
    found = document(SpeechBegan(side=Side.AGENT, at=1.5))
    assert json.loads(json.dumps(found)) == {"happening": "speech_began", "side": "agent", "at": 1.5}
    assert document(Ended(at=2, reason=EndReason.TIMEOUT))["reason"] == "timeout"


def test_whoever_watches_nothing_may_be_told_anything():
    assert ignored(SpeechBegan(side=Side.AGENT, at=1.5)) is None
