"""Files that are whole after every append, and lose nothing where a disk is full."""

import errno
import json
import wave

import pytest

from flexsim.voice.conversation.growing_files import GrowingDocument, GrowingFile, GrowingLabels, GrowingWav

FULL = OSError(errno.ENOSPC, "No space left on device")


class Full:
    """A file on a disk with so much room left."""

    def __init__(self, file, room):
        self._file = file
        self.room = room

    def write(self, data):
        end = self._file.tell() + len(data)
        grows = max(0, end - self._file.seek(0, 2)) if data else 0
        self._file.seek(end - len(data))
        if grows > self.room:
            taken = len(data) - grows + self.room
            if taken <= 0:
                raise FULL
            data = data[:taken]
            grows = self.room
        self.room -= grows
        return self._file.write(data)

    def __getattr__(self, name):
        return getattr(self._file, name)


def filled(growing, room):
    file = growing if isinstance(growing, GrowingFile) else growing._file
    file._file = Full(getattr(file._file, "_file", file._file), room)
    return growing


def frames_of(path):
    with wave.open(str(path)) as found:
        return found.readframes(found.getnframes())


def test_a_wav_can_be_played_after_every_append(tmp_path):
    path = tmp_path / "sound.wav"
    wav = GrowingWav(path, 2)
    assert frames_of(path) == b""
    wav.append(b"abcd" * 3)
    assert frames_of(path) == b"abcd" * 3
    wav.append(b"efgh", before=8, after=4)
    assert frames_of(path) == b"abcd" * 3 + bytes(8) + b"efgh" + bytes(4)
    wav.close()
    with wave.open(str(path)) as found:
        assert (found.getnchannels(), found.getsampwidth(), found.getframerate()) == (2, 2, 24_000)
    assert path.stat().st_size == 44 + 28


def test_silence_takes_no_room(tmp_path):
    wav = GrowingWav(tmp_path / "sound.wav", 1)
    wav.append(b"", before=10_000_000)
    wav.close()
    assert len(frames_of(tmp_path / "sound.wav")) == 10_000_000
    assert (tmp_path / "sound.wav").stat().st_blocks * 512 < 100_000


@pytest.mark.parametrize("room", [0, 3, 11])
def test_sound_for_which_there_is_no_room_leaves_the_wav_as_it_was(tmp_path, room):
    path = tmp_path / "sound.wav"
    wav = GrowingWav(path, 1)
    wav.append(b"abcd")
    with pytest.raises(OSError, match="No space left"):
        filled(wav, room).append(b"efgh" * 3)
    wav.close()
    assert frames_of(path) == b"abcd"
    assert path.stat().st_size == 48


def test_a_document_is_json_after_every_append(tmp_path):
    path = tmp_path / "words.json"
    document = GrowingDocument(path, {"conversation_id": "x"}, "words")
    assert json.loads(path.read_text()) == {"conversation_id": "x", "words": []}
    document.append([{"a": 1}])
    document.append([])
    assert json.loads(path.read_text())["words"] == [{"a": 1}]
    document.append([{"b": "ü\n"}, {"c": None}])
    document.close()
    assert json.loads(path.read_text(encoding="utf-8"))["words"] == [{"a": 1}, {"b": "ü\n"}, {"c": None}]
    assert len(path.read_text(encoding="utf-8").splitlines()) == 5  # an element a line


@pytest.mark.parametrize("room", [0, 1, 5, 20])
def test_elements_for_which_there_is_no_room_leave_the_document_as_it_was(tmp_path, room):
    path = tmp_path / "words.json"
    document = GrowingDocument(path, {"conversation_id": "x"}, "words")
    document.append([{"a": 1}])
    before = path.read_bytes()
    with pytest.raises(OSError, match="No space left"):
        filled(document, room).append([{"b": "c" * 40}])
    assert path.read_bytes() == before
    filled(document, 100).append([{"b": 2}])
    document.close()
    assert json.loads(path.read_text())["words"] == [{"a": 1}, {"b": 2}]


def test_labels_are_lines_of_start_end_and_text(tmp_path):
    labels = GrowingLabels(tmp_path / "labels.txt")
    labels.append([(0.04, 1.5, "Hello\tthere,\n\x1b\x07you.")])
    labels.append([])
    labels.append([(2, 2, "end")])
    labels.close()
    assert (tmp_path / "labels.txt").read_text() == "0.040\t1.500\tHello there, you.\n2.000\t2.000\tend\n"


def test_closing_twice_is_harmless(tmp_path):
    file = GrowingFile(tmp_path / "file")
    file.close()
    file.close()
