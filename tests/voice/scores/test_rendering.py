"""What pages are made with: whatever a function was given has an end, and so has an address its escapes."""

from flexsim.voice.scores.rendering import _compact, _environment


def test_whatever_a_function_was_given_has_an_end():
    assert _compact({"name": "Zoë"}) == '{"name": "Zoë"}'
    assert _compact("text") == "text"
    assert _compact("x" * 5000).endswith("… (5000 characters)")
    assert _compact({1, 2}).startswith('"{')


def test_addresses_are_escaped():
    template = _environment().from_string("{{ 'a b/c?#.html' | address }}")
    assert template.render() == "a%20b/c%3F%23.html"
