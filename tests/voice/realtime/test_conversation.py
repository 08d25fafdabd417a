"""A conversation keeps its order, whatever is put in and taken out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flexsim.errors import ProtocolError
from flexsim.voice.realtime import conversation as module
from flexsim.voice.realtime.conversation import Conversation
from flexsim.voice.realtime.items import Item


def item(name):
    return Item(name, "message", role="user")


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.integers(-1, 9))))
def test_it_is_a_list(steps):
    found, model = Conversation(), []
    for adds, name, after in steps:
        before = str(after) if after >= 0 else None
        if adds:
            if str(name) in model or (before is not None and before not in model):
                with pytest.raises(ProtocolError):
                    found.add(item(str(name)), before)
                continue
            place = len(model) if before is None else model.index(before) + 1
            assert found.add(item(str(name)), before) == (model[place - 1] if place else None)
            model.insert(place, str(name))
            assert found.before(str(name)) == (model[place - 1] if place else None)
        elif str(name) in model:
            found.remove(str(name))
            model.remove(str(name))
        else:
            with pytest.raises(ProtocolError):
                found.remove(str(name))
    assert [each.item_id for each in found] == model
    assert (len(found), found.last) == (len(model), model[-1] if model else None)


def test_the_root_is_before_everything():
    found = Conversation()
    found.add(item("a"))
    assert found.add(item("b"), "root") is None
    assert [each.item_id for each in found] == ["b", "a"]


@pytest.mark.parametrize("doing", ["delete", "retrieve", "truncate"])
def test_what_is_not_there_is_named_with_what_was_to_be_done(doing):
    with pytest.raises(ProtocolError) as caught:
        Conversation().found("x", doing)
    assert caught.value.code == f"item_{doing}_invalid_item_id"


def test_it_is_full_some_day(monkeypatch):
    monkeypatch.setattr(module, "MOST_ITEMS", 2)
    found = Conversation()
    found.add(item("a"))
    found.add(item("b"))
    with pytest.raises(ProtocolError, match="at most 2"):
        found.add(item("c"))
