"""The last sound, at the telephone's rate."""

import numpy as np
import pytest

from flexsim.voice.sound.tape import Tape
from tests.voice.sound.takes import slow

PCM = np.random.default_rng(2).integers(-9000, 9000, 5 * 24_000).astype("<i2").tobytes()


def taped(start_ms=0, piece=1920):
    tape = Tape(start_ms)
    for at in range(0, len(PCM), piece):
        tape.append(PCM[at : at + piece])
    return tape


@pytest.mark.parametrize("piece", [1920, 1000, 960_000, 2])
def test_it_holds_what_came_however_it_came(piece):
    assert np.abs(taped(piece=piece).between(0, 5_000) - slow(PCM)).max() <= 0.51


def test_a_part_is_cut_out_at_its_position():
    whole = taped().between(0, 5_000)
    assert np.array_equal(taped().between(1_000, 1_500), whole[8_000:12_000])
    assert np.array_equal(taped(start_ms=700).between(1_700, 2_200), whole[8_000:12_000])


def test_what_is_not_there_is_left_out():
    assert len(taped().between(4_000, 9_000)) == 8_000
    assert len(taped(start_ms=1_000).between(0, 2_000)) == 8_000
    assert len(taped().between(3_000, 2_000)) == 0


def test_what_is_forgotten_is_gone_and_the_rest_is_where_it_was():
    tape, whole = taped(), taped().between(0, 5_000)
    tape.forget(500)  # too little to be worth it
    assert len(tape.between(0, 5_000)) == 40_000
    tape.forget(3_000)
    assert np.array_equal(tape.between(0, 5_000), whole[24_000:])
    assert np.array_equal(tape.between(3_500, 4_000), whole[28_000:32_000])


def test_no_more_is_forgotten_than_there_is():
    tape = Tape(0)
    tape.append(PCM[:1920])
    tape.forget(2_000)
    tape.append(PCM[1920:])
    assert np.array_equal(tape.between(3_000, 4_000), taped().between(3_000, 4_000))
