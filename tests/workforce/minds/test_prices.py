"""What tokens cost."""

import pytest

from flexsim.errors import ConfigurationError
from flexsim.workforce.minds.prices import Price, price_of


def test_your_own_price_beats_the_listed_one_and_an_unknown_model_costs_nothing():
    assert price_of("gpt-4o-mini").of(1_000_000, 1_000_000) == pytest.approx(0.75)
    assert price_of("gpt-4o-mini", "1/2") == Price(tokens_in=1, tokens_out=2)
    assert price_of("llama-at-home") == Price()


@pytest.mark.parametrize("text", ["", "1", "a/b", "-1/2", "1/2/3"])
def test_what_is_no_price_is_refused(text):
    with pytest.raises(ConfigurationError, match="a price is dollars"):
        price_of("m", text)
