"""How a domain of one's own is laid over a locale's defaults."""

import copy
from collections.abc import Mapping
from typing import Any

from flexsim.domain.model import STANDARD_DIMENSIONS

Document = dict[str, Any]


def merge(defaults: Mapping[str, Any], own: Mapping[str, Any]) -> Document:
    """A new document: ``own`` over ``defaults``; neither is changed, and nothing is shared with them.

    Top-level properties replace the defaults' one by one. Dimensions merge deeply, lists as wholes. If ``own`` has any
    custom dimension, the defaults' custom dimensions are dropped first.
    """
    merged = {**defaults, **own}
    dimensions = defaults.get("dimensions", {})
    if "dimensions" in own:
        dimensions = _deeply(_kept(dimensions, own["dimensions"]), own["dimensions"])
    if "dimensions" in merged:
        merged["dimensions"] = dimensions
    return copy.deepcopy(merged)


def _kept(defaults: Mapping[str, Any], own: Mapping[str, Any]) -> Mapping[str, Any]:
    if all(name in STANDARD_DIMENSIONS for name in own):
        return defaults
    return {name: dimension for name, dimension in defaults.items() if name in STANDARD_DIMENSIONS}


def _deeply(under: Mapping[str, Any], over: Mapping[str, Any]) -> Document:
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _deeply(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged
