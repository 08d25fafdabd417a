"""A WAV file is read as far as it goes, whatever its header promises."""

import struct

import numpy as np
import pytest

from flexsim.voice.scores.wav import NoSound, read_wav
from tests.voice.scores.studio import write_wav

SAMPLES = np.arange(2000, dtype="<i2").reshape(1000, 2)


@pytest.fixture
def path(tmp_path):
    write_wav(tmp_path / "sound.wav", SAMPLES)
    return tmp_path / "sound.wav"


def with_size(path, size):
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, 40, size)
    path.write_bytes(data)


def test_a_whole_file_is_read_whole(path):
    found = read_wav(path)
    assert (found.rate, found.whole) == (24_000, True)
    assert (found.samples == SAMPLES).all()


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 1_000_000])
def test_where_the_header_was_not_brought_up_to_date_what_is_there_counts(path, size):
    with_size(path, size)
    found = read_wav(path)
    assert (len(found.samples), found.whole) == (1000, False)


def test_what_comes_after_the_promised_size_is_no_sound(path):
    with_size(path, 400)
    assert len(read_wav(path).samples) == 100


def test_a_torn_sample_is_left_out(path):
    path.write_bytes(path.read_bytes()[:-3])
    assert len(read_wav(path).samples) == 999


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b"{}", "is no WAV file"),
        (b"RIFF\0\0\0\0WAVE", "ends before it"),
        (b"RIFF\0\0\0\0WAVEfmt \x04\0\0\0\1\0\1\0", "cut short"),
        (b"RIFF\0\0\0\0WAVEdata\x04\0\0\0\1\0\1\0", "nothing of its form"),
        (b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 3, 1, 24000, 0, 0, 32), "not 16 bit PCM"),
        (b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 1, 6, 24000, 0, 0, 16), "6 channels"),
        (b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0" + struct.pack("<HHIIHH", 1, 1, 100, 0, 0, 16), "100 samples a second"),
    ],
)
def test_what_is_no_sound_says_why(tmp_path, data, why):
    (tmp_path / "x.wav").write_bytes(data)
    with pytest.raises(NoSound, match=why):
        read_wav(tmp_path / "x.wav")


def test_any_beginning_of_a_file_is_read_or_refused(path, tmp_path):
    whole = path.read_bytes()
    for length in range(120):
        (tmp_path / "cut.wav").write_bytes(whole[:length])
        try:
            assert len(read_wav(tmp_path / "cut.wav").samples) == max(0, (length - 44) // 4)
        except NoSound:
            assert length < 44
