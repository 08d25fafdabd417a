"""The time line shows everything where it was, in a size that has an end."""

import re

import numpy as np
import pytest

from flexsim.voice.scores.drawing import MOST_POINTS, line, outline, points_of, ticks

RATE = 24_000


def shapes(path):
    return [[tuple(map(int, each.split())) for each in shape.split("L")] for shape in re.findall(r"M([^Z]*)Z", path)]


def test_an_outline_is_high_where_the_sound_is_loud_and_absent_where_it_is_silent():
    sound = np.zeros(RATE, np.int16)
    sound[RATE // 4 : RATE // 2] = 16_000
    sound[RATE // 4 : RATE // 2 : 2] = -8_000
    (shape,) = shapes(outline(sound, RATE))
    across = [x for x, _ in shape]
    assert (min(across), max(across)) == (25, 49)
    assert min(y for _, y in shape) == -100
    assert max(y for _, y in shape) == 50


def test_faint_sound_is_not_blown_up():
    assert max(abs(y) for _, y in shapes(outline(np.full(RATE, 500, np.int16), RATE))[0]) < 10


@pytest.mark.parametrize("minutes", [1, 10])
def test_an_outline_has_so_many_points_however_long_the_sound_is(minutes):
    noise = np.random.default_rng(1).integers(-20_000, 20_000, minutes * 60 * RATE).astype(np.int16)
    assert points_of(noise, RATE) == MOST_POINTS
    assert len(outline(noise, RATE)) < 100_000


def test_no_sound_has_no_outline():
    for sound in (np.zeros(0, np.int16), np.zeros(100, np.int16), np.zeros(RATE, np.int16)):
        assert outline(sound, RATE) == ""


@pytest.mark.parametrize("duration", [0.0, 0.5, 7, 61, 300, 1800, 20_000])
def test_ticks_can_be_read(duration):
    found = ticks(duration)
    assert len(found) <= 40
    assert all(0 <= at < 98 for at, _ in found)
    assert not found or found[0] == (0.0, "0:00")


def test_everything_is_on_the_line(analysis):
    found = line(analysis)
    caller, agent = found["lanes"]
    assert [round(mark.x * 0.3, 2) for mark in caller["log"]] == [3.1, 7.4, 11.9, 17.2]
    assert len(caller["sound"]) == 4
    assert caller["outline"]
    assert agent["reach"] == 100
    assert [mark.sort for mark in found["marks"]] == ["interruption caller", "back_channel caller"]
    assert [mark.sort for mark in found["calls"]] == ["call", "call"]
    assert len(found["dead_air"]) == 2
    assert all(
        0 <= mark.x <= 100 and mark.x + mark.width <= 100.06
        for mark in [*caller["log"], *agent["sound"], *found["dead_air"]]
    )
