"""What is tried on crystals: three representations, each with a model, and what each claims."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from confsym.models.parameters import RIDGE
from confsym.registry import Row, registry

# Written out: a further motion is claimed by nobody until somebody claims it.
BUT_SUPERCELL = frozenset(
    {"translation", "rotation", "reflection", "relabelling", "image", "cell_choice"}
)


@dataclass(frozen=True)
class Experiment(Row):
    """A representation and a model.

    Parameters
    ----------
    function
        From crystals and the config's section `crystals` to values (n, columns).
    model
        `package.module:function` of what makes a new estimator.
    settings
        Its parameters.
    claimed
        Motions that its predictions are said not to see.
    """

    model: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    claimed: frozenset[str] = frozenset()

    @property
    def modules(self) -> set[str]:
        """Dotted names of the modules that its functions live in."""
        return super().modules | {self.model.partition(":")[0]}


_RIDGE = {
    "model": "confsym.models.linear:ridge",
    "settings": {"alpha": RIDGE["alpha"]["default"]},
}

EXPERIMENTS: dict[str, Experiment] = registry(
    Experiment(
        name="listing",
        function="confsym.crystals.features:listing",
        label="cell, positions, elements; boosting",
        model="confsym.models.boosting:hist_gradient_boosting",
    ),
    Experiment(
        name="soap_sum",
        function="confsym.crystals.features:soap_sum",
        label="SOAP, summed; ridge",
        reference="10.1103/PhysRevB.87.184115",
        claimed=BUT_SUPERCELL,
        **_RIDGE,
    ),
    Experiment(
        name="soap_mean",
        function="confsym.crystals.features:soap_mean",
        label="SOAP, averaged; ridge",
        reference="10.1103/PhysRevB.87.184115",
        claimed=BUT_SUPERCELL | {"supercell"},
        **_RIDGE,
    ),
)
