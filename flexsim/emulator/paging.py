"""Lists a page at a time, in Twilio's envelope.

A page is found by the last row of the one before: ``PageToken=PA<sid>`` (``PB<sid>`` for the page before the row), so
rows that come or go meanwhile shift nothing. A page number without a token is refused with 40153, but for page 0.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Generic, TypeVar

from flexsim.emulator.params import Parameters
from flexsim.errors import AbsolutePaging, InvalidInput

T = TypeVar("T")

DEFAULT_SIZE: Final = 50
LARGEST_SIZE: Final = 1000
_FORWARD: Final = "PA"
_BACK: Final = "PB"
_PAGING: Final = frozenset({"PageSize", "Page", "PageToken"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(Generic[T]):
    """What is listed.

    ``rows`` holds those that the filters leave, in the order of the list; ``ascending`` says that this is the order of
    their ``number``, which allows to stop early. ``sid`` makes a row's SID of its number, ``number_of`` undoes that;
    ``render`` makes of it what orjson can write.
    """

    key: str
    rows: Iterable[T]
    number: Callable[[T], int]
    sid: Callable[[int], str]
    number_of: Callable[[str], int | None]
    render: Callable[[T], Any]
    ascending: bool = True


def page(listing: Listing[T], url: str, raw_query: str, query: Parameters) -> dict[str, Any]:
    """The page that ``query`` asks for; ``url`` is the list's absolute address, ``raw_query`` what was sent."""
    size = query.integer("PageSize", 1, LARGEST_SIZE) or DEFAULT_SIZE
    index = query.integer("Page", 0, 10**9) or 0
    token = query.text("PageToken")
    if index and not token:
        raise AbsolutePaging(
            f"Absolute Paging used when iterating TaskRouter resources: Page={index} without PageToken"
        )
    rows, more = _cut(listing, token, size)
    filters = "".join(f"{pair}&" for pair in raw_query.split("&") if pair and pair.partition("=")[0] not in _PAGING)

    def address(number: int, way: str = "", row: T | None = None) -> str:
        tail = "" if row is None else f"&PageToken={way}{listing.sid(listing.number(row))}"
        return f"{url}?{filters}PageSize={size}&Page={number}{tail}"

    here = address(index) + (f"&PageToken={token}" if token else "")
    return {
        "meta": {
            "key": listing.key,
            "page": index,
            "page_size": size,
            "first_page_url": address(0),
            "previous_page_url": address(index - 1, _BACK, rows[0]) if index and rows else None,
            "next_page_url": address(index + 1, _FORWARD, rows[-1]) if more else None,
            "url": here,
        },
        listing.key: [listing.render(row) for row in rows],
    }


def _cut(listing: Listing[T], token: str | None, size: int) -> tuple[list[T], bool]:
    """The rows of the page, and whether there are more after them."""
    if not token:
        found = list(islice(listing.rows, size + 1))
        return found[:size], len(found) > size
    mark = listing.number_of(token[2:])
    if mark is None or token[:2] not in {_FORWARD, _BACK}:
        raise InvalidInput(f"PageToken names no row of this list: {token[:40]}")
    if token[:2] == _BACK:
        before = _before(listing, mark)
        return before[-size:], True
    found = list(islice(_after(listing, mark), size + 1))
    return found[:size], len(found) > size


def _after(listing: Listing[T], mark: int) -> Iterable[T]:
    if listing.ascending:
        return (row for row in listing.rows if listing.number(row) > mark)
    rows = iter(listing.rows)
    if not any(listing.number(row) == mark for row in rows):
        raise InvalidInput(
            f"PageToken names a row that has left the list: {listing.sid(mark)}; start at the first page"
        )
    return rows


def _before(listing: Listing[T], mark: int) -> list[T]:
    if listing.ascending:
        return [row for row in listing.rows if listing.number(row) < mark]
    rows = list(listing.rows)
    return rows[: next((place for place, row in enumerate(rows) if listing.number(row) == mark), 0)]
