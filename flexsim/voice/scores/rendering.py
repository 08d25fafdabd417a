"""Pages about conversations. Sound alone lies beside a page, where the recorder has left it; the rest is inside."""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment

from flexsim.pages import inside, templates
from flexsim.voice.scores import words

_STYLES: Final = ("report/report.css", "converse/converse.css")
_SOUND: Final = "media-src 'self' file:"  # a page that is opened from a disk has no origin: nothing would be 'self'


def rendered(template: str, scripts: Sequence[str], **values: Any) -> str:
    """The page that the template makes of the values."""
    return _environment().get_template(template).render(**inside(_STYLES, scripts, _SOUND), **values)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = templates("converse")
    environment.filters.update(
        seconds=words.seconds, place=words.place, share=words.share, count=words.count, estimate=words.estimate,
        compact=_compact, address=quote, name=lambda text: str(text).replace("_", " "),
    )  # fmt: skip
    return environment


def _compact(value: Any) -> str:
    """Whatever a function was given or gave, in a line that has an end."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 1000 else f"{text[:1000]}… ({len(text)} characters)"
