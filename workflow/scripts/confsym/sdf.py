"""Ensembles for molecule viewers."""

from pathlib import Path

import numpy as np
from rdkit import Chem

from confsym.conformer import with_conformer
from confsym.ensemble import Ensemble
from confsym.files import whole


def write(
    path: str | Path, molecule: Chem.Mol, ensemble: Ensemble, stereoisomer: np.ndarray, name: str
) -> None:
    """Write an SDF, a conformer a record; coordinates are rounded to 10⁻⁴ Å.

    Parameters
    ----------
    path
        Where to.
    molecule
        Molecule with hydrogens.
    ensemble
        Its conformers.
    stereoisomer : (n,) str
        Written with each conformer.
    name
        Title of the records.
    """
    copy = with_conformer(molecule, ensemble.positions[0])
    coordinates = copy.GetConformer()
    with whole(path) as part, Chem.SDWriter(str(part)) as writer:
        for index, positions in enumerate(ensemble.positions):
            coordinates.SetPositions(np.ascontiguousarray(positions))
            copy.SetProp("_Name", f"{name} conformer {index}")
            copy.SetIntProp("attempt", int(ensemble.attempt[index]))
            copy.SetProp("stereoisomer", str(stereoisomer[index]))
            writer.write(copy)
