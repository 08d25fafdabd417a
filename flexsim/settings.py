"""What the environment and ``.env`` say: the only reader of either.

The process environment beats ``.env``; an empty value counts as none; command-line flags beat both, which is the
command line's business. ``.env`` is read and never written into the environment, so nothing leaks to child processes.
"""

import io
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from dotenv.parser import parse_stream

from flexsim.errors import ConfigurationError

ENV_FILE: Final = Path(".env")
_PASSWORD: Final = re.compile("(?<=://)[^/@]*@")


def _text(value: str) -> str:
    return value


def _port(value: str) -> int:
    port = int(value)
    if not 0 <= port <= 65_535:
        raise ValueError(value)
    return port


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:  # past 65535 it raises itself
        raise ValueError(value)
    return value.rstrip("/")


def _count(value: str) -> int:
    count = int(value)
    if count < 0:
        raise ValueError(value)
    return count


def _seconds(value: str) -> int:
    seconds = _count(value)
    if not 1 <= seconds <= 86_400:
        raise ValueError(value)
    return seconds


def _redis(value: str) -> str:
    if urlsplit(value).scheme not in {"redis", "rediss", "unix"}:
        raise ValueError(value)
    return value


def _origins(value: str) -> tuple[str, ...]:
    """Each as a browser writes it: scheme, host and port, without a path."""
    found = tuple(_address(each.strip()) for each in value.split(",") if each.strip())
    if any(urlsplit(each).path or urlsplit(each).query for each in found):
        raise ValueError(value)
    return found


def _truth(value: str) -> bool:
    found = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(value.lower())
    if found is None:
        raise ValueError(value)
    return found


def _level(value: str) -> str:
    found = {"warn": "warning"}.get(value.lower(), value.lower())
    if found not in {"error", "warning", "info", "debug"}:
        raise ValueError(value)
    return found


def _amount(value: str) -> float:
    amount = float(value)
    if not 0 <= amount <= 3_600_000:
        raise ValueError(value)
    return amount


def _share(value: str) -> float:
    share = float(value)
    if not 0 <= share <= 1:
        raise ValueError(value)
    return share


