"""How a session's ear is set, as the protocol's ``server_vad`` sets it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class EarSettings:
    """``threshold`` is from 0 to 1: how sure to be that a sound is speech (0.5: 5 dB above what is always there).

    ``prefix_padding_ms`` lies before the place where speech is said to begin; ``silence_duration_ms`` without speech ends
    it, and lies before the place where it is said to stop. ``exact`` false: look for speech in the sound always, even
    where every frame of it is known.
    """

    threshold: float = 0.5
    prefix_padding_ms: int = 300
    silence_duration_ms: int = 500
    exact: bool = True
