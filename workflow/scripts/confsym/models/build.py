"""From an entry of the config's section models to an estimator."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

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
        The model's entry in the config: `kind` and its parameters; and `tails`, where a feature
        set has any and the kind takes them: for each set, whether it has.
    widths
        Columns of each feature set, for kinds that treat the sets apart.
    """
    keywords = arguments(settings)
    if "widths" in takes:
        keywords["widths"] = list(widths)
    if "tails" in keywords:
        numbered = np.where(keywords["tails"], np.arange(1, len(widths) + 1), 0)
        keywords["tails"] = np.repeat(numbered, widths)
    return resolve(function)(**keywords)
