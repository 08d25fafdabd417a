"""From a configuration's documents to what lint looks at; what TaskRouter would refuse on the way becomes findings. Pure.

Targets are read by the engine's own reader, one at a time, without the properties that it refuses: so each refusal is the
engine's, and there is one for each property that is wrong.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from flexsim.configuration.records import Configuration
from flexsim.domain.checks import EVERYONE
from flexsim.domain.problems import hint
from flexsim.errors import ExpressionError, InvalidInput
from flexsim.routecheck.findings import KINDS, Finding, Place
from flexsim.routecheck.subject import QUEUES, ROUTING, WORKERS, WORKFLOW, Filter, Queue, Staff, Step, Subject
from flexsim.taskrouter.expressions import Expression, parse
from flexsim.taskrouter.workflow import Target, parse_routing

_TARGET: Final = (
    "queue",
    "expression",
    "order_by",
    "priority",
    "skip_if",
    "timeout",
    "known_worker_sid",
    "known_worker_friendly_name",
)
_FILTER: Final = ("filter_friendly_name", "friendly_name", "expression", "targets")
_DEFAULT: Final = ("queue",)
_ROUTING: Final = ("filters", "default_filter")
_REFUSED: Final = re.compile(r"workflow configuration: task_routing\.filters\[0\]\.targets\[0\]\.?(\w*)(.*)", re.DOTALL)
_OF_FIELD: Final = {"priority": "FX005", "expression": "FX001", "skip_if": "FX001"}
_PREFIX: Final = re.compile(r"write (task|worker)\.")


def read_subject(configuration: Configuration, documents: Mapping[str, Any]) -> tuple[Subject, list[Finding]]:
    """The configuration, whose files hold ``documents`` by their names, and what TaskRouter would refuse or ignore."""
    reader = _Reader()
    staff = tuple(_staff(each, index) for index, each in enumerate(documents[WORKERS]))
    queues = reader.queues(documents[QUEUES], staff)
    routing = documents[WORKFLOW]["configuration"]["task_routing"]
    reader.unknown(routing, _ROUTING, ROUTING)
    filters = reader.filters(routing.get("filters"), (*ROUTING, "filters"), queues)
    default = reader.default(routing.get("default_filter"), queues)
    subject = Subject(
        configuration=configuration,
        documents=documents,
        staff=staff,
        queues=queues,
        filters=filters,
        default=default,
    )
    return subject, reader.findings


def _staff(document: Mapping[str, Any], index: int) -> Staff:
    capacities = {each["name"]: each["capacity"] for each in document["channelCaps"]}
    return Staff(
        place=(index,),
        name=document["friendlyName"],
        attributes=document["attributes"],
        capacities=capacities,
    )


@dataclass(slots=True)
class _Reader:
    findings: list[Finding] = field(default_factory=list)

    def found(self, code: str, file: str, place: Place, sentence: str) -> None:
        self.findings.append(Finding(kind=KINDS[code], file=file, place=place, sentence=sentence))

    def unknown(self, document: Mapping[str, Any], known: Sequence[str], place: Place) -> None:
        for name in document:
            if name not in known:
                self.found("FX007", WORKFLOW, (*place, name), f"{name!r} is no property of it{hint(name, known)}")

    # --- queues ---

    def queues(self, documents: Sequence[Mapping[str, Any]], staff: Sequence[Staff]) -> dict[str, Queue]:
        """All queues by name, the one that every Flex workspace has among them."""
        found = {
            EVERYONE: Queue(place=None, name=EVERYONE, expression=parse("1==1"), parses=True, members=tuple(staff))
        }
        for index, document in enumerate(documents):
            name, text = document["friendlyName"], document["targetWorkers"]
            expression = self.expression(text, QUEUES, (index, "targetWorkers"))
            members = [each for each in staff if expression is not None and expression.matches(each.attributes)]
            parses = expression is not None or not text.strip()
            queue = Queue(place=(index,), name=name, expression=expression, parses=parses, members=tuple(members))
            if name not in found or found[name].place is None:
                found[name] = queue
        return found

    def expression(self, text: str, file: str, place: Place) -> Expression | None:
        if not text.strip():
            return None
        try:
            return parse(text)
        except ExpressionError as error:
            self.found("FX001", file, place, str(error))
            return None

    # --- the workflow ---

    def filters(self, documents: Any, place: Place, queues: Mapping[str, Queue]) -> tuple[Filter, ...]:
        if documents is None:
            return ()
        if not isinstance(documents, list):
            self.found("FX004", WORKFLOW, place, "the filters are not a list")
            return ()
        read = (self._filter(each, (*place, index), queues) for index, each in enumerate(documents))
        return tuple(each for each in read if each is not None)

    def default(self, document: Any, queues: Mapping[str, Queue]) -> str | None:
        place = (*ROUTING, "default_filter")
        if document is None:
            return None
        if not isinstance(document, dict):
            self.found("FX004", WORKFLOW, place, "the default filter is not an object")
            return None
        self.unknown(document, _DEFAULT, place)
        return self._queue(document, place, queues)

    def _filter(self, document: Any, place: Place, queues: Mapping[str, Queue]) -> Filter | None:
        if not isinstance(document, dict):
            self.found("FX004", WORKFLOW, place, "the filter is not an object")
            return None
        self.unknown(document, _FILTER, place)
        name = document.get("filter_friendly_name") or document.get("friendly_name") or ""
        return Filter(
            place=place,
            name=str(name),
            expression=self._filter_expression(document, place),
            steps=self._steps(document, place, queues),
        )

    def _filter_expression(self, document: Mapping[str, Any], place: Place) -> Expression | None:
        text = document.get("expression")
        if text is None or text == "":
            self.found("FX004", WORKFLOW, place, "the filter has no expression")
        elif not isinstance(text, str):
            self.found("FX004", WORKFLOW, (*place, "expression"), f"the expression is not text: {text}")
        else:
            return self.expression(text, WORKFLOW, (*place, "expression"))
        return None

    def _steps(self, document: Mapping[str, Any], place: Place, queues: Mapping[str, Queue]) -> tuple[Step, ...]:
        targets = document.get("targets")
        if not isinstance(targets, list) or not targets:
            self.found(
                "FX004", WORKFLOW, (*place, "targets") if "targets" in document else place, "the filter has no targets"
            )
            return ()
        steps: list[Step] = []
        queue: str | None = None
        for index, target in enumerate(targets):
            here = (*place, "targets", index)
            if not isinstance(target, dict):
                self.found("FX004", WORKFLOW, here, "the target is not an object")
                continue
            self.unknown(target, _TARGET, here)
            if index == 0 or "queue" in target:
                queue = self._queue(target, here, queues)
            does = self._target(target, here)
            steps.append(Step(place=here, queue=queue, does=does, timeout=does.deadline))
        return tuple(steps)

    def _queue(self, document: Mapping[str, Any], place: Place, queues: Mapping[str, Queue]) -> str | None:
        name = document.get("queue")
        if name is None:
            self.found("FX002", WORKFLOW, place, "no queue is named")
        elif name in queues if isinstance(name, str) else False:
            return str(name)
        else:
            self.found("FX002", WORKFLOW, (*place, "queue"), f"there is no queue {name!r}{hint(name, queues)}")
        return None

    def _target(self, document: Mapping[str, Any], place: Place) -> Target:
        """What the engine makes of a target, without what it refuses of it."""
        rest = {name: value for name, value in document.items() if name in _TARGET} | {"queue": "known"}
        while True:
            filters = [{"expression": "1==1", "targets": [rest]}]
            try:
                return (
                    parse_routing(json.dumps({"task_routing": {"filters": filters}}), lambda _: 0).filters[0].targets[0]
                )
            except InvalidInput as error:
                match = _REFUSED.match(str(error))
                if match is None or match[1] not in rest:
                    self.found("FX004", WORKFLOW, place, str(error))
                    rest = {"queue": "known"}
                    continue
                del rest[match[1]]
                self.found(_refusal(match[1], match[2]), WORKFLOW, (*place, match[1]), (match[1] + match[2]).strip())


def _refusal(name: str, message: str) -> str:
    """The code of what the engine says of a target's property."""
    if name == "expression" and _PREFIX.search(message):
        return "FX014"
    return _OF_FIELD.get(name, "FX004")
