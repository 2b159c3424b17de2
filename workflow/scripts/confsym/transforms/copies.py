"""Training data augmented with moved copies: the way to symmetry that changes no model."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from rdkit import Chem

from confsym.conformers.ensemble import Ensemble
from confsym.molecules.topology import Topology
from confsym.transforms import motions
from confsym.transforms.moved import moved
from confsym.transforms.order import topology_after

# The order in which a copy is moved: exchanges come while the atoms stand in the molecule's order.
MOTIONS = ("equivalent_swap", "relabelling", "rotation", "translation")


def moved_copy(
    ensemble: Ensemble,
    molecule: Chem.Mol,
    topology: Topology,
    settings: Mapping[str, Any],
    copy: int,
) -> tuple[np.ndarray, Topology]:
    """Move every conformer at random in each way that an augmentation names.

    What a copy looks like does not depend on how many there are, so that 16 copies contain the
    same 4. All conformers of a copy share one order of the atoms, each has its own pose.

    Parameters
    ----------
    ensemble
        All conformers.
    molecule, topology
        The molecule, for its symmetries, elements and bonds.
    settings
        An experiment's entry `augmentation`: motions, displacement (Å) and seed.
    copy
        Number of the copy, from 0.

    Returns
    -------
    positions : (n, atoms, 3)
        Å.
    topology
        Elements and bonds in the order of the positions.
    """
    all_conformers = np.ones(len(ensemble), dtype=bool)
    for index, motion in enumerate(MOTIONS):
        if motion not in settings["motions"]:
            continue
        seed = [settings["seed"], copy, index]
        if motion == "translation":  # the transform of that name moves all by one vector
            positions = motions.displacement(ensemble.positions, seed, settings["displacement"])
            ensemble = Ensemble(positions, ensemble.numbers, ensemble.attempt)
            continue
        transform = {"kind": motion, "seed": seed}
        ensemble = moved(ensemble, all_conformers, molecule, transform)
        topology = topology_after(topology, transform)
    return ensemble.positions, topology