def _setting(variable: str, wanted: str, read: Callable[[str], Any], *, secret: bool = False) -> Any:
    metadata = {"variable": variable, "wanted": wanted, "read": read, "secret": secret}
    return field(default=None, repr=not secret, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One field for each variable that flexsim reads; None where it is not set."""

    account_sid: str | None = _setting("ACCOUNT_SID", "an account SID", _text)
    auth_token: str | None = _setting("AUTH_TOKEN", "an auth token", _text, secret=True)
    workspace_sid: str | None = _setting("WRKSPC_SID", "a workspace SID", _text)
    agentsim_port: int | None = _setting("AGENTSIM_PORT", "a port from 0 to 65535", _port)
    assign_url: str | None = _setting("ASSIGN_URL", "an http or https address", _address)
    random_seed: int | None = _setting("RANDOM_SEED", "an integer", int)
    taskrouter_url: str | None = _setting("TASKROUTER_URL", "an http or https address", _address)
    control_token: str | None = _setting("TASKROUTER_CONTROL_TOKEN", "a password of your own", _text, secret=True)
    swarm_control_port: int | None = _setting("AGENTSIM_CONTROL_PORT", "a port from 0 to 65535", _port)
    swarm_backend_url: str | None = _setting("AGENTSIM_BACKEND_URL", "an http or https address", _address)
    swarm_agents: int | None = _setting("AGENTSIM_AGENTS", "a number of agents", _count)
    swarm_active_agents: int | None = _setting("AGENTSIM_ACTIVE_AGENTS", "a number of agents", _count)
    swarm_auto_start: bool | None = _setting("AGENTSIM_AUTO_START", "true or false", _truth)
    swarm_log_level: str | None = _setting("AGENTSIM_LOG_LEVEL", "error, warning, info or debug", _level)
    swarm_token: str | None = _setting("AGENTSIM_TOKEN", "the backend's token", _text, secret=True)
    tool_delay_ms: float | None = _setting("TOOL_DELAY_MS", "milliseconds from 0 to 3600000", _amount)
    tool_error_rate: float | None = _setting("TOOL_ERROR_RATE", "a share from 0 to 1", _share)
    tool_base: str | None = _setting("TOOL_BASE", "an http or https address", _address)
    service_name: str | None = _setting("SERVICE_NAME", "a name", _text)
    agent_name: str | None = _setting("AGENT_NAME", "a name", _text)
    otlp_endpoint: str | None = _setting("OTEL_EXPORTER_OTLP_ENDPOINT", "an http or https address", _address)
    engine_api_key: str | None = _setting("CONVERSE_API_KEY", "a key of your own", _text, secret=True)
    groq_api_key: str | None = _setting("GROQ_API_KEY", "a key", _text, secret=True)
    openai_api_key: str | None = _setting("OPENAI_API_KEY", "a key", _text, secret=True)
    openai_base_url: str | None = _setting("OPENAI_BASE_URL", "an http or https address", _address)
    llm_model: str | None = _setting("LLM_MODEL", "a model's name", _text)
    # These two may hold a password.
    database_url: str | None = _setting("DATABASE_URL", "a database's address", _text, secret=True)
    redis_url: str | None = _setting("REDIS_URL", "redis://HOST:PORT/NUMBER", _redis, secret=True)
    workforce_api_key: str | None = _setting("WORKFORCE_API_KEY", "a key", _text, secret=True)
    rate_limit_requests: int | None = _setting("RATE_LIMIT_REQUESTS", "a number of requests, 0 for no limit", _count)
    rate_limit_window: int | None = _setting("RATE_LIMIT_WINDOW", "a number of seconds from 1", _seconds)
    cors_origins: tuple[str, ...] | None = _setting("CORS_ORIGINS", "origins, http or https, apart by commas", _origins)
    log_level: str | None = _setting("LOG_LEVEL", "error, warning, info or debug", _level)


def variables() -> tuple[str, ...]:
    """The names of the variables read, in the order of ``Settings``' fields."""
    return tuple(each.metadata["variable"] for each in fields(Settings))


def read_settings(env_file: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; ``environ`` None is the process environment, ``env_file`` None is ``.env`` if there is one.

    Raises ConfigurationError naming the variable, its value and where it stands; or the ``env_file`` that is not there.
    """
    from_file = _read_file(env_file)
    from_process = os.environ if environ is None else environ
    found: dict[str, Any] = {}
    for each in fields(Settings):
        variable = each.metadata["variable"]
        for values, where in ((from_process, "the environment"), (from_file, str(env_file or ENV_FILE))):
            if text := (values.get(variable) or "").strip():
                found[each.name] = _parse(text, where, each.metadata)
                break
    return Settings(**found)


def _read_file(env_file: Path | None) -> Mapping[str, str | None]:
    path = env_file or ENV_FILE
    if not path.is_file():
        if env_file is not None:
            raise ConfigurationError(f"no such file: {env_file}; --env-file names a file of NAME=value lines")
        return {}
    try:
        text = path.read_text(encoding="utf-8-sig")  # Windows' editors begin with a mark
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read {path}: {error}") from error
    found: dict[str, str | None] = {}
    for binding in parse_stream(io.StringIO(text)):
        if binding.error:  # what stands there may be a secret
            raise ConfigurationError(
                f"line {binding.original.line} of {path} is not NAME=value; is a quote not closed?"
            )
        if binding.key is not None:
            found[binding.key] = binding.value
    return found


def _first_line(text: str) -> str:
    """A quote that is closed too late takes in the lines after it, in which a secret may stand."""
    return text.splitlines()[0][:200]


def _parse(text: str, where: str, metadata: Mapping[str, Any]) -> Any:
    try:
        return metadata["read"](text)
    except ValueError as error:
        shown = "its value" if metadata["secret"] else _PASSWORD.sub("", _first_line(text))
        raise ConfigurationError(f"{metadata['variable']} in {where} is not {metadata['wanted']}: {shown}") from error
