"""Asks a swarm's control: one request, one answer, with the errors of a target."""

import http.client
import json
from typing import Any, Final
from urllib.parse import urlsplit

from flexsim.errors import ConfigurationError, TargetRefused, TargetUnreachable

_PATIENCE: Final = 60.0  # seconds; scaling down waits for sockets to be closed
_LARGEST: Final = 1 << 26


def ask(url: str, method: str, path: str, body: Any = None) -> Any:
    """The answer's document; raises TargetUnreachable, TargetRefused, or ConfigurationError for what it calls wrong."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(f"not an http or https address of a swarm's control: {url}")
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=_PATIENCE)
    payload = None if body is None else json.dumps(body)
    try:
        connection.request(method, path, payload, {"content-type": "application/json"})
        response = connection.getresponse()
        found = json.loads(response.read(_LARGEST))
    except (OSError, http.client.HTTPException) as error:
        raise TargetUnreachable(f"no swarm answers at {url}: {error}; flexsim load agents starts one") from error
    except ValueError as error:
        raise TargetUnreachable(f"what answers at {url} is not a swarm's control") from error
    finally:
        connection.close()
    if response.status < 400:
        return found
    problem = str(found.get("error", found)) if isinstance(found, dict) else str(found)
    if response.status == 422:
        raise ConfigurationError(problem)
    raise TargetRefused(problem, status=response.status)
