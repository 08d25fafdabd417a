"""A session's beginning: its roles, its seed, and the company as the scenario finds it. Pure."""

from flexsim.ids import secret
from flexsim.workforce.company.beginning import beginning
from flexsim.workforce.records import Role, Session
from flexsim.workforce.roles.loading import seven_roles


def open_session(scenario: str, *, seed: int, mind: str = "rules", roles: tuple[Role, ...] | None = None) -> Session:
    """A new session; the same arguments give the same one, its id too. Raises ConfigurationError for an empty scenario."""
    taking_part = seven_roles() if roles is None else roles
    state = beginning(scenario)
    names = "/".join([mind, scenario, *(role.name for role in taking_part)])
    return Session(
        id=f"WS{secret(seed, names)}"[:34], scenario=scenario, seed=seed, mind=mind, roles=taking_part, beginning=state
    )
