"""What agents are called, in the language of where they are: drawn when somebody asks, as no frame holds a name."""

from collections.abc import Sequence
from typing import Any

from flexsim.domain.loading import load_domain
from flexsim.domain.people import Directory
from flexsim.load.profiles import Profile
from flexsim.randomness import Randomness


def described(profiles: Sequence[Profile]) -> list[dict[str, Any]]:
    """All there is to know of these agents; the same agents have the same names."""
    directories: dict[str, Directory] = {}
    found = []
    for each in profiles:
        if each.locale not in directories:
            rng = Randomness(0).generator("load", "names", each.locale)
            directories[each.locale] = Directory(load_domain(None, each.locale), rng)
        found.append(
            {
                "agentId": each.agent_id,
                "name": directories[each.locale].agent_name(),
                "department": each.department,
                "location": each.location,
                "team": each.team,
                "skills": list(each.skills),
            }
        )
    return found
