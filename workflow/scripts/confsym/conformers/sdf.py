"""Ensembles for molecule viewers."""

from io import StringIO
from pathlib import Path

import numpy as np
from rdkit import Chem

from confsym.conformers.ensemble import Ensemble
from confsym.molecules.rdkit_conformer import with_conformer
from confsym.storage.files import write_text


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
    records = StringIO()  # RDKit says nothing where a file of its own meets a full disk
    with Chem.SDWriter(records) as writer:
        for index, positions in enumerate(ensemble.positions):
            coordinates.SetPositions(np.ascontiguousarray(positions))
            copy.SetProp("_Name", f"{name} conformer {index}")
            copy.SetIntProp("attempt", int(ensemble.attempt[index]))
            copy.SetProp("stereoisomer", str(stereoisomer[index]))
            writer.write(copy)
    write_text(path, records.getvalue())
