"""A small force field that tests learn: ethanol at MMFF94, its hydroxyl group turned all around."""

from functools import cache

import numpy as np
from rdkit.Chem import AllChem, rdMolTransforms

from confsym.energies.force_fields import mmff94
from confsym.force_field import export
from confsym.force_field.record import ForceField
from confsym.models.gradient_gp.process import gradient_gp
from confsym.models.labelled import Labelled
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from studies import made_once

DESCRIPTION = molecule.describe("ethanol", "CCO")
TORSION = (0, 1, 2, 8)  # C, C, O, and the hydrogen on it
COUNT = 72  # training geometries
FACTS = {
    "experiment": "gp",
    "kind": "gradient_gp",
    "level": ["mmff94", "MMFF94"],
    "baseline": [],
}


def turned(count: int, width: float, seed: int = 0) -> np.ndarray:
    """(count, atoms, 3) Å: ethanol with its torsion all around, atoms displaced at random."""
    target = molecule.from_description(DESCRIPTION)
    AllChem.EmbedMolecule(target, randomSeed=1)
    AllChem.MMFFOptimizeMolecule(target, maxIters=2000)
    conformer, places = target.GetConformer(), []
    for angle in np.linspace(-180, 180, count, endpoint=False):
        rdMolTransforms.SetDihedralDeg(conformer, *TORSION, angle)
        places.append(conformer.GetPositions())
    noise = np.random.default_rng(seed).normal(scale=width, size=(count, *places[0].shape))
    return np.array(places) + noise


def level(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """MMFF94's energies (n,), kcal/mol, and forces (n, atoms, 3), kcal/mol/Å."""
    energies, gradients = mmff94(molecule.from_description(DESCRIPTION), positions, "ethanol")
    return energies, -gradients


@cache
def ethanol() -> ForceField:
    """The force field, fitted once a test run."""
    known: ForceField = made_once("ethanol", fitted)
    return known


def fitted() -> ForceField:
    """The force field (a quarter of a minute)."""
    positions = turned(COUNT, 0.03)
    energies, forces = level(positions)
    known = Labelled(Topology.from_description(DESCRIPTION), positions, energies, forces)
    model = gradient_gp(known, [], steps=40, tuning_size=36, seed=0)
    text = "title: a test's force field\n"
    return export.force_field(model, DESCRIPTION, positions, energies, FACTS, text, None)
