"""The conversation of a session: its items, in order, each under its id."""

from collections.abc import Iterator
from typing import Final

from flexsim.errors import ProtocolError
from flexsim.voice.realtime.items import Item

MOST_ITEMS: Final = 10_000


class Conversation:
    """Items in order. Every change is refused with ProtocolError before anything is touched."""

    __slots__ = ("_items", "_order")

    def __init__(self) -> None:
        self._items: dict[str, Item] = {}
        self._order: list[str] = []

    def __iter__(self) -> Iterator[Item]:
        return (self._items[each] for each in self._order)

    def __len__(self) -> int:
        return len(self._order)

    @property
    def last(self) -> str | None:
        """The id of the last item."""
        return self._order[-1] if self._order else None

    def get(self, item_id: str) -> Item | None:
        """The item of this id."""
        return self._items.get(item_id)

    def add(self, item: Item, after: str | None = None) -> str | None:
        """Put an item at the end, or after another, or first where that is ``root``; gives the id of the one before it."""
        if item.item_id in self._items:
            raise ProtocolError(
                f"Error adding item: an item with id '{item.item_id}' already exists.",
                code="item_create_duplicate_item_id",
                parameter="item.id",
            )
        if len(self._order) >= MOST_ITEMS:
            raise ProtocolError(f"A conversation has at most {MOST_ITEMS} items.", code="conversation_full")
        place = self._place(after)
        before = self._order[place - 1] if place else None
        self._items[item.item_id] = item
        self._order.insert(place, item.item_id)
        return before

    def before(self, item_id: str) -> str | None:
        """The id of the item before this one."""
        # Nearly always it is the last.
        place = len(self._order) - 1 if self._order[-1] == item_id else self._order.index(item_id)
        return self._order[place - 1] if place else None

    def remove(self, item_id: str) -> Item:
        """Take this item away."""
        item = self._known(item_id, "delete")
        del self._items[item_id]
        self._order.remove(item_id)
        return item

    def found(self, item_id: str, doing: str) -> Item:
        """The item of this id; raises ProtocolError that says what could not be done."""
        return self._known(item_id, doing)

    def _place(self, after: str | None) -> int:
        if after is None:
            return len(self._order)
        if after == "root":
            return 0
        if after not in self._items:
            raise ProtocolError(
                f"Error adding item: the previous item with id '{after}' does not exist.",
                code="item_create_invalid_previous_item_id",
                parameter="previous_item_id",
            )
        return len(self._order) if after == self._order[-1] else self._order.index(after) + 1

    def _known(self, item_id: str, doing: str) -> Item:
        item = self._items.get(item_id)
        if item is None:
            raise ProtocolError(
                f"Error: cannot {doing} the item: there is none with id '{item_id[:64]}'.",
                code=f"item_{doing}_invalid_item_id",
                parameter="item_id",
            )
        return item
