"""Ensembles for molecule viewers."""

from io import StringIO
from pathlib import Path

import numpy as np
from rdkit import Chem

from confsym.conformers.ensemble import Ensemble
from confsym.molecules import stereo
from confsym.molecules.rdkit_conformer import with_conformer
from confsym.molecules.stereo_elements import stereo_elements
from confsym.storage.files import write_text


def write(
    path: str | Path, molecule: Chem.Mol, ensemble: Ensemble, stereoisomer: np.ndarray, name: str
) -> None:
    """Write an SDF, a conformer a record; coordinates are rounded to 10⁻⁴ Å.

    Each double bond is E or Z as it is in the record: one that the SMILES leaves open would be
    marked as "either", and readers would then not look at positions.

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
    elements = [one for one in stereo_elements(copy) if one["kind"] == "double_bond"]
    cis = stereo.signs_of(elements, ensemble.positions)
    records = StringIO()  # RDKit says nothing where a file of its own meets a full disk
    with Chem.SDWriter(records) as writer:
        for index, positions in enumerate(ensemble.positions):
            coordinates.SetPositions(np.ascontiguousarray(positions))
            for element, sign in zip(elements, cis[index].tolist(), strict=True):
                stereo.set_double_bond(copy, element, sign)
            copy.SetProp("_Name", f"{name} conformer {index}")
            copy.SetIntProp("attempt", int(ensemble.attempt[index]))
            copy.SetProp("stereoisomer", str(stereoisomer[index]))
            writer.write(copy)
    write_text(path, records.getvalue())
