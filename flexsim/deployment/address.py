"""Where the workflow calls back with assignments: which address, and whether it can be one."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from flexsim.errors import ConfigurationError
from flexsim.origins import is_loopback

PATH: Final = "/reservation"
DEFAULT_PORT: Final = 3000  # where agentsim listens unless told otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user said: the flag, the setting ASSIGN_URL, agentsim's port; and the TaskRouter's base address."""

    flag: str | None = None
    setting: str | None = None
    port: int | None = None
    base_url: str | None = None


def assignment_url(wishes: Wishes, existing: str | None) -> str:
    """The flag, else the setting; else, for a TaskRouter on this machine, the port set for agentsim; else what is there.

    Nothing there yet, and the TaskRouter on this machine: agentsim's usual port here. So a second deploy without the flag
    of the first changes nothing. Raises ConfigurationError when nothing is left, or when the address is not one.
    """
    if wishes.flag:
        return reservation_url(wishes.flag, "--assign-url")
    if wishes.setting:
        return reservation_url(wishes.setting, "ASSIGN_URL")
    here = wishes.base_url is not None and is_this_machine(wishes.base_url)
    if existing and not (here and wishes.port):
        return existing
    if here:
        return f"http://127.0.0.1:{wishes.port or DEFAULT_PORT}{PATH}"
    raise ConfigurationError(
        "no address for assignments: say where TaskRouter reaches agentsim with --assign-url or ASSIGN_URL,"
        f" for example https://<your tunnel>{PATH}"
    )


def reservation_url(text: str, source: str = "the address") -> str:
    """``text`` as a callback address; a bare host gets agentsim's path. Raises ConfigurationError naming ``source``."""
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, or brackets that do not close
        usable = False
    if not usable or any(character.isspace() for character in text.strip()):
        raise ConfigurationError(f"{source} is not an http or https address: {text}; for example https://host{PATH}")
    return urlunsplit(parts if parts.path.strip("/") else parts._replace(path=PATH))


def is_this_machine(url: str) -> bool:
    """Whether the host of ``url`` is this machine by its loopback address or name."""
    return is_loopback(urlsplit(url).hostname or "")
