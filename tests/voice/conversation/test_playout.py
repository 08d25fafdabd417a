"""Sound that comes faster than it is played: frames, words, and where it was cut off."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.voice.conversation.playout import Playout, Track
from flexsim.voice.ports import FRAME_BYTES, FRAME_MS
from flexsim.voice.sound.pcm import decoded, encoded

FRAME = encoded(b"ab" * (FRAME_BYTES // 2))


def track(*pieces):
    """Words, each with the frames that follow it."""
    found = Track("i", "r")
    for words, frames in pieces:
        found.write(words)
        for _ in range(frames):
            found.add(FRAME)
    return found


def play(found, frames):
    for _ in range(frames):
        found.frames.popleft()


def test_a_frame_is_passed_on_as_the_very_object_that_came():
    found = Track("i", "r")
    found.add(FRAME)
    assert found.frames[0] is FRAME


@given(st.lists(st.binary(max_size=3 * FRAME_BYTES), max_size=6))
def test_sound_of_any_length_is_cut_into_frames_and_nothing_is_lost(pieces):
    found = Track("i", "r")
    for each in pieces:
        found.add(encoded(each))
    found.finish()
    frames = [decoded(each) for each in found.frames]
    assert all(len(each) == FRAME_BYTES for each in frames)
    whole = b"".join(pieces)
    assert b"".join(frames) == whole.ljust(-(-len(whole) // FRAME_BYTES) * FRAME_BYTES, b"\0")


def test_never_more_is_played_than_came():
    found = Track("i", "r")
    found.add(encoded(bytes(480)))  # 10 ms
    found.finish()
    play(found, 1)
    assert found.played_ms == 10


def test_what_was_played_is_counted_in_frames():
    found = track(("One two.", 5))
    play(found, 3)
    assert (found.played, found.played_ms) == (3, 3 * FRAME_MS)


@pytest.mark.parametrize(
    ("played", "said"),
    [(0, ""), (1, ""), (2, "One"), (5, "One"), (6, "One two"), (8, "One two"), (10, "One two three.")],
)
def test_words_in_step_with_their_sound_are_said_when_a_half_of_them_was_played(played, said):
    found = track(("One ", 4), ("two ", 4), ("three.", 4))
    play(found, played)
    assert found.said(placed=True) == said


@pytest.mark.parametrize(("played", "said"), [(0, ""), (5, "One two"), (9, "One two"), (10, "One two three.")])
def test_of_words_that_came_ahead_as_large_a_share_is_said_as_of_the_sound(played, said):
    found = track(("One two three.", 10))
    play(found, played)
    found.finish()
    assert found.said(placed=False) == said


def test_all_of_it_is_said_when_all_of_it_was_played():
    found = track(("One ", 2), ("two.", 2))
    found.wrote("One two.")
    found.finish()
    play(found, 4)
    assert found.said(placed=True) == found.said(placed=False) == "One two."


def test_tracks_are_played_one_after_the_other():
    playout = Playout()
    for name in ("first", "second"):
        playout.track(name, "r").add(FRAME)
    playout.finish("r")
    assert playout.begin().item_id == "first"
    playout.current.frames.popleft()
    assert playout.dry(7)
    assert playout.end() == 7
    assert playout.begin().item_id == "second"
    assert not playout.idle


def test_sound_that_is_late_is_waited_for_and_ends_where_it_ended():
    playout = Playout()
    playout.track("i", "r").add(FRAME)
    playout.begin().frames.popleft()
    assert not playout.dry(1)
    playout.track("i", "r").add(FRAME)
    playout.current.frames.popleft()
    assert not playout.dry(3)
    assert not playout.dry(4)
    playout.finish("r")
    assert playout.dry(5)
    assert playout.end() == 3


def test_words_without_a_sound_are_no_track_to_be_played():
    playout = Playout()
    playout.track("silent", "r").write("Hm.")
    playout.finish("r")
    playout.track("i", "s").add(FRAME)
    assert playout.begin().item_id == "i"


def test_what_was_cut_off_does_not_come_back():
    playout = Playout()
    playout.track("playing", "r").add(FRAME)
    playout.begin()
    playout.track("waiting", "r").add(FRAME)
    assert [each.item_id for each in playout.cut()] == ["playing", "waiting"]
    assert playout.idle
    assert playout.track("playing", "r") is None
    assert playout.track("waiting", "r") is None
    assert playout.begin() is None


def test_words_that_come_after_the_end_still_find_their_track():
    playout = Playout()
    playout.track("i", "r").add(FRAME)
    playout.finish("r")
    found = playout.begin()
    found.frames.popleft()
    playout.dry(1)
    playout.end()
    assert playout.track("i", "r") is found
    assert playout.idle


def test_the_quiet_at_the_end_of_a_track_is_known():
    loud, faint = b"\x00\x10" * 960, b"\x05\x00" * 960
    found = Track("i", "r")
    found.add(encoded(loud + loud[:960] + faint[:960]))
    found.add(encoded(faint))
    found.finish()
    assert found.quiet_ms == FRAME_MS + FRAME_MS // 2
    assert len(found.frames) == 3
