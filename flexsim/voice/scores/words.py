"""Numbers of conversations as people read them."""

from collections.abc import Callable, Mapping
from typing import Final

from flexsim.measure.metrics import Kind
from flexsim.voice.scores.rates import Estimate

_SPACE: Final = "\u00a0"  # a unit is not parted from its number
NOTHING: Final = "–"  # noqa: RUF001 -- a dash is meant, where there is nothing to say


def seconds(value: float | None) -> str:
    """``640 ms``, ``7.3 s``, ``4:05 min``."""
    if value is None:
        return NOTHING
    if abs(value) < 1:
        return f"{1000 * value:.0f}{_SPACE}ms" if value else f"0{_SPACE}s"
    if abs(value) < 60:
        return f"{value:.1f}{_SPACE}s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes}:{rest:02d}{_SPACE}min"


def place(value: float) -> str:
    """A place on the audio clock: ``1:07.24``."""
    minutes, rest = divmod(round(100 * value), 6000)
    return f"{minutes}:{rest // 100:02d}.{rest % 100:02d}"


def share(value: float | None) -> str:
    """``93.4 %``; whole numbers of it without decimals."""
    if value is None:
        return NOTHING
    percent = f"{100 * value:.1f}".removesuffix(".0")
    return f"{percent}{_SPACE}%"


def count(value: float | None) -> str:
    """``12,345``, or with one decimal what is not whole."""
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def estimate(found: Estimate | Mapping[str, float] | None) -> str:
    """``90 % (79.9 % to 95.3 %)``."""
    if found is None:
        return NOTHING
    value, low, high = (
        (found.value, found.low, found.high)
        if isinstance(found, Estimate)
        else (found["value"], found["low"], found["high"])
    )
    return f"{share(value)} ({share(low)} to {share(high)})"


SHOW: Final[Mapping[Kind, Callable[[float | None], str]]] = {
    Kind.COUNT: count,
    Kind.SHARE: share,
    Kind.SECONDS: seconds,
}


def signed(kind: Kind, value: float) -> str:
    """A difference, with its sign; of shares in percentage points."""
    sign = "+" if value > 0 else "-" if value < 0 else ""
    return f"{sign}{size(kind, value)}"


def size(kind: Kind, value: float) -> str:
    """How large a difference is."""
    if kind is Kind.SHARE:
        return f"{100 * abs(value):.1f}{_SPACE}pp"
    return SHOW[kind](round(abs(value), 3 if kind is Kind.SECONDS else 1))
