"""What a model's tokens cost: a short table of list prices, which your own beat. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from flexsim.errors import ConfigurationError

_FORM: Final = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*/\s*(\d+(?:\.\d*)?|\.\d+)\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Dollars for a million tokens, in and out."""

    tokens_in: float = 0.0
    tokens_out: float = 0.0

    def of(self, tokens_in: int, tokens_out: int) -> float:
        """Dollars for so many."""
        return (self.tokens_in * tokens_in + self.tokens_out * tokens_out) / 1_000_000


# List prices as their makers published them in 2025; they change, and --price says what yours are.
_LISTED: Final = {
    "gpt-4o-mini": (0.15, 0.60),
    "gpt-4o": (2.50, 10.00),
    "gpt-4.1-mini": (0.40, 1.60),
    "gpt-4.1": (2.00, 8.00),
    "llama-3.1-8b-instant": (0.05, 0.08),
    "llama-3.3-70b-versatile": (0.59, 0.79),
}


def price_of(model: str, given: str | None = None) -> Price:
    """The price ``given`` as IN/OUT, else the listed one, else none; raises ConfigurationError where the text is no price."""
    if given is not None:
        found = _FORM.fullmatch(given)
        if found is None:
            raise ConfigurationError(
                f"a price is dollars for a million tokens in and out, such as 0.15/0.60, not {given!r}"
            )
        return Price(tokens_in=float(found[1]), tokens_out=float(found[2]))
    listed = _LISTED.get(model)
    return Price() if listed is None else Price(tokens_in=listed[0], tokens_out=listed[1])
