"""Pages that hold everything: styles and scripts are named by their digests in the content security policy, which allows nothing else.

Sound alone lies beside a page, where the recorder has left it; data is never read as markup.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from flexsim.voice.scores import words

_ASSETS: Final = files("flexsim") / "assets"
_STYLES: Final = ("report/report.css", "converse/converse.css")


def rendered(template: str, scripts: Sequence[str], **values: Any) -> str:
    """The page that the template makes of the values."""
    styles = [_asset(each) for each in _STYLES]
    own = [_asset(each) for each in scripts]
    return (
        _environment()
        .get_template(template)
        .render(
            policy=_policy(styles, own),
            styles=[Markup(each) for each in styles],  # noqa: S704 -- our own files, not data
            scripts=[Markup(each) for each in own],  # noqa: S704 -- as above
            **values,
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: _asset(f"converse/{name}")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        seconds=words.seconds, place=words.place, share=words.share, count=words.count, estimate=words.estimate,
        compact=_compact, address=quote, name=lambda text: str(text).replace("_", " "),
    )  # fmt: skip
    return environment


@lru_cache(maxsize=8)
def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """``file:`` is for a page that is opened from a disk, where nothing is of its own origin."""
    script = " ".join(map(_digest, scripts)) or "'none'"
    return (
        f"default-src 'none'; style-src {' '.join(map(_digest, styles))}; script-src {script}; img-src data:;"
        " media-src 'self' file:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _compact(value: Any) -> str:
    """Whatever a function was given or gave, in a line that has an end."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 1000 else f"{text[:1000]}… ({len(text)} characters)"
