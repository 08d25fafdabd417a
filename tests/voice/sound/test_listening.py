"""An ear: exact as long as it can be, acoustic as soon as it must be, and in both the same listener."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.voice.ports import FRAME_MS, Heard, Speech, SpeechStarted, SpeechStopped, Voice
from flexsim.voice.sound.listening import Ear, Lexicon
from flexsim.voice.sound.pcm import SILENT_FRAME, decoded, encoded
from flexsim.voice.sound.settings import EarSettings
from flexsim.voice.sound.voices import named
from flexsim.voice.sound.words import heard_until
from tests.voice.sound.takes import LINES, frames_ms, hear, line, take, voiced_ms

VOICE = named("alloy")
KNOWN = [
    "My card number is 5 5 1 0.",
    "My card number is 5 5 1 9.",
    "Sure.",
    "Well, what do you mean by the billing address?",
]
FOREIGN = "The violin behind the mountain was never heard again."
SOUND = EarSettings(exact=False)


@pytest.fixture(scope="module")
def lexicon(speaker):
    known = Lexicon()
    for text in KNOWN:
        known.learning(speaker).say(text, VOICE)
    return known


def said(speaker, text):
    return speaker.say(text, VOICE)


@pytest.mark.parametrize("text", KNOWN)
@pytest.mark.parametrize("exact", [True, False])
def test_what_was_spoken_is_heard(speaker, lexicon, text, exact):
    assert hear(Ear(lexicon, EarSettings(exact=exact)), said(speaker, text).frames) == Heard(text=text)


@pytest.mark.parametrize("over", [name for name in LINES if name != "clean"])
@pytest.mark.parametrize("text", KNOWN)
def test_over_a_bad_line_it_falls_from_exact_to_acoustic_by_itself(speaker, lexicon, over, text):
    assert hear(Ear(lexicon), said(speaker, text).frames, line(over)) == Heard(text=text)


@pytest.mark.parametrize("over", LINES)
def test_what_nobody_spoke_here_is_speech_without_words(speaker, lexicon, over):
    assert hear(Ear(lexicon), said(speaker, FOREIGN).frames, line(over)) == Heard(text="", understood=False)
    digit = said(speaker, "My card number is 5 5 1 7.")
    assert hear(Ear(lexicon), digit.frames, line(over)) == Heard(text="", understood=False)


def test_exact_hearing_starts_with_the_first_frame_and_stops_after_the_silence(speaker, lexicon):
    speech = said(speaker, KNOWN[3])
    ear = Ear(lexicon, EarSettings(prefix_padding_ms=200, silence_duration_ms=400))
    for _ in range(25):
        assert ear.feed(SILENT_FRAME) == ()
    assert ear.feed(speech.frames[0]) == (SpeechStarted(at_ms=800),)
    for frame in speech.frames[1:]:
        assert ear.feed(frame) == ()
    stop = round(1_000 + voiced_ms(speech) + 400)
    happenings = []
    while not happenings:
        happenings = ear.feed(SILENT_FRAME)
    assert happenings == (SpeechStopped(at_ms=stop),)
    assert stop <= ear.position_ms < stop + FRAME_MS


def test_both_ways_of_hearing_say_nearly_the_same_of_where_speech_is(speaker, lexicon):
    for text in KNOWN:
        frames = said(speaker, text).frames
        exact, acoustic = take(Ear(lexicon), frames), take(Ear(lexicon, SOUND), frames)
        assert [type(each) for each in acoustic] == [type(each) for each in exact]
        for one, other in zip(exact, acoustic, strict=True):
            assert abs(one.at_ms - other.at_ms) <= 130


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("count", [12, 25, 40])
def test_what_was_cut_off_is_heard_as_far_as_it_came(speaker, lexicon, count, exact):
    speech = said(speaker, KNOWN[3])
    heard = hear(Ear(lexicon, EarSettings(exact=exact)), speech.frames[:count])
    want = heard_until(speech, frames_ms(count))
    assert heard.understood
    assert not heard.complete
    assert heard.text == want or abs(len(heard.text.split()) - len(want.split())) == 1


def test_utterances_with_a_short_pause_between_are_one_turn(speaker, lexicon):
    one, other = said(speaker, KNOWN[2]), said(speaker, KNOWN[0])
    frames = [*one.frames, *[SILENT_FRAME] * 5, *other.frames]
    for settings in (EarSettings(), SOUND):
        ear = Ear(lexicon, settings)
        happenings = take(ear, frames)
        assert len(happenings) == 2
        assert ear.hear(happenings[0].at_ms, happenings[1].at_ms) == Heard(text=f"{KNOWN[2]} {KNOWN[0]}")


def test_turns_are_heard_each_by_itself(speaker, lexicon):
    for settings, over in ((EarSettings(), None), (SOUND, None), (EarSettings(), line("10 dB"))):
        ear = Ear(lexicon, settings)
        for text in (KNOWN[0], KNOWN[2], KNOWN[1], KNOWN[2]):
            started, stopped = take(ear, said(speaker, text).frames, over)
            assert ear.hear(started.at_ms, stopped.at_ms).text == text


def test_a_turn_can_be_asked_for_again_while_it_is_remembered(speaker, lexicon):
    ear = Ear(lexicon)
    first = take(ear, said(speaker, KNOWN[0]).frames)
    take(ear, said(speaker, KNOWN[2]).frames)
    assert ear.hear(first[0].at_ms, first[1].at_ms).text == KNOWN[0]
    assert ear.hear(0, ear.position_ms).text == f"{KNOWN[0]} {KNOWN[2]}"


def test_an_utterance_that_still_goes_on_is_heard_so_far(speaker, lexicon):
    speech, ear = said(speaker, KNOWN[3]), Ear(lexicon)
    take(ear, speech.frames[:25], after=0)
    so_far = ear.hear(0, ear.position_ms)
    assert so_far == Heard(text=heard_until(speech, 1_000), complete=False)
    for frame in speech.frames[25:]:
        ear.feed(frame)
    assert ear.hear(0, ear.position_ms) == Heard(text=KNOWN[3])


@pytest.mark.parametrize("strange", [1, 2, 3])
def test_a_strange_frame_right_at_the_beginning_does_not_start_speech_again(speaker, lexicon, strange):
    frames = list(said(speaker, KNOWN[0]).frames)
    frames[strange] = encoded(bytes(960) + decoded(frames[strange])[960:])
    happenings = take(ear := Ear(lexicon), frames)
    assert [type(each) for each in happenings] == [SpeechStarted, SpeechStopped]
    assert ear.hear(happenings[0].at_ms, happenings[1].at_ms).text == KNOWN[0]


def test_one_strange_frame_in_the_middle_is_enough_to_listen_and_no_harm(speaker, lexicon):
    frames = list(said(speaker, KNOWN[3]).frames)
    frames[20] = SILENT_FRAME
    started, stopped = take(ear := Ear(lexicon), frames)
    assert started.at_ms == 700
    assert ear.hear(started.at_ms, stopped.at_ms).text == KNOWN[3]


@pytest.mark.parametrize("over", ["loss", "20 dB"])
def test_a_line_that_turns_bad_in_the_middle_starts_and_stops_speech_once(speaker, lexicon, over):
    frames, ear = said(speaker, KNOWN[3]).frames, Ear(lexicon)
    happenings = take(ear, frames[:30], after=0)
    # noise that begins passes for speech until it has lasted for some seconds
    happenings += take(ear, frames[30:], line(over), before=0, after=130)
    assert [type(each) for each in happenings] == [SpeechStarted, SpeechStopped]
    if over == "loss":
        assert ear.hear(happenings[0].at_ms, happenings[1].at_ms).text == KNOWN[3]


def test_once_the_line_is_silent_it_hears_exactly_again(speaker, lexicon):
    ear = Ear(lexicon)
    take(ear, said(speaker, FOREIGN).frames, after=60)
    started, stopped = take(ear, said(speaker, KNOWN[0]).frames, before=0)
    assert ear.hearing(started.at_ms, stopped.at_ms).heard == Heard(text=KNOWN[0])


def test_a_noisy_line_never_hears_exactly(speaker, lexicon):
    over, ear = line("20 dB"), Ear(lexicon)
    take(ear, (), over, before=100)
    started, stopped = take(ear, said(speaker, KNOWN[0]).frames, over)
    assert ear.hearing(started.at_ms, stopped.at_ms).heard is None


def test_hearing_may_happen_later_and_in_another_thread(speaker, lexicon):
    ear = Ear(lexicon, SOUND)
    hearings = []
    for text in KNOWN:
        started, stopped = take(ear, said(speaker, text).frames)
        hearings.append(ear.hearing(started.at_ms, stopped.at_ms))
    take(ear, (), before=500)  # by now the ear itself has forgotten
    with ThreadPoolExecutor(3) as pool:
        assert [heard.text for heard in pool.map(lambda hearing: hearing(), hearings)] == KNOWN


@pytest.mark.parametrize("count", [2, 7, 1000])
def test_several_frames_at_once_are_taken_one_by_one(speaker, lexicon, count):
    frames = [*[SILENT_FRAME] * 20, *said(speaker, KNOWN[0]).frames, *[SILENT_FRAME] * 20]
    pieces = ["".join(frames[at : at + count]) for at in range(0, len(frames), count)]
    ear = Ear(lexicon)
    happenings = [each for piece in pieces for each in ear.feed(piece)]
    assert happenings == take(Ear(lexicon), said(speaker, KNOWN[0]).frames, before=20)
    assert ear.hearing(0, ear.position_ms).heard == Heard(text=KNOWN[0])


def test_frames_cut_elsewhere_are_heard_by_their_sound(speaker, lexicon):
    sound = bytes(48_000) + said(speaker, KNOWN[0]).pcm + bytes(48_000)
    ear = Ear(lexicon)
    happenings = [each for at in range(0, len(sound), 1_440) for each in ear.feed(encoded(sound[at : at + 1_440]))]
    assert len(happenings) == 2
    assert ear.hear(happenings[0].at_ms, happenings[1].at_ms).text == KNOWN[0]


@given(st.lists(st.sampled_from(["silence", "known", "cut", "foreign", "noise", "odd"]), max_size=8), st.booleans())
def test_whatever_comes_starts_and_stops_take_turns_and_positions_grow(speaker, lexicon, parts, exact):
    ear, noise = Ear(lexicon, EarSettings(exact=exact)), line("0 dB")
    sounds = {
        "silence": [SILENT_FRAME] * 30,
        "known": said(speaker, KNOWN[2]).frames,
        "cut": said(speaker, KNOWN[0]).frames[5:20],
        "foreign": said(speaker, FOREIGN).frames[:30],
        "noise": [noise.carry(SILENT_FRAME) for _ in range(20)],
        "odd": [encoded(bytes(7)), "", encoded(b"\1\2" * 333)],
    }
    fed, happenings = 0, []
    for part in parts:
        for frame in sounds[part]:
            happenings += ear.feed(frame)
            fed += len(decoded(frame)) // 2
            assert abs(ear.position_ms - fed // 24) <= 1
    kinds = [type(each) for each in happenings]
    assert kinds == [SpeechStarted, SpeechStopped] * (len(kinds) // 2) + [SpeechStarted] * (len(kinds) % 2)
    stops = [each.at_ms for each in happenings if isinstance(each, SpeechStopped)]
    assert stops == sorted(stops)
    assert all(0 <= each.at_ms <= ear.position_ms for each in happenings)


@pytest.mark.parametrize("exact", [True, False])
def test_what_is_no_base64_is_an_error(lexicon, exact):
    with pytest.raises(ValueError, match=r".+"):
        Ear(lexicon, EarSettings(exact=exact)).feed("%%%")


def test_of_copies_that_came_over_a_wire_it_keeps_the_originals(speaker, lexicon):
    speech = said(speaker, KNOWN[3])
    ear = Ear(lexicon)
    for frame in speech.frames:
        ear.feed(frame.encode().decode())
    assert list(ear._recent) == list(speech.frames)
    assert set(map(id, ear._recent)) <= set(map(id, speech.frames))


def test_an_hour_of_turns_is_not_remembered(speaker, lexicon):
    ear = Ear(lexicon)
    frames = said(speaker, KNOWN[2]).frames
    for _ in range(200):
        take(ear, frames, before=2, after=14)
    assert len(ear._parts) <= 64
    assert len(ear._recent) <= 500


def test_a_speaker_that_teaches_says_what_it_says_anyway(speaker):
    lexicon = Lexicon()
    speech = lexicon.learning(speaker).say("Never mind.", Voice())
    assert isinstance(speech, Speech)
    assert speech is speaker.say("Never mind.", Voice())
    assert hear(Ear(lexicon), speech.frames).text == "Never mind."
    assert not hear(Ear(Lexicon()), speech.frames).understood


def test_lexicons_know_nothing_of_each_other(speaker, lexicon):
    other = Lexicon()
    other.add(said(speaker, FOREIGN))
    assert hear(Ear(other), said(speaker, FOREIGN).frames).text == FOREIGN
    assert not hear(Ear(lexicon), said(speaker, FOREIGN).frames).understood


class Guessing:
    """Dictation that always hears the same."""

    def hear(self, _):
        return Heard(text="a guess")


def test_dictation_is_asked_only_where_nothing_is_known(speaker, lexicon):
    for text, heard in ((KNOWN[0], KNOWN[0]), (FOREIGN, "a guess")):
        assert hear(Ear(lexicon, SOUND, dictation=Guessing()), said(speaker, text).frames).text == heard


def test_the_seed_of_a_line_decides_what_is_heard_over_it(speaker, lexicon):
    def once(seed):
        ear = Ear(lexicon)
        return take(ear, said(speaker, KNOWN[3]).frames, line("0 dB", seed))

    assert once(4) == once(4)
    assert len({tuple(once(random.Random(at).randrange(99))) for at in range(4)}) > 1
