"""A container's health: exit 0 where HEALTH_URL answers with 2xx, or where there is none; 1, with the reason, where not."""

import os
import sys
import urllib.error
import urllib.request

_PATIENCE = 2  # seconds; Docker's own time limit is a second longer


def main() -> int:
    """Ask, and say what came."""
    url = os.environ.get("HEALTH_URL")
    if not url:
        return 0
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE) as answer:
            return 0 if 200 <= answer.status < 300 else 1
    except (urllib.error.URLError, OSError, ValueError) as error:
        print(f"{url}: {error}")
        return 1


if __name__ == "__main__":
    sys.exit(main())
