"""What conversations can be grouped by; apart from what groups them, so that the command line can name it cheaply."""

from enum import StrEnum


class By(StrEnum):
    """Who called, why, or who answered."""

    CALLER = "caller"
    SCENARIO = "scenario"
    AGENT = "agent"
