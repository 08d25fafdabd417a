"""Pages that stand alone: styles and scripts are inside, named by their digests in the content security policy.

Nothing is asked of the network; data reaches a script as JSON, and the page as text that is escaped.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

_ASSETS: Final = files("flexsim") / "assets"


@lru_cache(maxsize=16)
def asset(name: str) -> str:
    """A text of ours, named below ``flexsim/assets``."""
    return (_ASSETS / name).read_text(encoding="utf-8")


def templates(folder: str) -> Environment:
    """The templates of a folder below ``flexsim/assets``: values are escaped, and one that is missing is an error."""
    return Environment(
        loader=FunctionLoader(lambda name: asset(f"{folder}/{name}")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def inside(styles: Sequence[str], scripts: Sequence[str], *more: str) -> dict[str, Any]:
    """``styles`` and ``scripts`` for a page to hold, and the ``policy`` that allows them and ``more``, and nothing else."""
    held = {what: [_held(name) for name in names] for what, names in (("styles", styles), ("scripts", scripts))}
    rules = (
        "default-src 'none'",
        f"style-src {_digests(held['styles'])}",
        f"script-src {_digests(held['scripts'])}",
        "img-src data:",
        *more,
        "base-uri 'none'",
        "form-action 'none'",
    )
    return {"policy": "; ".join(rules), **held}


def digest(text: str) -> str:
    """How a content security policy names a style or script (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def embedded(document: Mapping[str, Any]) -> Markup:
    """JSON that cannot end the element it stands in, nor begin a comment."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return Markup(text)  # noqa: S704 -- what could be markup has just been taken out


def _held(name: str) -> Markup:
    return Markup(asset(name))  # noqa: S704 -- our own file, not data


def _digests(texts: Sequence[str]) -> str:
    return " ".join(map(digest, texts)) or "'none'"
