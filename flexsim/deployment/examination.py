"""Whether what a run needs is there: the way to the TaskRouter, the way back, the clock, ports, files; and what to do where not.

Nothing is changed: it asks, and looks.
"""

import email.utils
import errno
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from flexsim.configuration.files import read_configuration
from flexsim.deployment.address import is_this_machine, reservation_url
from flexsim.deployment.client import Credentials, connect
from flexsim.errors import ConfigurationError, TargetError

_PATIENCE: Final = aiohttp.ClientTimeout(total=10)
_DRIFT: Final = 5.0  # seconds; a signed request of Twilio's is good for minutes, a log is hard to read much sooner
_LITTLE_SPACE: Final = 1 << 30
_OLDEST: Final = (3, 11)

# What the packages are for; those of extras may be missing.
EXTRAS: Final[Mapping[str, str]] = {
    "uvloop": "fast: a tenth less processor time a request",
    "grpcio": "grpc: flexsim load collector --grpc-port",
    "pyarrow": "parquet: flexsim export --format parquet",
    "psycopg": "postgres: DATABASE_URL=postgresql://...",
    "redis": "redis: REDIS_URL",
    "pocketsphinx": "hearing: words that flexsim has not spoken itself",
    "ray": "cluster: --cluster, more machines than one",
}


class Verdict(StrEnum):
    """How bad it is: nothing; something will not work for some; something will not work."""

    GOOD = "good"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, what was found, and what to do (empty where nothing is to be done)."""

    subject: str
    verdict: Verdict
    words: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is examined. ``credentials`` None, with ``no_credentials`` saying why; ``now`` gives the machine's time."""

    credentials: Credentials | None
    no_credentials: str
    assign_url: str | None
    ports: Mapping[str, int]
    cfgdir: Path
    env_file: Path
    runs: Path
    now: Callable[[], float]


async def examine(subject: Subject) -> list[Finding]:
    """Everything, in the order in which one would look."""
    findings = [_python(), _extras(), _env_file(subject.env_file), _configuration(subject.cfgdir), _space(subject.runs)]
    findings += [_port(name, port) for name, port in subject.ports.items()]
    findings.append(_descriptors())
    findings.append(await _taskrouter(subject))
    findings.append(await _callback(subject))
    findings.append(await _clock(subject))
    return findings


def _good(subject: str, words: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.GOOD, words=words)


def _warning(subject: str, words: str, remedy: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.WARNING, words=words, remedy=remedy)


def _fault(subject: str, words: str, remedy: str) -> Finding:
    return Finding(subject=subject, verdict=Verdict.FAULT, words=words, remedy=remedy)


# --- this machine ---


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    words = f"flexsim {version('flexsim')} on Python {found}"
    if sys.version_info[:2] < _OLDEST:
        return _fault("versions", words, "flexsim needs Python 3.11 or newer")
    return _good("versions", words)


def _extras() -> Finding:
    there, missing = [], []
    for package, purpose in EXTRAS.items():
        try:
            there.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            missing.append(purpose)
    words = ", ".join(there) or "none"
    return _good("extras", f"{words}; not installed: {'; '.join(missing)}" if missing else words)


def _env_file(path: Path) -> Finding:
    try:
        mode = path.stat().st_mode
    except OSError:
        return _good("settings", f"no {path}: the environment and flags alone")
    if sys.platform != "win32" and mode & (stat.S_IRGRP | stat.S_IROTH):
        return _warning(
            "settings", f"{path} holds secrets, and others on this machine may read it", f"chmod 600 {path}"
        )
    return _good("settings", f"{path}, which nobody else may read")


def _configuration(cfgdir: Path) -> Finding:
    try:
        found = read_configuration(cfgdir)
    except ConfigurationError as error:
        return _warning(
            "configuration", str(error).splitlines()[0], "flexsim genconfig writes one, flexsim init begins one"
        )
    return _good(
        "configuration", f"{cfgdir}: {found.domain.brand}, {len(found.workers)} agents, {len(found.queues)} queues"
    )


