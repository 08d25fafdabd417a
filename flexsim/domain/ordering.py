"""In what order dimensions are drawn: a dimension comes after its parent and after whatever influences it.

It works on names alone, so that the checks can use it before there are records.
"""

from collections.abc import Collection, Mapping


def in_order(needs: Mapping[str, Collection[str]]) -> tuple[list[str], list[str]]:
    """The names so that each comes after what it needs, and the names that form or hang on a cycle.

    ``needs`` maps a name to the names it needs; needed names that are no keys count as there already. Among names that are
    ready at the same time the order of ``needs`` is kept.
    """
    waiting = {name: {need for need in needed if need in needs} for name, needed in needs.items()}
    ordered: list[str] = []
    done: set[str] = set()
    while ready := [name for name, needed in waiting.items() if needed <= done]:
        ordered += ready
        done.update(ready)
        for name in ready:
            del waiting[name]
    return ordered, list(waiting)


def cycle(needs: Mapping[str, Collection[str]], start: str) -> list[str]:
    """A cycle that is reached from ``start``, which must be one of ``in_order``'s second list: a, b, …, a."""
    _, stuck = in_order(needs)
    path: list[str] = [start]
    while True:
        following = next(need for need in needs[path[-1]] if need in stuck)
        if following in path:
            return [*path[path.index(following) :], following]
        path.append(following)
