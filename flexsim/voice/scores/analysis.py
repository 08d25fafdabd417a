"""All there is to say of one conversation, from what its folder holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flexsim.voice.scores.agreement import Agreement, compared
from flexsim.voice.scores.attribution import Verdict, attributed
from flexsim.voice.scores.functions import Fault, JudgedCall, judged
from flexsim.voice.scores.recording import Recording
from flexsim.voice.scores.scoring import Scores, from_log, from_sound, rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """``log`` and ``sound`` are None where the folder does not hold what they are made of."""

    recording: Recording
    log: Scores | None
    sound: Scores | None
    agreement: Agreement | None
    calls: Sequence[JudgedCall] | None
    verdict: Verdict | None

    @property
    def scores(self) -> Scores | None:
        """Those of the log, else those of the sound."""
        return self.log or self.sound

    @property
    def correct_calls(self) -> int:
        """Calls without a fault."""
        return sum(not each.faults for each in self.calls or ())

    def faulty_calls(self, fault: Fault) -> int:
        """Calls with this fault."""
        return sum(fault in each.faults for each in self.calls or ())

    def document(self) -> dict[str, Any]:
        """As a JSON-ready document."""
        recording = self.recording
        return {
            "conversation_id": recording.conversation_id,
            "caller": recording.caller,
            "scenario": recording.scenario,
            "agent": recording.agent,
            "seed": recording.seed,
            "duration": rounded(recording.duration),
            "end_reason": recording.end_reason,
            "goal_reached": recording.reached,
            "missing": list(recording.missing),
            "log": self.log.document() if self.log else None,
            "sound": self.sound.document() if self.sound else None,
            "agreement": self.agreement.document() if self.agreement else None,
            "functions": self._functions(),
            "blame": self.verdict.document() if self.verdict else None,
        }

    def _functions(self) -> dict[str, Any] | None:
        if self.calls is None:
            return None
        faulty = [each for each in self.calls if each.faults]
        return {
            "calls": len(self.calls),
            "correct": self.correct_calls,
            "judged_by_schema": self.recording.functions is not None,
            "faults": {fault.value: self.faulty_calls(fault) for fault in Fault},
            "faulty": [
                {"at": rounded(each.call.at), "name": each.call.name, "faults": {fault.value: why for fault, why in each.faults.items()}}
                for each in faulty
            ],
        }  # fmt: skip


def analysed(recording: Recording) -> Analysis:
    """What the recording comes to."""
    log = None if recording.utterances is None else from_log(recording.utterances, recording.duration)
    sound = None if recording.sound is None else from_sound(recording.sound)
    calls = None if recording.calls is None else judged(recording.calls, recording.functions)
    known = log or sound
    return Analysis(
        recording=recording,
        log=log,
        sound=sound,
        agreement=compared(log, sound) if log and sound else None,
        calls=calls,
        verdict=attributed(recording, known.timing if known else None, calls or ()),
    )
