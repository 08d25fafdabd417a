"""The files that a new project begins with: a domain description with notes to its reader, ``.env``, a recipe for checks. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from flexsim.domain.writing import plain

DOMAIN: Final = "domain/domain.json"
ENV: Final = ".env"

# Where each kind of build server looks for its recipe.
RECIPES: Final[Mapping[str, str]] = MappingProxyType(
    {"github": ".github/workflows/contact-centre.yml", "cron": "crontab.txt"}
)
TIMEZONES: Final[Mapping[str, str]] = MappingProxyType(
    {"en-us": "America/New_York", "de-de": "Europe/Berlin", "es-es": "Europe/Madrid", "fr-fr": "Europe/Paris"}
)
_HOURS: Final = 24
_WRAP: Final = 0.15  # of the handle time
_LINE: Final = 100
_CROWDS: Final = 3  # who take their breaks together


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """What the questions are about. Hours of the day, from 0 to 24; ``handle_time`` and ``threshold`` in seconds."""

    brand: str
    locale: str
    topics: tuple[str, ...]
    agents: int
    contacts_per_hour: float
    handle_time: float
    opens: int
    closes: int
    threshold: float
    target: float


def starter_files(centre: Centre, recipe: str | None) -> dict[str, str]:
    """Path -> text of all of them; ``recipe`` is one of ``RECIPES``, or None for no such file."""
    files = {DOMAIN: _written(_domain(centre)), ENV: _ENV}
    if recipe is not None:
        files[RECIPES[recipe]] = _TEXTS[recipe].replace("LOCALE", centre.locale)
    return files


def _domain(centre: Centre) -> dict[str, Any]:
    topics = {"all": list(centre.topics)}
    talk, wrap = centre.handle_time * (1 - _WRAP), centre.handle_time * _WRAP
    return {
        "$comment": (
            f"{centre.brand}: edit, then run: flexsim genconfig --locale {centre.locale}."
            " What is not said here is the locale's; docs/domain.md explains every property. Times are seconds."
        ),
        "brand": centre.brand,
        "agentCnt": centre.agents,
        "queueFilterDim": "topic",
        "queueWorkerDims": ["skill"],
        "serviceLevel": {"threshold": plain(centre.threshold), "target": centre.target},
        "arrivals": {
            "$comment": "Customers an hour where the profile (by the hour) and the weekday (from Monday) say 1.",
            "ratePerHour": plain(centre.contacts_per_hour),
            "timezone": TIMEZONES[centre.locale],
            "profile": [1 if centre.opens <= hour < centre.closes else 0 for hour in range(_HOURS)],
            "weekday": [1, 1, 1, 1, 1, 0, 0],
        },
        "agents": {
            "$comment": "Shares of the agents, whose breaks do not fall together.",
            "shifts": [_shift(centre, crowd) for crowd in range(_CROWDS)],
        },
        "dimensions": {
            "topic": {
                "$comment": "What customers want: each topic has a queue. Portions are equal; optionParams changes that.",
                "options": topics,
            },
            "skill": {
                "$comment": "What agents can do: two topics each. The queue of a topic is answered by those who have it.",
                "entity": "workers",
                "attrName": "routing.skills",
                "valueCnt": min(2, len(centre.topics)),
                "options": topics,
            },
            "talkTime": {
                "$comment": "From acceptance to the end of the conversation.",
                "curve": "lognormal", "mean": plain(round(talk, 1)), "cv": 0.6, "min": 5, "max": round(talk * 8),
            },
            "wrapTime": {
                "$comment": "What an agent does afterwards.",
                "curve": "lognormal", "mean": plain(round(wrap, 1)), "cv": 0.5, "min": 0, "max": round(wrap * 8),
            },
            "abandonTime": {
                "$comment": "How long a customer waits before giving up.",
                "curve": "lognormal", "mean": 180, "cv": 0.8, "min": 10, "max": 1800,
            },
        },
    }  # fmt: skip


def _shift(centre: Centre, crowd: int) -> dict[str, Any]:
    first = centre.opens * 60 + (centre.closes - centre.opens) * 20  # a third of the day, in minutes
    length = min(30, (centre.closes - centre.opens) * 5)
    return {
        "start": _clock(centre.opens * 60),
        "end": _clock(centre.closes * 60),
        "share": (0.34, 0.33, 0.33)[crowd],
        "breaks": [{"at": _clock(first + crowd * length), "minutes": length}],
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _written(document: Mapping[str, Any]) -> str:
    """As JSON as people write it: what is short stands on one line."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    for inner in (r"\[[^][{}]*\]", r"\{[^][{}]*\}"):
        text = re.sub(inner, _on_one_line, text)
    return text + "\n"


def _on_one_line(found: re.Match[str]) -> str:
    line = re.sub(r"\s*\n\s*", " ", found[0])
    line = f"{line[0]}{line[1:-1].strip()}{line[-1]}"
    return line if len(line) <= _LINE else found[0]


_ENV: Final = """\
# flexsim reads this file in the folder that it runs in; the environment beats it, flags beat both. It holds secrets: keep it to yourself.

# A Twilio Flex project: console.twilio.com has the account's SID and token, TaskRouter the workspace's SID.
# For a TaskRouter of your own, without an account: flexsim taskrouter > .env
ACCOUNT_SID=
AUTH_TOKEN=
WRKSPC_SID=

# Where TaskRouter reaches agentsim: a tunnel's address, for example ngrok's.
ASSIGN_URL=

# One integer that decides every draw; a fresh one for each run when not set.
RANDOM_SEED=
"""

_GITHUB: Final = """\
# Holds the contact centre to what it should be, at every push.
name: contact centre
on: [push]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with: {python-version: "3.12", cache: pip}
      - run: python -m pip install flexsim
      - name: the configuration is what the domain describes
        run: flexsim genconfig --locale LOCALE --check
      - name: no faults in it
        run: flexsim lint config --strict
      - name: customers are answered in time
        run: flexsim simulate --cfgdir config --hours 24 --seed 1 --fail-if "service_level < 0.5" --junit simulation.xml
"""

_CRON: Final = """\
# For crontab -e; the folder is that of this file. Mail comes when a line fails.
MAILTO=you@example.com
15 5 * * 1-5  cd /srv/contact-centre && flexsim --quiet genconfig --locale LOCALE --check
30 5 * * 1-5  cd /srv/contact-centre && flexsim --quiet deploy --cfgdir config --check
"""

_TEXTS: Final[Mapping[str, str]] = MappingProxyType({"github": _GITHUB, "cron": _CRON})
