"""One conversation from plan to recording: in virtual time, or over connections at a clock's pace."""

import asyncio
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from flexsim.clock import Clock
from flexsim.errors import ConfigurationError, RecorderFailed, TargetError
from flexsim.voice.conversation import live, virtual
from flexsim.voice.conversation.bridge import Bridge
from flexsim.voice.conversation.casting import Cast, Plan, ending
from flexsim.voice.conversation.connection import Door
from flexsim.voice.conversation.happenings import Watch, ignored
from flexsim.voice.conversation.local import sessions
from flexsim.voice.conversation.recorder import Recorder
from flexsim.voice.conversation.records import EndReason, Kind, Planted, Side
from flexsim.voice.conversation.rules import TurnTaking
from flexsim.voice.conversation.talk import Talk
from flexsim.voice.dialogue.judge import Ended, judge
from flexsim.voice.ports import Speaker

START: Final = 1_767_571_200.0  # 2026-01-05, when conversations in virtual time take place unless it is said otherwise
_MOST: Final = 10_000  # conversations of one name in a folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where a conversation is recorded, under which name (the plan's unless given), when it began, and who watches.

    ``show`` is handed the conversation itself before it begins, to be looked at while it lasts.
    """

    out: Path
    name: str | None = None
    started: float = START
    watch: Watch = ignored
    show: Callable[[Talk], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A conversation that took place: where its recording is, and what its ``call_metadata.json`` says."""

    folder: Path
    metadata: Mapping[str, Any]

    @property
    def end_reason(self) -> EndReason:
        """Why it was over."""
        return EndReason(self.metadata["end_reason"])

    @property
    def reached(self) -> bool:
        """Whether the caller's goal was reached."""
        return bool(self.metadata["goal"]["reached"])


class Stage:
    """A conversation about to take place, with its folder and its files open; ``finish`` closes them, whatever happened."""

    def __init__(self, plan: Plan, setting: Setting, *, virtual_time: bool) -> None:
        self.cast = Cast(plan)
        folder = new_folder(setting.out, setting.name or plan.name)
        self.conversation_id = folder.name
        self._plan = plan
        self._before = self.cast.desk.snapshot()
        self._metadata: dict[str, Any] = {
            "conversation_id": self.conversation_id,
            "version": version("flexsim"),
            "virtual": virtual_time,
            **self.cast.document(),
            "started_at": datetime.fromtimestamp(setting.started, UTC).isoformat(),
            "finished": False,
            **_nothing_yet(),
            "state_before": self._before,
        }
        silence_is_sent = plan.rules.turns is not TurnTaking.MANUAL
        self.recorder = Recorder(folder, self._metadata, silence_is_sent=silence_is_sent)
        self.bridge = Bridge(self.cast.parts(), plan.rules, ending=ending, recording=self.recorder, watch=setting.watch)

        if setting.show is not None:
            setting.show(self.bridge.talk)

    def finish(self) -> Outcome:
        """The conversation is over: judge it, and write what is left."""
        bridge = self.bridge
        bridge.end(EndReason.INTERRUPTED)
        assert bridge.ended is not None, "it was just ended"
        after = self.cast.desk.snapshot()
        metadata = self._metadata | {
            "finished": True,
            "duration": bridge.talk.frame_time,
            "turns": bridge.talk.turns.count,
            "end_reason": bridge.ended.value,
            "goal": self._judged(after),
            "state_after": after,
            "planted": _planted(bridge.talk.planted),
            "audio": self._metadata["audio"] | {"frames": bridge.position},
        }
        self.recorder.finish(metadata)
        return Outcome(folder=self.recorder.folder, metadata=metadata)

    def _judged(self, after: Mapping[str, Any]) -> dict[str, Any]:
        talk, plan = self.bridge.talk, self._plan
        assert talk.ended is not None, "it was ended"
        said = [each.text for each in talk.lines if each.speaker is Side.AGENT]
        ended = Ended(
            before=self._before,
            after=after,
            end_reason=talk.ended.value,
            turns=talk.turns.count,
            said=said,
            language=plan.caller.persona.language,
        )
        return judge(plan.caller.goal or plan.scenario.goal, ended).as_dict()


def _planted(found: Sequence[Planted]) -> dict[str, Any]:
    """What the minds intended: when to answer, and when to speak into the other's words."""
    return {
        "latencies": [each._asdict() for each in found if each.kind == Kind.TURN],
        "interruptions": [each._asdict() for each in found if each.kind != Kind.TURN],
    }


def _nothing_yet() -> dict[str, Any]:
    """What a conversation that never comes to its end is said to have come to."""
    return {
        "duration": 0.0,
        "turns": 0,
        "end_reason": EndReason.INTERRUPTED.value,
        "goal": {"reached": False, "criteria": [], "failures": []},
        "state_after": None,
        "planted": _planted(()),
    }


def converse_virtually(plan: Plan, setting: Setting, speaker: Speaker, *, exact: bool = True) -> Outcome:
    """Let the conversation take place in virtual time.

    A disk that runs full ends it, and so does an interruption (KeyboardInterrupt): the outcome says so. Raises RecorderFailed
    where there is no room to begin.
    """
    stage = Stage(plan, setting, virtual_time=True)
    try:
        virtual.converse(stage.bridge, sessions(speaker, plan.seed, exact=exact), stage.conversation_id)
    except RecorderFailed:
        stage.bridge.end(EndReason.RECORDER_FAILED)
    except KeyboardInterrupt:
        stage.bridge.end(EndReason.INTERRUPTED)
    except BaseException:
        stage.finish()
        raise
    return stage.finish()


async def converse_live(
    plan: Plan, setting: Setting, doors: Mapping[Side, Door], clock: Clock, reconnecting: live.Reconnecting
) -> Outcome:
    """The same at the clock's pace, over a connection for each side; cancelled, it ends as interrupted, and the outcome says so.

    Raises TargetUnreachable or TargetRefused, and leaves nothing, where a session cannot be opened to begin with.
    """
    stage = Stage(plan, setting, virtual_time=False)
    try:
        await live.converse(stage.bridge, doors, stage.conversation_id, clock=clock, reconnecting=reconnecting)
    except asyncio.CancelledError:
        stage.bridge.end(EndReason.INTERRUPTED)
    except TargetError:
        stage.finish()
        shutil.rmtree(stage.recorder.folder)
        raise
    except BaseException:
        stage.finish()
        raise
    return stage.finish()


def new_folder(out: Path, name: str) -> Path:
    """A folder of this name under ``out``, with a number where it is taken; raises ConfigurationError where none can be made."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for number in range(1, _MOST):
            path = out / (name if number == 1 else f"{name}-{number}")
            try:
                path.mkdir()
            except FileExistsError:
                continue
            return path
    except OSError as error:
        raise ConfigurationError(f"cannot make a folder under {out}: {error.strerror}") from error
    raise ConfigurationError(f"there are {_MOST} conversations called {name} in {out}; see flexsim converse clean")
