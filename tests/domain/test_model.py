"""The domain's records."""

from flexsim.domain.model import Dimension, Option, option_key


def dimension(**options):
    lists = {
        key: tuple(Option(value=value, portion=1 / len(each), params=params) for value, params in each)
        for key, each in options.items()
    }
    return Dimension(
        name="d",
        entity="tasks",
        phase="arrive",
        expr="enum",
        data_type="string",
        curve="uniform",
        attribute_name="d",
        options=lists,
    )


def test_an_option_that_two_parents_share_counts_once_in_the_order_written():
    shared = dimension(a=[("x", {}), ("y", {})], b=[("z", {}), ("x", {})])
    assert [option.value for option in shared.all_options()] == ["x", "y", "z"]


def test_true_and_one_are_different_options():
    assert [option.value for option in dimension(a=[(1, {}), (True, {}), ("1", {})]).all_options()] == [1, True]


def test_params_are_found_by_value_and_are_empty_for_a_stranger():
    channel = dimension(a=[("voice", {"address": "+1"}), ("chat", {})])
    assert channel.params("voice") == {"address": "+1"}
    assert channel.params("fax") == {}


def test_a_key_of_options_is_text_as_it_is_and_the_rest_as_json():
    assert [option_key(value) for value in ("a'b", True, 3, 1.5)] == ["a'b", "true", "3", "1.5"]
