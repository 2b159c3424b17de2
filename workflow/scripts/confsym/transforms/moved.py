"""Moved copies of an ensemble, as the config's section `transforms` describes them."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from rdkit import Chem

from confsym.conformers.ensemble import Ensemble
from confsym.registry import arguments, resolve
from confsym.transforms.order import order_after
from confsym.transforms.registry import TRANSFORMS

STILL = 1e-9  # Å: round-off of a motion that leaves a molecule where it is


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
    to_move = ensemble if row.every_conformer else ensemble.take(np.flatnonzero(held_out))
    molecule_argument = [molecule] if row.takes_molecule else []
    positions = resolve(row.function)(to_move.positions, *molecule_argument, **arguments(transform))
    order = order_after(len(ensemble.numbers), transform)
    return Ensemble(positions, ensemble.numbers[order], to_move.attempt)


def unmoving(original: Ensemble, copies: Iterable[tuple[str, Ensemble]]) -> list[str]:
    """Names of transforms that leave every atom where it was, from their moved conformers."""
    return [
        name
        for name, copy in copies
        if np.abs(copy.positions - original.positions[original.find(copy)]).max() <= STILL
    ]


def moved_with_vectors(
    positions: np.ndarray,
    vectors: np.ndarray,
    molecule: Chem.Mol,
    transform: Mapping[str, Any],
) -> tuple[np.ndarray, np.ndarray]:
    """Move conformers, and vectors at their atoms along with them.

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    vectors : (n, atoms, 3)
        In any unit.
    molecule
        The molecule, for its symmetries and elements.
    transform
        `kind` and its parameters.

    Returns
    -------
    positions, vectors : (n, atoms, 3)
        Atoms in the order of `order_after`.
    """
    row = TRANSFORMS[transform["kind"]]
    molecule_argument = [molecule] if row.takes_molecule else []
    return tuple(
        resolve(function)(values, *molecule_argument, **arguments(transform))
        for function, values in ((row.function, positions), (row.vectors, vectors))
    )
