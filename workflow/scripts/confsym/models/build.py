"""From an entry of the config's section models to an estimator."""

from collections.abc import Mapping, Sequence
from typing import Any

from confsym.registry import arguments, resolve


def build(
    function: str,
    takes: Sequence[str],
    settings: Mapping[str, Any],
    widths: Sequence[int],
) -> Any:
    """Make a new scikit-learn regressor.

    Parameters
    ----------
    function, takes
        Of the kind's row in the registry.
    settings
        The model's entry in the config: `kind` and its parameters.
    widths
        Columns of each feature set, for kinds that treat the sets apart.
    """
    asked = {"widths": list(widths)} if "widths" in takes else {}
    return resolve(function)(**arguments(settings), **asked)
