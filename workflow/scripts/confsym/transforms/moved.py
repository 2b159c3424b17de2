"""Moved copies of an ensemble, as the config's section `transforms` describes them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from rdkit import Chem

from confsym.conformers.ensemble import Ensemble
from confsym.registry import arguments, resolve
from confsym.transforms.order import order_after
from confsym.transforms.registry import TRANSFORMS


def moved(
    ensemble: Ensemble,
    held_out: np.ndarray,
    molecule: Chem.Mol,
    transform: Mapping[str, Any],
) -> Ensemble:
    """Move the held-out conformers, or all of them where the transform says so.

    Parameters
    ----------
    ensemble
        All conformers.
    held_out : (n,) bool
        Which of them are held out.
    molecule
        The molecule, for its symmetries and elements.
    transform
        `kind` and its parameters.
    """
    row = TRANSFORMS[transform["kind"]]
    chosen = ensemble if row.every_conformer else ensemble.take(np.flatnonzero(held_out))
    further = [molecule] if row.takes_molecule else []
    positions = resolve(row.function)(chosen.positions, *further, **arguments(transform))
    order = order_after(len(ensemble.numbers), transform)
    return Ensemble(positions, ensemble.numbers[order], chosen.attempt)
