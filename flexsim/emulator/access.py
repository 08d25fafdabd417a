"""Who may use the operator controls: this machine, or whoever knows the control token; never another site's page.

The controls ask for no credentials of Twilio's, so without a token only connections from this machine are let in. A page
in a browser on this machine is such a connection too, hence three more rules: ``Host`` must name this machine (a name of
the attacker's that resolves to 127.0.0.1 is "DNS rebinding"), ``Origin`` must be the server itself, and what changes
something must come as ``application/json``, which a page can send to another site only after a preflight, and those
are not answered here.
"""

import hmac
from typing import Final
from urllib.parse import urlsplit

from flexsim.emulator.exchange import Request
from flexsim.errors import Forbidden, InvalidInput
from flexsim.origins import is_loopback, is_loopback_address

_JSON: Final = "application/json"
_BEARER: Final = "bearer "


class Access:
    """``token`` None lets only this machine in; a token lets in whoever sends it as ``Authorization: Bearer``."""

    def __init__(self, token: str | None = None) -> None:
        self._token = None if token is None else token.encode()

    def check(self, request: Request) -> None:
        """Raise ``Forbidden`` when the request may not control this server, ``InvalidInput`` when it is no JSON."""
        if self._token is not None:
            self._check_token(request, self._token)
        else:
            _check_place(request)
        _check_site(request)
        if request.method == "POST":
            content_type = (request.header(b"content-type") or "").partition(";")[0].strip().lower()
            if content_type != _JSON:
                raise InvalidInput(f"a control takes Content-Type {_JSON} only: {content_type[:60] or 'none was sent'}")

    def check_page(self, request: Request) -> None:
        """Raise ``Forbidden`` when the request may not see a page's shell, which holds nothing but the means to ask.

        A link on another site may lead to it, and where there is a control token, anybody may see where to type it.
        """
        if self._token is None:
            _check_place(request)
        if request.header(b"sec-fetch-mode") != "navigate":
            _check_site(request)

    def _check_token(self, request: Request, token: bytes) -> None:
        given = request.authorization or ""
        is_bearer = given[: len(_BEARER)].lower() == _BEARER
        # Constant time, so that the token cannot be guessed character by character.
        if not (hmac.compare_digest(given[len(_BEARER) :].strip().encode(), token) and is_bearer):
            raise Forbidden("this server's controls need its control token as Authorization: Bearer")


def _check_place(request: Request) -> None:
    if not is_loopback_address(request.peer):
        raise Forbidden(
            f"the controls answer this machine only, not {request.peer or 'an unknown address'};"
            " start the server with --control-token to use them from elsewhere"
        )
    name = urlsplit(request.base_url).hostname or ""
    if not is_loopback(name):
        raise Forbidden(f"the controls answer to a name of this machine only, such as localhost, not {name[:80]}")


def _check_site(request: Request) -> None:
    origin = request.header(b"origin")
    if origin is not None and origin.lower() != request.base_url.lower():
        raise Forbidden(f"the controls do not answer pages of another site: {origin[:80]}")
    if request.header(b"sec-fetch-site") in {"cross-site", "same-site"}:
        raise Forbidden("the controls do not answer pages of another site")
