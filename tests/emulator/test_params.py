"""Parameters: what is read, and what is refused with 400 / 20001."""

from urllib.parse import quote_plus, unquote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flexsim.emulator.params import Parameters
from flexsim.errors import InvalidInput


def test_percent_plus_and_utf8_are_decoded():
    parameters = Parameters("Friendly%4Eame=J%C3%BCrgen+M%2BM&Empty=&Bare")
    assert parameters.text("FriendlyName") == "Jürgen M+M"
    assert parameters.text("Empty") == ""
    assert parameters.text("Bare") == ""
    assert parameters.text("friendlyname") is None


@given(
    st.lists(st.one_of(st.text(), st.text().map(quote_plus), st.sampled_from(["%", "=", "%C3", "%zz", "\n", "%3D"])))
)
@example(["%41", "%%", "=41"])  # what quoted-printable would read in its own way
@example(["%\n", "%41"])
@example(["%\r"])
@example(["%zz", "=41"])
@example(["%41", "\t ", "%20"])
def test_a_value_is_decoded_as_pythons_own_parser_decodes_it(pieces):
    encoded = "".join(pieces).replace("&", "")
    assert Parameters(f"A={encoded}").text("A") == unquote_plus(encoded)


def test_the_last_of_several_values_counts_where_one_is_wanted():
    assert Parameters("A=1&A=2").text("A") == "2"


def test_a_required_parameter_must_be_there_and_not_empty():
    for encoded in ("", "FriendlyName="):
        with pytest.raises(InvalidInput, match="Missing required parameter FriendlyName"):
            Parameters(encoded).required("FriendlyName")


def test_a_text_has_a_greatest_length():
    assert Parameters("A=" + "x" * 64).text("A", most=64) == "x" * 64
    with pytest.raises(InvalidInput, match="65 characters"):
        Parameters("A=" + "x" * 65).text("A", most=64)


@pytest.mark.parametrize("text", ["x", "1.5", "1_0", "%D9%A3", "0", "51", "9" * 30, "+5", "1e1"])
def test_a_number_is_whole_ascii_and_within_its_range(text):
    with pytest.raises(InvalidInput, match="A must be a whole number from 1 to 50"):
        Parameters(f"A={text}").integer("A", 1, 50)


def test_an_empty_number_counts_as_none():
    assert Parameters("A=").integer("A", 1, 50) is None
    assert Parameters("A=50").integer("A", 1, 50) == 50


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("TRUE", True), ("1", True), ("yes", True), ("on", False), ("false", False)]
)
def test_a_flag_is_true_for_true_1_and_yes_and_false_for_anything_else(text, value):
    assert Parameters(f"A={text}").flag("A") is value


@pytest.mark.parametrize(("text", "value"), [("true", True), ("No", False), ("1", True), ("0", False), ("", None)])
def test_a_boolean_is_one_of_the_words_for_true_and_false(text, value):
    assert Parameters(f"A={text}").boolean("A") is value


def test_a_boolean_that_is_neither_is_refused_by_name_and_value():
    with pytest.raises(InvalidInput, match="A must be true or false: maybe"):
        Parameters("A=maybe").boolean("A")


def test_the_names_that_were_sent_come_each_once_and_in_order():
    assert list(Parameters("B=1&A=2&B=3")) == ["B", "A"]


def test_several_choices_come_repeated_or_joined_by_commas():
    for encoded in ("S=pending&S=reserved", "S=pending%2Creserved", "S=pending, reserved"):
        assert Parameters(encoded).choices("S", ("pending", "reserved")) == ("pending", "reserved")
    with pytest.raises(InvalidInput, match="nonsense"):
        Parameters("S=pending&S=nonsense").choices("S", ("pending",))


def test_a_moment_is_iso_8601_and_utc_unless_it_says_otherwise():
    assert Parameters("A=1970-01-02T00:00:00Z").moment("A") == 86_400
    assert Parameters("A=1970-01-02T00:00:00").moment("A") == 86_400
    assert Parameters("A=1970-01-02T01:00:00%2B01:00").moment("A") == 86_400


@pytest.mark.parametrize("text", ["yesterday", "1899-12-31T23:59:59Z", "0001-01-01T00:00:00", "2026-13-01"])
def test_a_moment_that_is_none_or_before_1900_is_refused(text):
    with pytest.raises(InvalidInput, match="A must"):
        Parameters(f"A={text}").moment("A")


def test_attributes_are_an_object_and_the_text_it_came_in():
    assert Parameters("Attributes=%7B%22a%22%3A+%201%7D").attributes() == ({"a": 1}, '{"a":  1}')
    assert Parameters("").attributes() is None


@pytest.mark.parametrize("text", ["", "[]", "1", "null", "{", '{"a": NaN}', '"x"', "{'a': 1}", '{"a":"%5Cud800"}'])
def test_attributes_that_are_no_json_object_are_refused(text):
    with pytest.raises(InvalidInput, match="Attributes"):
        Parameters(f"Attributes={text}").attributes()


def test_attributes_have_at_most_4096_characters_white_space_included():
    text = '{"a": "' + "ü" * 4087 + '"}'
    assert len(text) == 4096
    assert Parameters(f"Attributes={text}").attributes()
    with pytest.raises(InvalidInput, match="4097 characters"):
        Parameters(f"Attributes={text}%20").attributes()


def test_an_address_is_http_and_empty_takes_one_away():
    assert Parameters("U=https://example.com/x").address("U") == "https://example.com/x"
    assert Parameters("U=").address("U") == ""
    with pytest.raises(InvalidInput, match="http or https"):
        Parameters("U=ftp://example.com").address("U")
