"""SDF files of one molecule's conformers, the energy a property of each record."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rdkit import Chem

from confsym.datasets.elements import HYDROGEN, numbers_of
from confsym.datasets.frames import Geometry, fault
from confsym.molecules.rdkit_messages import messages, reason

END, BLOCK = "$$$$", "M  END"  # of a record, and of the molecule in it


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
        If RDKit cannot read a record, or it is flat, cut off, or leaves hydrogens out.
    """
    records, frame = _records(path), -1
    if not records:
        return  # which RDKit takes for no file
    with messages() as lines, Chem.SDMolSupplier(str(path), sanitize=False, removeHs=False) as file:
        for frame, molecule in enumerate(_each(file, records, source)):
            line, blocks = records[frame] if frame < len(records) else (None, 1)
            if blocks > 1:
                what = f"has {blocks} molecules; end each record with a line {END}"
                raise fault(source, frame, line, what)
            if molecule is None:
                raise fault(source, frame, line, f"cannot be read by RDKit ({reason(lines)})")
            lines.clear()
            yield _geometry(molecule, frame, line, source)
    if frame + 1 < len(records):  # RDKit leaves out an unfinished last record without a word
        what = "is cut off, and the file ends there; get the whole file, or delete this record"
        raise fault(source, frame + 1, records[frame + 1][0], what)


def _each(
    file: Chem.SDMolSupplier, records: list[tuple[int, int]], source: str
) -> Iterator[Chem.Mol | None]:
    """Molecules as RDKit reads them; it fails where its own message would cut a letter in half."""
    frame = 0
    while True:
        try:
            molecule = next(file)
        except StopIteration:
            return
        except SystemError:
            line = records[frame][0] if frame < len(records) else None
            what = "has letters that are no ASCII among its numbers or elements; mend them"
            raise fault(source, frame, line, what) from None
        yield molecule
        frame += 1


def _records(path: str) -> list[tuple[int, int]]:
    """For each record the line where it begins, from 1, and how many molecules it has."""
    records, begin, blocks, empty = [], 1, 0, True
    with Path(path).open(encoding="utf-8", errors="replace") as file:
        for line, text in enumerate(file, start=1):
            if text.startswith(END):
                records.append((begin, blocks))
                begin, blocks, empty = line + 1, 0, True
            else:
                blocks += text.startswith(BLOCK)
                empty = empty and not text.strip()
    return records if empty else [*records, (begin, blocks)]


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
