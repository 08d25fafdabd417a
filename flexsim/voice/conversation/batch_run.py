"""A batch and the folder it leaves: a manifest, a line for each conversation, their recordings, and what they come to."""

import hashlib
import json
import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from flexsim.runs.folder import Manifest, RunWriter, begin_run
from flexsim.voice.conversation.batch import CONVERSATIONS, Done, Job
from flexsim.voice.scores.analysis import Analysis, analysed
from flexsim.voice.scores.by import By
from flexsim.voice.scores.groups import flakes, grouped, most_repeats, passes, success
from flexsim.voice.scores.reading import read_recording

_SHOWN: Final = 8  # k of pass^k, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a conversation of a batch came to, in short."""

    conversation_id: str
    caller: str
    scenario: str
    agent: str
    seed: int
    end_reason: str | None
    reached: bool | None
    duration: float | None
    problem: str | None


class BatchRun:
    """A batch being written; ``lines`` and ``analyses`` grow with it."""

    def __init__(self, root: Path, name: str, seed: int, works: Sequence[Job], started: float) -> None:
        plans = "".join(f"{each.name}\n{each.plan}\n" for each in works)
        self._writer: RunWriter = begin_run(
            root,
            Manifest(
                command=f"converse-{name}",
                seed=seed,
                speed=0.0,
                started=started,
                configuration=hashlib.sha256(plans.encode()).hexdigest(),
                threshold=0.0,
                versions={"python": platform.python_version(), "flexsim": version("flexsim")},
            ),
        )
        self._count = len(works)
        self.lines: list[Line] = []
        self.analyses: list[Analysis] = []

    @property
    def path(self) -> Path:
        """The batch's folder."""
        return self._writer.path

    @property
    def conversations(self) -> Path:
        """Where the recordings belong."""
        return self.path / CONVERSATIONS

    def add(self, done: Done) -> Line:
        """A conversation is over."""
        found = line_of(done)
        self.lines.append(found)
        self._writer.write([json.dumps(asdict(found), ensure_ascii=False) + "\n"])
        if done.outcome is not None:
            self.analyses.append(analysed(read_recording(done.outcome.folder, with_sound=False)))
        return found

    def finish(self) -> Mapping[str, Any]:
        """Nothing more comes: write what there is comes to, and give it."""
        # In the order of their names, whatever order they came to their end in: the same batch gives the same summary.
        self.lines.sort(key=lambda each: each.conversation_id)
        self.analyses.sort(key=lambda each: each.recording.conversation_id)
        document = {"planned": self._count, **summary(self.lines, self.analyses)}
        self._writer.finish(document)
        self._writer.__exit__(None, None, None)
        return document


def line_of(done: Done) -> Line:
    """A conversation in short."""
    plan, outcome = done.job.plan, done.outcome
    metadata = {} if outcome is None else outcome.metadata
    return Line(
        conversation_id=done.job.name,
        caller=plan.caller.name,
        scenario=plan.scenario.name,
        agent=plan.agent.name,
        seed=plan.seed,
        end_reason=metadata.get("end_reason"),
        reached=None if outcome is None else outcome.reached,
        duration=metadata.get("duration"),
        problem=done.problem,
    )


def summary(lines: Sequence[Line], analyses: Sequence[Analysis]) -> dict[str, Any]:
    """What conversations come to: in all, and by caller, scenario and agent."""
    return {
        "conversations": len(lines),
        "failed": sum(each.problem is not None for each in lines),
        "end_reasons": dict(sorted(Counter(each.end_reason for each in lines if each.end_reason).items())),
        "seconds": round(sum(each.duration or 0.0 for each in lines), 2),
        **_rates(analyses),
        **{f"by_{by.value}": {name: _rates(each) for name, each in grouped(analyses, by).items()} for by in By},
    }


def _rates(analyses: Sequence[Analysis]) -> dict[str, Any]:
    repeats = range(2, min(most_repeats(analyses), _SHOWN) + 1)
    found = {
        "goal_rate": success(analyses),
        **{f"pass_{k}": passes(analyses, k) for k in repeats},
        "flake_rate": flakes(analyses),
    }
    return {name: each.document() for name, each in found.items() if each is not None}


def rows(document: Mapping[str, Any]) -> Iterable[tuple[str, str, str, str]]:
    """The summary as a table: what, how many, goal rate with its interval, and the chance that all of several repeats succeed."""
    groups = [("all", document)] + [
        (f"{by.value} {name}", each) for by in By for name, each in document[f"by_{by.value}"].items()
    ]
    for name, each in groups:
        rate = each.get("goal_rate")
        if rate is not None:
            most = max((int(key.removeprefix("pass_")) for key in each if key.startswith("pass_")), default=0)
            chance = f"{each[f'pass_{most}']['value']:.0%} of {most}" if most else ""
            yield name, str(rate["count"]), f"{rate['value']:.0%} ({rate['low']:.0%} to {rate['high']:.0%})", chance
