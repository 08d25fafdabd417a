"""What agentsim has done so far, in numbers."""

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class AgentCounts:
    """Grows only; may be read at any time from any thread."""

    offered: int = 0  # reservations that were ours
    accepted: int = 0
    wrapped_up: int = 0
    completed: int = 0
    found_under_way: int = 0  # picked up without our having heard the offer
    already_over: int = 0  # ended by somebody else before we came to it
    activity_changes: int = 0
    not_ours: int = 0  # offers for tasks or workers of others
    garbage: int = 0  # requests that were no assignment callback
    bad_signature: int = 0

    def as_dict(self) -> dict[str, int]:
        """The same by name."""
        return asdict(self)
