"""SDF files of one molecule's conformers, the energy a property of each record."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rdkit import Chem

from confsym.datasets.elements import HYDROGEN, numbers_of
from confsym.datasets.frames import Geometry, fault
from confsym.molecules.rdkit_messages import messages

END = "$$$$"


def read_sdf(path: str, source: str) -> Iterator[Geometry]:
    """Read a file record by record.

    Parameters
    ----------
    path
        The file.
    source
        Setting and file, for error messages.

    Raises
    ------
    StudyError
        If RDKit cannot read a record, or it is flat, or leaves hydrogens out.
    """
    lines = _begins(path)
    with messages() as said, Chem.SDMolSupplier(str(path), sanitize=False, removeHs=False) as file:
        for frame, molecule in enumerate(file):
            line = next(lines, None)
            if molecule is None:
                reason = said[-1] if said else "no reason given"
                raise fault(source, frame, line, f"cannot be read by RDKit ({reason})")
            yield _geometry(molecule, frame, line, source)


def _begins(path: str) -> Iterator[int]:
    """The lines where records begin, from 1."""
    with Path(path).open(encoding="utf-8", errors="replace") as file:
        begin = 1
        for line, text in enumerate(file, start=1):
            if text.startswith(END):
                yield begin
                begin = line + 1
        yield begin


def _geometry(molecule: Chem.Mol, frame: int, line: int | None, source: str) -> Geometry:
    if not molecule.GetNumAtoms() or not molecule.GetNumConformers():
        raise fault(source, frame, line, "has no atoms")
    conformer = molecule.GetConformer()
    if not conformer.Is3D():
        raise fault(source, frame, line, "is flat, a drawing of a molecule and no conformer")
    molecule.UpdatePropertyCache(strict=False)
    if missing := sum(atom.GetTotalNumHs() for atom in molecule.GetAtoms()):
        raise fault(source, frame, line, f"leaves out {missing} hydrogen atoms; write all of them")
    symbols = tuple(atom.GetSymbol() for atom in molecule.GetAtoms())
    numbers, odd = numbers_of(symbols, source, frame, line)
    if any(atom.GetAtomicNum() == 1 and atom.GetIsotope() for atom in molecule.GetAtoms()):
        odd = (HYDROGEN,)
    values = molecule.GetPropsAsDict(
        includePrivate=False, includeComputed=False, autoConvertStrings=False
    )
    return Geometry(frame, line, numbers, np.array(conformer.GetPositions()), values, None, (), odd)
