"""The command ``flexsim workforce health``: whether a service is alive and can do its work."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from flexsim.cli import output
from flexsim.cli.options import Json
from flexsim.errors import CheckFailed, ConfigurationError, TargetRefused, TargetUnreachable

if TYPE_CHECKING:
    from http.client import HTTPResponse

_URL: Final = "http://127.0.0.1:8000"
_LONGEST: Final = 100_000  # bytes of an answer


def health(
    url: Annotated[str, typer.Argument(metavar="[URL]", help="The service's address.")] = _URL,
    *,
    timeout: Annotated[
        float, typer.Option("--timeout", help="Seconds to wait for each answer.", min=0.1, max=600)
    ] = 5.0,
    as_json: Json = False,
) -> None:
    """Ask a workforce service whether it is alive and has what it needs: exit 0 if so, 1 if something is missing, 3 if nobody answers.

    Example: flexsim workforce health
    Example: flexsim workforce health http://127.0.0.1:8000 --timeout 2 --json
    """
    base = _address(url)
    alive = _asked(f"{base}/health", timeout)
    found = _asked(f"{base}/ready", timeout)
    checks = found.get("checks")
    if not isinstance(checks, dict) or not isinstance(found.get("ready"), bool):
        raise TargetRefused(f"what answers at {base} is no workforce service", status=200)
    if as_json:
        output.print_json({"url": base, "version": alive.get("version"), **found})
    else:
        rows = [("service", f"ok, version {alive.get('version')}"), *checks.items()]
        output.print_table(None, ("what", "state"), rows)
    if not found["ready"]:
        raise CheckFailed(f"{base} is not ready; see what is missing above")


def _address(url: str) -> str:
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        raise ConfigurationError(f"not an http or https address: {url}")
    return url.rstrip("/")


def _asked(url: str, timeout: float) -> dict[str, Any]:
    """The JSON object at this address, whatever its status."""
    import json
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import urlopen

    try:
        try:
            answer: HTTPResponse | HTTPError = urlopen(url, timeout=timeout)  # noqa: S310 -- http or https, as checked
        except HTTPError as error:
            answer = error
        with answer:
            status, body = answer.status, answer.read(_LONGEST)
    except (OSError, HTTPException) as error:
        reason = getattr(error, "reason", None) or error
        raise TargetUnreachable(f"nobody answers at {url}: {reason}") from error
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise TargetRefused(
            f"{url} answers {status}, and no JSON object: it is no workforce service", status=status or 0
        )
    return found
