"""From an entry of the config's section models to an estimator."""

from collections.abc import Mapping, Sequence
from typing import Any

from confsym.registry import arguments, resolve


def build(
    function: str,
    takes: Sequence[str],
    settings: Mapping[str, Any],
    widths: Sequence[int],
    copies: bool = False,
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
    copies
        Whether there will be several rows of a conformer, for kinds that then choose differently.
    """
    known = {"widths": list(widths), "copies": copies}
    asked = {name: value for name, value in known.items() if name in takes}
    return resolve(function)(**arguments(settings), **asked)
