"""The dashboard's page and its parts: a fixed table of files, and the headers that keep strangers out of the page.

The policy lets the page load and ask from its own server only, run only its own scripts, and turn no text into HTML.
"""

from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from flexsim.emulator.exchange import Header, Response

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

PAGE: Final = ""
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
SECURITY_HEADERS: Final[tuple[Header, ...]] = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_TYPES: Final = {
    "css": b"text/css; charset=utf-8",
    "html": b"text/html; charset=utf-8",
    "js": b"text/javascript; charset=utf-8",
    "svg": b"image/svg+xml",
}
_OURS: Final = ("emulator", "assets")
# By the path below the dashboard's own: the folder in the package, and the file.
_FILES: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    PAGE: (_OURS, "dashboard.html"),
    **{
        f"/assets/{name}": (_OURS, name)
        for name in (
            "actions.js", "agents.js", "charts.js", "dashboard.css", "dashboard.js", "details.js", "figures.js", "icon.svg",
            "link.js", "state.js", "tables.js",
        )
    },
    "/assets/uPlot.iife.min.js": (("assets", "uplot"), "uPlot.iife.min.js"),
    "/assets/uPlot.min.css": (("assets", "uplot"), "uPlot.min.css"),
}  # fmt: skip


class Pages:
    """All files, read once."""

    def __init__(self) -> None:
        self._responses = {path: _response(folder, name) for path, (folder, name) in _FILES.items()}

    def find(self, path: str) -> Response | None:
        """The file at ``path`` below the dashboard's own; None when there is none."""
        return self._responses.get(path)


def _response(folder: tuple[str, ...], name: str) -> Response:
    place: Traversable = files("flexsim")
    for part in (*folder, name):
        place = place / part
    kind = _TYPES[name.rpartition(".")[2]]
    # Asked for anew each time: it comes from this machine, and may be another release's tomorrow.
    headers = ((b"content-type", kind), (b"cache-control", b"no-cache"), *SECURITY_HEADERS)
    return Response(status=200, body=place.read_bytes(), headers=headers)
