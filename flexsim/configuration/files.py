"""The four files of a configuration: written as one set, read back with one clear error."""

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from flexsim.configuration.records import Configuration, QueuePlan, WorkerPlan, WorkflowPlan
from flexsim.domain.loading import domain_from_json, read_json
from flexsim.domain.schema import problems_under
from flexsim.domain.writing import domain_to_json
from flexsim.errors import ConfigurationError

_TEXT: Final = {"type": "string", "minLength": 1}
_CAPACITY: Final = {
    "type": "object",
    "required": ["name", "capacity"],
    "properties": {"name": _TEXT, "capacity": {"type": "integer", "minimum": 0}},
}
_SCHEMAS: Final[Mapping[str, Mapping[str, Any]]] = {
    "workers.json": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["friendlyName", "attributes", "channelCaps"],
            "properties": {
                "friendlyName": _TEXT,
                "attributes": {"type": "object"},
                "channelCaps": {"type": "array", "items": _CAPACITY},
            },
        },
    },
    "queues.json": {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["friendlyName", "targetWorkers"],
            "properties": {"friendlyName": _TEXT, "targetWorkers": {"type": "string"}},
        },
    },
    "workflow.json": {
        "type": "object",
        "required": ["friendlyName", "configuration"],
        "properties": {
            "friendlyName": _TEXT,
            "taskReservationTimeout": {"type": "integer", "minimum": 1, "maximum": 86_400},
            "configuration": {
                "type": "object",
                "required": ["task_routing"],
                "properties": {"task_routing": {"type": "object"}},
            },
        },
    },
    "metadata.json": {"type": "object"},  # the domain's own checks do the rest
}
_TWILIOS_TIMEOUT: Final = 120  # of a workflow that does not say (Twilio: Workflow resource, TaskReservationTimeout)


def render(configuration: Configuration) -> dict[str, str]:
    """The text of each file, by its name; the same configuration gives the same bytes."""
    workflow = configuration.workflow
    metadata = domain_to_json(configuration.domain)
    metadata["flexsim"]["seed"] = configuration.seed
    documents: dict[str, Any] = {
        "workers.json": [
            {
                "friendlyName": worker.name,
                "attributes": worker.attributes,
                "channelCaps": [{"name": name, "capacity": capacity} for name, capacity in worker.capacities.items()],
            }
            for worker in configuration.workers
        ],
        "queues.json": [
            {"friendlyName": queue.name, "targetWorkers": queue.target_workers} for queue in configuration.queues
        ],
        "workflow.json": {
            "friendlyName": workflow.name,
            "taskReservationTimeout": workflow.reservation_timeout,
            "configuration": workflow.configuration,
        },
        "metadata.json": metadata,
    }
    return {name: json.dumps(document, indent=2, ensure_ascii=False) + "\n" for name, document in documents.items()}


def write_configuration(configuration: Configuration, cfgdir: Path) -> list[Path]:
    """Write the set into ``cfgdir``, making the folder; returns the files. All of them are new afterwards, or none.

    Raises ConfigurationError where the folder cannot be written.
    """
    texts = render(configuration)
    try:
        cfgdir.mkdir(parents=True, exist_ok=True)
        return _replace_all({cfgdir / name: text for name, text in texts.items()})
    except OSError as error:
        raise ConfigurationError(f"cannot write the configuration to {cfgdir}: {error}") from error


def read_configuration(cfgdir: Path) -> Configuration:
    """The configuration in ``cfgdir``; raises ConfigurationError naming the file and what is wrong with it."""
    missing = [name for name in _SCHEMAS if not (cfgdir / name).exists()]
    if missing:
        here = "" if len(missing) == len(_SCHEMAS) else f" (it lacks {', '.join(missing)})"
        raise ConfigurationError(f"no configuration in {cfgdir}{here}; make one: flexsim genconfig --cfgdir {cfgdir}")
    documents = {name: _read(cfgdir / name, schema) for name, schema in _SCHEMAS.items()}
    workflow, metadata = documents["workflow.json"], documents["metadata.json"]
    return Configuration(
        domain=domain_from_json(metadata, str(cfgdir / "metadata.json")),
        seed=metadata.get("flexsim", {}).get("seed", 1),
        workers=tuple(_worker(document) for document in documents["workers.json"]),
        queues=tuple(
            QueuePlan(name=document["friendlyName"], target_workers=document["targetWorkers"])
            for document in documents["queues.json"]
        ),
        workflow=WorkflowPlan(
            name=workflow["friendlyName"],
            configuration=workflow["configuration"],
            reservation_timeout=workflow.get("taskReservationTimeout", _TWILIOS_TIMEOUT),
        ),
    )


def difference(configuration: Configuration, cfgdir: Path) -> str:
    """What writing ``configuration`` to ``cfgdir`` would change, as a unified diff; empty when nothing would."""
    parts: list[str] = []
    for name, text in render(configuration).items():
        file = cfgdir / name
        present = _present(file)
        parts += difflib.unified_diff(
            present.splitlines(keepends=True), text.splitlines(keepends=True), str(file), f"{file} (generated)"
        )
    return "".join(parts)


def _present(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"cannot read {file}: {error}") from error


def _read(file: Path, schema: Mapping[str, Any]) -> Any:
    document = read_json(file)
    problems = problems_under(schema, document)
    if problems:
        lines = "".join(f"\n  {problem}" for problem in problems)
        raise ConfigurationError(f"{file} is not what genconfig writes; write it anew: flexsim genconfig{lines}")
    return document


def _worker(document: Mapping[str, Any]) -> WorkerPlan:
    return WorkerPlan(
        name=document["friendlyName"],
        attributes=document["attributes"],
        capacities={each["name"]: each["capacity"] for each in document["channelCaps"]},
    )


def _replace_all(texts: Mapping[Path, str]) -> list[Path]:
    """Write beside, then rename; what was renamed is put back if a later one fails."""
    before = {file: file.read_bytes() if file.is_file() else None for file in texts}
    beside = {file: file.with_name(f".{file.name}.new") for file in texts}
    replaced: list[Path] = []
    try:
        for file, text in texts.items():
            beside[file].write_bytes(text.encode("utf-8"))
        for file in texts:
            beside[file].replace(file)
            replaced.append(file)
    except OSError:
        for file in replaced:
            _put_back(file, before[file])
        raise
    finally:
        for file in beside.values():
            file.unlink(missing_ok=True)
    return list(texts)


def _put_back(file: Path, content: bytes | None) -> None:
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
