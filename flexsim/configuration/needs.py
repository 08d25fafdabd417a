"""What a configuration takes for granted in a workspace: task channels and activities that are not its own to define. Pure."""

from typing import Final

from flexsim.configuration.records import Configuration
from flexsim.domain.model import Domain

AVAILABLE: Final = "Available"
OFFLINE: Final = "Offline"  # where agents are logged out, in Flex and in every other workspace (Twilio: Workspace)


def needed_channels(configuration: Configuration) -> tuple[str, ...]:
    """Unique names of the task channels that customers use or workers have a capacity for."""
    used = [str(option.value) for option in configuration.domain.dimensions["channel"].all_options()]
    worked = [channel for worker in configuration.workers for channel in worker.capacities]
    return tuple(dict.fromkeys([*used, *worked]))


def needed_activities(domain: Domain) -> tuple[str, ...]:
    """Names of the activities that agents are in, and of the one in which they are logged out."""
    return tuple(
        dict.fromkeys([*(str(option.value) for option in domain.dimensions["activity"].all_options()), OFFLINE])
    )


def is_working(domain: Domain, activity: str) -> bool:
    """Whether agents take tasks in it: Flex calls it Available; by another name it is where they are most."""
    options = {str(option.value): option.portion for option in domain.dimensions["activity"].all_options()}
    return activity == (AVAILABLE if AVAILABLE in options else max(options, key=lambda name: options[name]))
