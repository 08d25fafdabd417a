"""Questions to sessions, and their answers."""

from flexsim.randomness import fresh_secret
from flexsim.workforce.store.what_ifs import WhatIf


def asked(session_id, created):
    return WhatIf(
        id=f"WQ{fresh_secret()}", session_id=session_id, question={"changes": ["headcount.support=+5"]},
        answer={"effects": [{"churn": -0.125}]}, created=created,
    )  # fmt: skip


def test_answers_come_back_the_latest_first(store, begun):
    made = [asked(begun, float(number)) for number in range(3)]
    for each in made:
        store.keep_what_if(each)
    assert store.what_ifs(begun) == made[::-1]
    assert store.what_ifs(begun, limit=1) == made[2:]
