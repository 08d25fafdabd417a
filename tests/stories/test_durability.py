"""A local TaskRouter with a data file is killed under load: nothing acknowledged is missing, nothing is doubled.

``bench/durability.py`` does the same a hundred times.
"""

import asyncio

from tests.stories.durability import torment

KILLS = 8


def test_whatever_was_acknowledged_before_a_kill_is_there_once_after_it(tmp_path):
    book = asyncio.run(asyncio.wait_for(torment(tmp_path / "centre.db", seed=6, kills=KILLS), 110))
    for kind in ("created", "updated", "accepted", "completed", "workers"):
        assert book.counts[kind] > 0, f"nothing was {kind}: the clients had no time"
    assert book.answers > 10 * KILLS
