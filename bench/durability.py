"""Kill a local TaskRouter under load, a hundred times, and look after each restart for what it had acknowledged.

Prints one line for each kill and a sum; ends with an AssertionError where something is missing, changed or doubled.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.stories.durability import torment


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "centre.db"
        book = asyncio.run(torment(path, arguments.seed, arguments.kills, tell=print))
        size = path.stat().st_size
    print(
        f"{arguments.kills} kills in {time.monotonic() - began:.0f} s, {book.answers} answers, {size / 1e6:.1f} MB: "
        "nothing acknowledged is missing, nothing is doubled"
    )
    print(", ".join(f"{kind} {count}" for kind, count in book.counts.items()))


if __name__ == "__main__":
    main()
