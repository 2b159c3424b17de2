"""From an entry of the config's section models to an estimator."""

from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Any

from confsym.registry import arguments, resolve


def build(function: str, settings: Mapping[str, Any], widths: Sequence[int]) -> Any:
    """Make a new scikit-learn regressor.

    Parameters
    ----------
    function
        `package.module:function` of the kind.
    settings
        The model's entry in the config: `kind` and its parameters.
    widths
        Columns of each feature set, for kinds that treat the sets apart.
    """
    make = resolve(function)
    apart = {"widths": list(widths)} if "widths" in signature(make).parameters else {}
    return make(**arguments(settings), **apart)