def _space(runs: Path) -> Finding:
    folder = next((each for each in (runs, *runs.absolute().parents) if each.is_dir()), Path())
    try:
        free = shutil.disk_usage(folder).free
        _try_to_write(folder)
    except OSError as error:
        return _fault("runs", f"{folder} cannot be written to: {error.strerror}", "choose another folder with --out")
    words = f"{folder.absolute()}: {free / (1 << 30):.1f} GB free"
    if free < _LITTLE_SPACE:
        return _warning("runs", words, "a day of 100,000 contacts needs about 0.2 GB of event log")
    return _good("runs", words)


def _try_to_write(folder: Path) -> None:
    probe = folder / ".flexsim-doctor"
    probe.touch()
    probe.unlink()


def _port(name: str, port: int) -> Finding:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return _good(f"port {port}", f"free for {name}")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return _warning(
                f"port {port}", f"in use; {name} would want it", "fine if that is the one that runs; else --port"
            )
        return _fault(f"port {port}", f"cannot be listened on: {error.strerror}", "choose one above 1023 with --port")


def _descriptors() -> Finding:
    if sys.platform == "win32":
        return _good("descriptors", "not limited here")
    import resource  # noqa: PLC0415 -- Windows has none

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY:
        return _good("descriptors", "no limit")
    words = f"{hard:,} for a process: so many agents on sockets, less 200"
    return _good("descriptors", words) if hard > 4096 else _warning("descriptors", words, "ulimit -n raises it")


# --- the way to the TaskRouter, and back ---


async def _taskrouter(subject: Subject) -> Finding:
    if subject.credentials is None:
        return _warning(
            "TaskRouter", subject.no_credentials, "only what needs a TaskRouter: deploy, agentsim, custsim, cleansim"
        )
    where = subject.credentials.address
    try:
        async with connect(subject.credentials) as router:
            name = await router.greet()
    except TargetError as error:
        return _fault(
            "TaskRouter", str(error), "check the address and the credentials; a local one: flexsim taskrouter > .env"
        )
    return _good("TaskRouter", f"{where} lets us into workspace {name}")


async def _callback(subject: Subject) -> Finding:
    if not subject.assign_url:
        return _good(
            "callback", "no ASSIGN_URL: deploy and agentsim say where, or a local TaskRouter finds agentsim here"
        )
    url = reservation_url(subject.assign_url, "ASSIGN_URL")
    local = subject.credentials is not None and subject.credentials.base_url is not None
    if is_this_machine(url) and not local:
        return _fault(
            "callback", f"{url} is this machine to Twilio too: it would call itself", "a tunnel: ngrok http 3000"
        )
    status, words = await _asked(urlunsplit(urlsplit(url)._replace(path="/health", query="")))
    if status == 0:
        return _warning("callback", f"{url}: {words}", "start the tunnel and agentsim, then ask again")
    if status == 200:
        return _good("callback", f"{url} leads to agentsim, which is well; from here, at least")
    return _warning(
        "callback", f"{url} answers {status}, which is not agentsim's answer", "is agentsim running behind it?"
    )


async def _clock(subject: Subject) -> Finding:
    """Against the clock of whoever answers at the TaskRouter's address."""
    if subject.credentials is None or subject.credentials.base_url is not None:
        return _good("clock", "nothing to compare it with: no Twilio project")
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE) as session,
            session.get(subject.credentials.address, allow_redirects=False) as answer,
        ):
            theirs = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError) as error:
        return _warning(
            "clock", f"Twilio's cannot be asked: {str(error) or type(error).__name__}", "is there a network?"
        )
    ahead = subject.now() - theirs
    if abs(ahead) > _DRIFT:
        return _warning("clock", f"{ahead:+.0f} s from Twilio's", "set it: timedatectl set-ntp true")
    return _good("clock", "Twilio's agrees within seconds")


async def _asked(url: str) -> tuple[int, str]:
    """The status of a GET, or 0 and why there is none."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            return answer.status, ""
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        return 0, f"nobody answers ({type(error).__name__})"
