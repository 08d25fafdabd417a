"""Memories in a list, for runs that keep nothing: they recall what a store would, in the same order."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice

from flexsim.workforce.memory.ranking import CANDIDATES, Candidate, best, is_remembered, leading
from flexsim.workforce.memory.words import query_words, words
from flexsim.workforce.records import Memory


class _Shelf:
    """One role's memories, what each is found by, and for each word the places of those that hold it."""

    __slots__ = ("candidates", "memories", "places")

    def __init__(self) -> None:
        self.memories: list[Memory] = []
        self.candidates: list[Candidate] = []
        self.places: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, memory: Memory) -> None:
        number, held = len(self.memories), words(memory.text)
        self.memories.append(memory)
        self.candidates.append(Candidate(number, memory.kind.value, memory.importance, memory.turn, held))
        for word in held:
            self.places[word].append(number)


class ListedMemories:
    """A ``Recall`` that lasts as long as the program."""

    def __init__(self, memories: Iterable[Memory] = ()) -> None:
        self._shelves: defaultdict[str, _Shelf] = defaultdict(_Shelf)
        self.add(memories)

    def add(self, memories: Iterable[Memory]) -> None:
        """Remember these too, in this order."""
        for each in memories:
            self._shelves[each.role].add(each)

    def recall(self, role: str, query: str, *, turn: int, limit: int) -> Sequence[Memory]:
        """As ``Recall`` says; nothing where no word of ``query`` is remembered."""
        if role not in self._shelves:
            return []
        shelf = self._shelves[role]
        counts = {word: len(shelf.places[word]) for word in query_words(query) if word in shelf.places}
        places = {place for word in leading(counts) for place in shelf.places[word]}
        there = (place for place in sorted(places, reverse=True) if is_remembered(shelf.memories[place], turn))
        found = [shelf.candidates[place] for place in islice(there, CANDIDATES)]
        return [shelf.memories[each] for each in best(found, counts, len(shelf.memories), turn=turn, limit=limit)]
