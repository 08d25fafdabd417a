"""Keeps a server's state in a data file: every input before it is answered, and now and then a snapshot."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from flexsim.emulator import recording
from flexsim.emulator.accounts import Account
from flexsim.emulator.host import Workspace
from flexsim.emulator.journal import Document, Journal, encode
from flexsim.emulator.restoring import FORMAT, State
from flexsim.taskrouter.engine import Engine
from flexsim.taskrouter.events import Event

SNAPSHOT_EVERY: Final = 50_000  # inputs at least; and as many as there are tasks, so that it costs little of the whole


class Persistence:
    """Writes a state's inputs into a journal, with a snapshot now and then. A recorder of the host's."""

    def __init__(self, journal: Journal, state: State, *, is_kept: bool, every: int = SNAPSHOT_EVERY) -> None:
        """Record from now on. The journal holds the state already when it ``is_kept``; else it is written there."""
        self._journal = journal
        self._state = state
        self._every = every
        self._due = False
        self._closed_with: dict[str, Document] = {}
        state.host.recorder = self
        if not is_kept:
            self.snapshot()

    # --- the host's recorder, and the server's ---

    def done(
        self,
        workspace: Workspace,
        now: float,
        engine_input: Callable[..., list[Event]],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
    ) -> None:
        self._record(workspace, now, recording.written(engine_input.__name__, args, kwargs))

    def advanced(self, workspace: Workspace, now: float) -> None:
        self._record(workspace, now, {"do": recording.ADVANCE})

    def opened(self, workspace: Workspace, now: float, furnish: Callable[[Engine, float], list[Event]]) -> None:
        document = {"do": recording.OPEN, "name": workspace.engine.name, "template": furnish.__name__}
        self._record(workspace, now, document)

    def closed(self, workspace: Workspace, now: float) -> None:
        self._record(workspace, now, {"do": recording.CLOSE})

    def account_added(self, account: Account) -> None:
        self._append({"do": recording.ACCOUNT, "at": self._state.host.clock.now(), "account": account.sid})

    def key_added(self, account: Account) -> None:
        self._append({"do": recording.KEY, "at": self._state.host.clock.now(), "account": account.sid})

    # --- snapshots ---

    def snapshot(self) -> None:
        """Write the present state in place of the last one and the inputs since; not while an input is under way."""
        self._due = False
        if self._journal.is_open and not self._journal.failed:
            self._journal.keep(self._state.dump())

    @contextmanager
    def starting_over(self, seed: int) -> Iterator[None]:
        """What is done inside is not recorded; the state that it ends in, made with ``seed``, is kept instead."""
        self._state.host.recorder = None
        try:
            yield
        finally:
            self._state.host.recorder = self
            self._state.seed = seed
            self.snapshot()

    def export(self) -> Iterable[str]:
        """The last snapshot and the inputs since as JSON lines: what ``read_export`` reads."""
        yield encode({"flexsim": "inputs", "format": FORMAT, "snapshot": self._journal.snapshot()})
        yield from self._journal.lines()

    # --- from start to stop ---

    def fail_with(self, callback: Callable[[Exception], None]) -> None:
        """Call back when the file cannot be written any more; from then on every input fails."""
        self._journal.on_failure = callback

    def resume(self) -> None:
        """Use the file again after ``close``; raises ``ConfigurationError`` if somebody else has changed it."""
        if not self._journal.is_open:
            self._journal.reopen(self._closed_with)

    def close(self) -> None:
        """Keep everything, and let others use the file."""
        if not self._journal.is_open:
            return
        self.snapshot()
        self._closed_with = self._journal.snapshot()
        self._journal.close()

    def _record(self, workspace: Workspace, now: float, document: Document) -> None:
        self._append(
            {
                **document,
                "at": now,
                "workspace": workspace.sid,
                "account": workspace.account.sid,
                "events": workspace.engine.sequence,
            }
        )

    def _append(self, document: Document) -> None:
        self._journal.append(document)
        if self._journal.since_snapshot >= self._every and not self._due:
            self._due = True
            self._snapshot_soon()

    def _snapshot_soon(self) -> None:
        """As soon as no input is under way; if no event loop runs, there will be one when it stops."""
        tasks = sum(len(each.engine.tasks) for each in self._state.host.workspaces())
        if self._journal.since_snapshot < tasks:
            self._due = False
            return
        try:
            asyncio.get_running_loop().call_soon(self.snapshot)
        except RuntimeError:
            self._due = False
