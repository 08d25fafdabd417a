"""Exact hearing: sound that was spoken in this process, known again frame by frame.

A trie over frames. Sentences share beginnings, so that one frame does not tell which; a step in the trie does. A frame is
its text's hash, which costs nothing to take again where the text is the same object; what is kept of an utterance is
some 270 bytes a frame, not its sound.
"""

from array import array
from collections import OrderedDict
from typing import Final

from flexsim.voice.ports import Speech, Voice
from flexsim.voice.sound.words import Said

FRAMES_KEPT: Final = 90_000  # an hour of speech at 40 ms: 24 MB


class Step:
    """A place in the trie: the frames so far; ``key`` leads to ``next``, any other to one of ``others``."""

    __slots__ = ("ends", "key", "next", "others", "passing", "said")

    def __init__(self, said: Said | None) -> None:
        self.said = said  # an utterance that begins like this
        self.passing = 0  # how many do
        self.ends: tuple[Said, ...] = ()  # those that are over here
        self.key = 0
        self.next: Step | None = None
        self.others: dict[int, Step] | None = None

    def after(self, key: int) -> "Step | None":
        """The next place, if anything goes on with a frame of this hash."""
        if self.key == key:
            return self.next
        return None if self.others is None else self.others.get(key)

    def grown(self, key: int, said: Said) -> "Step":
        """The next place, made if it is not there."""
        there = self.after(key)
        if there is not None:
            return there
        new = Step(said)
        if self.next is None:
            self.key, self.next = key, new
        else:
            self.others = self.others or {}
            self.others[key] = new
        return new

    def pruned(self, key: int) -> None:
        """Forget the place after this frame."""
        if self.key == key:
            self.key, self.next = 0, None
        elif self.others is not None:
            del self.others[key]


class Utterances:
    """The trie. Beyond ``frames_kept`` it forgets what was not said for longest."""

    def __init__(self, frames_kept: int = FRAMES_KEPT) -> None:
        self._room = frames_kept
        self._root = Step(None)
        self._kept: OrderedDict[tuple[str, Voice], tuple[Said, array[int]]] = OrderedDict()
        self._held = 0

    def add(self, speech: Speech) -> bool:
        """Know this utterance from now on; false where it was known already."""
        name = speech.text, speech.voice
        if name in self._kept:
            self._kept.move_to_end(name)
            return False
        said = Said.of(speech)
        keys = array("q", map(hash, speech.frames))
        self._kept[name] = said, keys
        self._held += len(keys)
        self._lay(said, keys)
        while self._held > self._room and len(self._kept) > 1:
            self._lift(*self._kept.popitem(last=False)[1])
        return True

    def first(self, key: int) -> Step | None:
        """The place after an utterance's first frame, if one begins so."""
        return self._root.after(key)

    def _lay(self, said: Said, keys: "array[int]") -> None:
        step = self._root
        for key in keys:
            step = step.grown(key, said)
            step.passing += 1
        step.ends = (*step.ends, said)

    def _lift(self, said: Said, keys: "array[int]") -> None:
        self._held -= len(keys)
        before, alone = self._root, False
        for key in keys:
            step = before.after(key)
            assert step is not None, "an utterance is in the trie until it is taken out"
            step.passing -= 1
            if not (alone or step.passing):
                before.pruned(key)
                alone = True  # and so is all that follows
            before = step
        before.ends = tuple(each for each in before.ends if each is not said)


class Originals:
    """Frames of what was spoken last, by their hash: who hears one again keeps the speaker's own, and no copy of it."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._by_key: dict[int, str] = {}
        self._spoken: OrderedDict[tuple[str, Voice], Speech] = OrderedDict()
        self.of = self._by_key.get

    def add(self, speech: Speech) -> None:
        """Know these; beyond ``room`` frames, no longer those that were not said for longest."""
        name = speech.text, speech.voice
        if name in self._spoken:
            self._spoken.move_to_end(name)
            return
        self._spoken[name] = speech
        self._by_key.update(zip(map(hash, speech.frames), speech.frames, strict=True))
        while len(self._by_key) > self._room and len(self._spoken) > 1:
            for frame in self._spoken.popitem(last=False)[1].frames:
                self._by_key.pop(hash(frame), None)
