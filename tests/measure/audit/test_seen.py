"""Ids are known again, and those that come twice are found with the events that brought them."""

from hypothesis import given
from hypothesis import strategies as st

from flexsim.measure.audit.seen import Seen


@given(st.lists(st.text(max_size=3)))
def test_what_comes_again_is_found_as_a_dictionary_would_find_it(identities):
    seen, firsts, twice = Seen(), {}, []
    for seq, identity in enumerate(identities):
        assert seen.first(identity) == firsts.get(identity)
        seen.add(identity, seq)
        if identity in firsts:
            twice.append((firsts[identity], seq))
        else:
            firsts[identity] = seq
    assert sorted(seen.twice()) == sorted(twice)


def test_looking_for_an_id_does_not_make_it_known():
    seen = Seen()
    assert seen.first("WT1") is None
    assert seen.first("WT1") is None
    assert list(seen.twice()) == []


def test_it_keeps_sixteen_bytes_for_an_id():
    seen = Seen()
    for number in range(50_000):
        seen.add(f"WT{number:032x}", number)
    kept = sum(column.itemsize * len(column) for table in (seen._hashes, seen._seqs) for column in table.values())
    assert kept == 16 * 50_000
