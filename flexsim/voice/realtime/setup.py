"""What a session of the engine's is handed in: who thinks, who speaks, who listens, and its limits."""

from collections.abc import Callable
from dataclasses import dataclass

from flexsim.voice.ports import Listener, MindMaker, Speaker, Voice
from flexsim.voice.realtime.configuration import TurnDetection

# From how turns are to be found to an ear.
EarMaker = Callable[[TurnDetection], Listener]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """``voice`` reads a session's voice string and raises ConfigurationError. ``longest`` is in seconds, limits are per minute.

    ``defers``: the session does not listen to an utterance itself but leaves it in ``hearings()``, for whoever runs it to
    do elsewhere.
    """

    minds: MindMaker
    speaker: Speaker
    ears: EarMaker
    voice: Callable[[str], Voice]
    longest: float = 1_800.0
    requests: float = 5_000.0
    tokens: float = 4_000_000.0
    defers: bool = False
