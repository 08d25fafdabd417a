"""What a part of the server that remembers things does so that they outlive the process.

A server with a data file writes every accepted input into it, and now and then a snapshot of everything. On start the
keepers load their documents from the latest snapshot, and then hear of the inputs since then as subscribers of the host,
as they heard of them the first time. So a keeper remembers only what follows from its document and what it has heard.
"""

from typing import Any, Protocol


class Keeper(Protocol):
    """``name`` says whose document it is, and stays the same from release to release.

    ``dump`` returns it as a document of JSON's own types (objects with text keys, arrays, text, numbers, true, false,
    null); it is not called while an input is under way. ``load`` is called on a keeper that has heard nothing yet, with
    what a ``dump`` returned; where there was no such document, it is not called. After it, the keeper behaves as the one
    that was dumped: the same inputs heard give the same answers. Workspaces are named in it by their SIDs.
    """

    name: str

    def dump(self) -> Any: ...

    def load(self, document: Any) -> None: ...
