"""Moved copies of an ensemble, as the config's section `transforms` describes them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from rdkit import Chem

from confsym.automorphisms import random_automorphism
from confsym.ensemble import Ensemble
from confsym.registry import arguments, resolve
from confsym.topology import Topology
from confsym.transforms import motions
from confsym.transforms.registry import TRANSFORMS


def moved(
    ensemble: Ensemble,
    held_out: np.ndarray,
    molecule: Chem.Mol,
    topology: Topology,
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
        The molecule, for its symmetries.
    topology
        The same molecule's elements and bonds.
    transform
        `kind` and its parameters.
    """
    row = TRANSFORMS[transform["kind"]]
    parameters = arguments(transform)
    chosen = ensemble if row.every_conformer else ensemble.take(np.flatnonzero(held_out))
    if row.name == "equivalent_swap":
        rng = np.random.default_rng(parameters["seed"])
        automorphisms = [random_automorphism(molecule, rng) for _ in range(motions.AUTOMORPHISMS)]
        parameters["automorphisms"] = np.unique(automorphisms, axis=0)
    if row.name == "same_element_swap":
        parameters["numbers"] = ensemble.numbers
    positions = resolve(row.function)(chosen.positions, **parameters)
    numbers = motions.topology_after(topology, transform).numbers
    return Ensemble(positions, numbers, chosen.attempt)
