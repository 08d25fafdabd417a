"""Telephony's formats carry speech there and back."""

import numpy as np
import pytest

from flexsim.voice.ports import FRAME_BYTES
from flexsim.voice.realtime.configuration import Format
from flexsim.voice.realtime.formats import _ALAW, Decoder, _to_alaw, frames_in
from flexsim.voice.sound.filters import DELAY
from flexsim.voice.sound.pcm import decoded, samples_of
from tests.voice.realtime.company import spoken

SPEECH = spoken("I lost my card.")


def test_pcm_is_the_very_same_frames():
    assert frames_in(SPEECH, Format.PCM) is SPEECH.frames


@pytest.mark.parametrize("kind", [Format.ULAW, Format.ALAW])
def test_speech_comes_back_as_it_was_but_for_the_telephones_band(kind):
    decoder = Decoder(kind)
    frames = [decoded(decoder.pcm(each)) for each in frames_in(SPEECH, kind)]
    assert {len(each) for each in frames} == {FRAME_BYTES}
    back, sent = samples_of(b"".join(frames)), samples_of(SPEECH.pcm)
    later = 2 * DELAY
    assert np.corrcoef(back[later : len(sent)], sent[: len(sent) - later])[0, 1] > 0.9


def test_alaw_is_the_recommendations():
    # ITU-T G.711, table 1a: the ends of the scale, in 16 bits; 0xD5 is the least positive value.
    assert (_ALAW.max(), _ALAW.min(), _ALAW[0xD5], _ALAW[0x55]) == (32_256, -32_256, 8, -8)
    assert len(set(_ALAW.tolist())) == 256


def test_every_value_of_alaw_is_its_own_nearest():
    assert _to_alaw(_ALAW).tolist() == list(range(256))


def test_what_is_not_base64_is_no_sound():
    with pytest.raises(ValueError, match=r".+"):
        Decoder(Format.ULAW).pcm("***")
