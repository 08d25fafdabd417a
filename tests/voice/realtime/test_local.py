"""The local engine's parts fit: two sessions of one setup understand each other."""

from flexsim.voice.ports import Heard
from flexsim.voice.realtime.configuration import TurnDetection
from flexsim.voice.realtime.local import local_setup
from flexsim.voice.sound.pcm import SILENT_FRAME
from tests.voice.realtime.company import Script, speaker


def test_what_one_says_the_other_understands():
    setup = local_setup(Script().make, speaker=speaker(), longest=5.0)
    speech = setup.speaker.say("Good morning.", setup.voice("coral"))
    for exact in (True, False):
        ear = local_setup(Script().make, speaker=speaker(), exact=exact).ears(TurnDetection())
        assert ear.position_ms == 0
    ear = setup.ears(TurnDetection(silence_duration_ms=200))
    happened = [each for frame in (*speech.frames, *[SILENT_FRAME] * 10) for each in ear.feed(frame)]
    assert len(happened) == 2
    assert ear.hear(0, ear.position_ms) == Heard(text="Good morning.")
    assert setup.longest == 5.0
