"""What a server holds, as a snapshot and the inputs since; and how it comes back from them.

A snapshot holds the accounts, every workspace's engine and the keepers' documents. To restore is to load it and to do the
inputs again that came after it, at their times; nobody outside hears of them. The engine is deterministic, so they have
the same results, and every one is checked to have caused as many events as the first time.
"""

import contextlib
import gc
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import index
from pathlib import Path
from typing import Any, Final

from flexsim.clock import Callback, Waking
from flexsim.emulator import recording
from flexsim.emulator.accounts import Account, Accounts
from flexsim.emulator.host import Host
from flexsim.emulator.journal import Document, Journal
from flexsim.emulator.keeping import Keeper
from flexsim.errors import ConfigurationError, RoutingError
from flexsim.ids import Sids
from flexsim.taskrouter import snapshot

FORMAT: Final = 1  # of exported inputs
DEFAULT_SEED: Final = 1  # so that the printed credentials are the same every time

_SERVER: Final = "server"
_WORKSPACE: Final = "workspace/"
_KEEPER: Final = "keeper/"

# The engine trusts its inputs, and asserts what follows; of a file that was damaged they may be any. What comes of that says that the
# file holds something else than what was recorded; the state that was to be restored is thrown away with it.
_LATEST: Final = 250_000_000_000.0  # seconds since 1970: the year 9892; calendars end soon after
_NOT_RECORDED: Final = (
    LookupError, TypeError, ValueError, ArithmeticError, AttributeError, AssertionError, RecursionError, StopIteration,
    RoutingError, ConfigurationError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What there is to restore: a snapshot by part, and the inputs after it as JSON lines; ``source`` is where from."""

    source: str
    parts: Mapping[str, Document]
    lines: Sequence[str]

    @property
    def seed(self) -> int:
        try:
            return index(self.parts[_SERVER]["seed"])
        except (LookupError, TypeError) as error:
            raise ConfigurationError(f"{self.source} is damaged: it does not say its seed") from error

    @property
    def until(self) -> float:
        """The last moment that is known of it."""
        try:
            last = float(json.loads(self.lines[-1])["at"]) if self.lines else 0.0
            until = _moment(max(last, float(self.parts[_SERVER]["now"])))
        except (LookupError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise ConfigurationError(f"{self.source} is damaged: its last input cannot be read") from error
        return until


def read_journal(journal: Journal) -> Record | None:
    """What is in the data file; None when it is new."""
    with _collecting_later():
        parts = journal.snapshot()
    return Record(source=journal.path, parts=parts, lines=list(journal.lines())) if parts else None


def read_export(path: Path) -> Record:
    """Inputs as ``GET /_flexsim/inputs`` gives them; raises ``ConfigurationError``."""
    try:
        first, *lines = (
            path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
        )  # text may hold other line breaks
        header = json.loads(first)
    except OSError as error:
        raise ConfigurationError(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path} does not hold recorded inputs: {error}") from error
    if not isinstance(header, dict) or not isinstance(header.get("snapshot"), dict):
        raise ConfigurationError(f"{path} does not hold recorded inputs: the first line is no header")
    if header.get("format") != FORMAT:
        raise ConfigurationError(f"{path} has format {header.get('format')!r:.60}, this flexsim reads {FORMAT}")
    return Record(source=str(path), parts=header["snapshot"], lines=lines)


def open_record(
    data: str | Path | None, replay: str | Path | None, seed: int | None
) -> tuple[Journal | None, Record | None]:
    """The data file, if there is to be one, and what is to be restored, from it or from recorded inputs.

    ``seed`` is the one asked for, if any: see ``chosen_seed``.
    """
    recorded = None if replay is None else read_export(Path(replay))
    if data is None:
        chosen_seed(seed, recorded)
        return None, recorded
    journal = Journal(data)
    try:
        kept = read_journal(journal)
        if kept is not None and recorded is not None:
            raise ConfigurationError(f"{data} holds a TaskRouter already: replay the inputs into a new file")  # noqa: TRY301 -- the file must be closed
        chosen_seed(seed, kept or recorded)
    except BaseException:
        journal.close()
        raise
    return journal, kept or recorded


def chosen_seed(given: int | None, record: Record | None) -> int:
    """The seed of what is restored, beside which no other may be given; else the given one, or ``DEFAULT_SEED``."""
    if record is None:
        return DEFAULT_SEED if given is None else given
    if given not in (None, record.seed):
        raise ConfigurationError(f"{record.source} was made with seed {record.seed}, not {given}: leave the seed out")
    return record.seed


def _moment(value: Any) -> float:
    if not 0.0 <= value <= _LATEST:
        raise ValueError(f"no time of this world: {value}")
    return float(value)


def _told(error: Exception) -> str:
    """In one line of bounded length: what was damaged may stand in it."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


class _Past:
    """The time of the input that is done again."""

    def __init__(self) -> None:
        self.moment = 0.0

    def now(self) -> float:
        return self.moment

    def call_at(self, moment: float, callback: Callback) -> Waking:
        raise AssertionError(f"{callback} asked to be woken at {moment}, in the past")


@contextlib.contextmanager
def _collecting_later() -> Iterator[None]:
    """Hundreds of thousands of records are made, all of them to stay: looking for garbage among them doubles the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class State:
    """What is kept: the accounts, the workspaces, and what the keepers remember."""

    def __init__(self, seed: int, host: Host, accounts: Accounts, keepers: Sequence[Keeper]) -> None:
        self.seed = seed
        self.host = host
        self.accounts = accounts
        self.keepers = keepers

    def dump(self) -> dict[str, Document]:
        """The snapshot by part; not while an input is under way."""
        with _collecting_later():
            return self._dump()

    def _dump(self) -> dict[str, Document]:
        accounts = self.accounts.listed()
        parts: dict[str, Document] = {
            _SERVER: {
                "seed": self.seed,
                "now": self.host.clock.now(),
                "accounts": [
                    {"sid": each.sid, "workspaces_opened": self.host.opened.get(each.sid, 0)} for each in accounts
                ],
                "keys": [account.sid for account in self.accounts.key_holders()],
            }
        }
        for place, workspace in enumerate(self.host.workspaces()):
            parts[f"{_WORKSPACE}{workspace.sid}"] = {
                "place": place,
                "account": workspace.account.sid,
                "number": workspace.number,
                "engine": snapshot.dump(workspace.engine),
            }
        for keeper in self.keepers:
            parts[_KEEPER + keeper.name] = {"document": keeper.dump()}
        return parts

    def load(self, record: Record) -> None:
        """Into a state that holds nothing yet: the snapshot, then the inputs again. Raises ``ConfigurationError``."""
        with _collecting_later():
            self._load(record)

    def _load(self, record: Record) -> None:
        try:
            self._load_server(record)
            self._load_workspaces(record.parts)
            for keeper in self.keepers:
                part = record.parts.get(_KEEPER + keeper.name)
                if part is not None:
                    keeper.load(part["document"])
        except _NOT_RECORDED as error:
            message = f"{record.source}: the snapshot cannot be read: {_told(error)}"
            raise ConfigurationError(message) from error
        past = _Past()
        with self.host.replaying(past):
            for number, line in enumerate(record.lines, 1):
                self._again(record.source, number, line, past)

    def _load_server(self, record: Record) -> None:
        document = record.parts[_SERVER]
        for each in document["accounts"]:
            account = self.accounts.add()
            if account.sid != each["sid"]:
                raise ConfigurationError(f"{record.source}: seed {self.seed} does not give account {each['sid']}")
            self.host.opened[account.sid] = each["workspaces_opened"]
        for sid in document["keys"]:
            self.accounts.add_key(self._account(sid))

    def _load_workspaces(self, parts: Mapping[str, Document]) -> None:
        documents = [(sid.removeprefix(_WORKSPACE), each) for sid, each in parts.items() if sid.startswith(_WORKSPACE)]
        for sid, document in sorted(documents, key=lambda each: each[1]["place"]):
            engine = snapshot.load(document["engine"], Sids(self.seed, sid))
            self.host.restore(self._account(document["account"]), document["number"], engine)

    def _account(self, sid: str) -> Account:
        return next(each for each in self.accounts.listed() if each.sid == sid)

    def _again(self, source: str, number: int, line: str, past: _Past) -> None:
        try:
            document = json.loads(line)
            past.moment = _moment(document["at"])
            events = self._do(document)
        except _NOT_RECORDED as error:
            message = f"{source}: input {number} since the snapshot cannot be done again: {_told(error)}"
            raise ConfigurationError(message) from error
        if events != document.get("events"):
            raise ConfigurationError(
                f"{source}: input {number} since the snapshot has other results than when it was recorded: "
                "use the version of flexsim that recorded it"
            )

    def _do(self, document: Document) -> int | None:
        """Do the input; how many events its workspace has had then."""
        host, name = self.host, document["do"]
        if name == recording.ACCOUNT:
            self.accounts.add()
            return None
        if name == recording.KEY:
            self.accounts.add_key(self._account(document["account"]))
            return None
        account = self._account(document["account"])
        if name == recording.OPEN:
            furnish = recording.TEMPLATES[document["template"]]
            return host.open(account, document["name"], furnish).engine.sequence
        workspace = host.workspace(account, document["workspace"])
        if name == recording.CLOSE:
            host.close(workspace)
        elif name == recording.ADVANCE:
            host.catch_up(workspace)
        else:
            method, arguments, options = recording.call(workspace.engine, document)
            host.do(workspace, method, *arguments, **options)
        return workspace.engine.sequence
