"""Errors as Twilio answers them: ``{"code", "message", "more_info", "status"}``."""

from typing import Final

import orjson

from flexsim.emulator.exchange import JSON_HEADERS, Header, Request, Response
from flexsim.errors import MethodNotAllowed, NotAuthenticated, RoutingError, TooManyRequests, UnknownResource

MORE_INFO: Final = "https://www.twilio.com/docs/errors/"

# Twilio's own words in a captured answer (reference 1.7).
_NOT_AUTHENTICATED_DETAIL: Final = "Your AccountSid or AuthToken was incorrect."


def response_to(error: RoutingError, request: Request) -> Response:
    """The response that says what ``error`` says."""
    body: dict[str, object] = {
        "code": error.code,
        "message": str(error).encode(errors="replace").decode(),  # whatever the value that it names
        "more_info": f"{MORE_INFO}{error.code}",
        "status": error.status,
    }
    headers: tuple[Header, ...] = JSON_HEADERS
    if isinstance(error, UnknownResource):
        body["message"] = f"The requested resource {request.path.removeprefix('/v1')} was not found"
    elif isinstance(error, NotAuthenticated):
        body["detail"] = _NOT_AUTHENTICATED_DETAIL
        headers = (*JSON_HEADERS, (b"www-authenticate", b'Basic realm="Twilio API"'))
    elif isinstance(error, MethodNotAllowed):
        headers = (*JSON_HEADERS, (b"allow", ", ".join(error.allowed).encode()))
    elif isinstance(error, TooManyRequests):
        headers = (*JSON_HEADERS, (b"retry-after", b"%d" % error.retry_after))
    return Response(status=error.status, body=orjson.dumps(body), headers=headers)


def fault() -> Response:
    """The response to a fault of ours: it says nothing of the inside."""
    body = {"code": 20500, "message": "Internal Server Error", "more_info": f"{MORE_INFO}20500", "status": 500}
    return Response(status=500, body=orjson.dumps(body))
