"""The coverage ledger: which of Twilio's TaskRouter operations are served, written from the route table."""

from typing import Final

from flexsim.emulator.routes import ROUTES

METHODS: Final = ("GET", "POST", "DELETE")
OPERATIONS: Final = 61  # in Twilio's OpenAPI description (taskrouter_v1); a test compares


def operations() -> dict[str, tuple[str, str]]:
    """Every operation that is served: its method and path by name."""
    return {route.operation: (route.method, route.path) for route in ROUTES}


def ledger() -> str:
    """A Markdown table: one line for each path; a cell says ``yes`` where there is an operation."""
    served = {(route.method, route.path) for route in ROUTES}
    lines = [f"| {' | '.join(('path', *METHODS))} |", "| --- | --- | --- | --- |"]
    for path in dict.fromkeys(path for _, path in operations().values()):
        cells = ["yes" if (method, path) in served else "" for method in METHODS]
        lines.append(f"| `{path}` | {' | '.join(cells)} |")
    return f"{len(served)} of {OPERATIONS} operations are served.\n\n" + "\n".join(lines) + "\n"
