"""Energies and gradients of conformers with RDKit's force fields.

One force field is built for each molecule, or for each conformer if it depends on the conformer. It
lists every pair of atoms: RDKit's own threshold leaves pairs out of MMFF94 that are 100 Å apart in
the conformer that it builds on. UFF's van der Waals energy ends at ten radii, whatever is listed.

MMFF94: Tosco, Stiefl and Landrum, J. Cheminform. 6, 37 (2014), doi:10.1186/s13321-014-0037-3. UFF:
Rappé et al., J. Am. Chem. Soc. 114, 10024 (1992), doi:10.1021/ja00051a040.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdForceFieldHelpers
from rdkit.ForceField.rdForceField import ForceField

from confsym.energies.atom_types import mmff_mistyped, uff_stand_ins
from confsym.energies.electrons import unpaired
from confsym.energies.suitability import advice, closed_shell_advice, mmff_gap, uff_gap
from confsym.errors import StudyError
from confsym.molecules.rdkit_conformer import with_conformer

# Every pair of atoms is listed, however far apart the conformer that builds the force field has it.
NO_CUTOFF = 1e6


def _energies_and_gradients(
    variant: str, molecule: Chem.Mol, positions: np.ndarray, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Single-point energies and their derivatives by the positions.

    Parameters
    ----------
    variant
        "MMFF94", "MMFF94s" or "UFF".
    molecule
        Molecule with hydrogens.
    positions : (n, atoms, 3)
        Å.
    name
        The study's name for the molecule, for error messages.

    Returns
    -------
    energies : (n,)
        kcal/mol.
    gradients : (n, atoms, 3)
        kcal/mol/Å.

    Raises
    ------
    StudyError
        If the force field has no parameters for an atom, or an electron has no partner.
    """
    require(variant, molecule, name)
    flat = positions.reshape(len(positions), -1).tolist()
    fields = _fields(variant, molecule, positions)
    # Energy first, then gradient, one conformer at a time: RDKit keeps the distances of the last
    # energy, and a gradient alone would be computed with those of another conformer.
    pairs = [
        (field.CalcEnergy(place), field.CalcGrad(place))
        for (field, _), place in zip(fields, flat, strict=True)
    ]
    energies, gradients = zip(*pairs, strict=True)
    return np.array(energies), np.reshape(gradients, positions.shape)


def _minimize(
    variant: str, molecule: Chem.Mol, positions: np.ndarray, name: str, iterations: int
) -> tuple[np.ndarray, np.ndarray]:
    """Minimise each conformer, in at most so many iterations, in the force field of its start.

    Parameters and errors as for energies.

    Returns
    -------
    positions : (n, atoms, 3)
        Å.
    converged : (n,) bool
        Whether the force field's own criterion was met in that many iterations.
    """
    require(variant, molecule, name)
    minimized = np.empty_like(positions)
    converged = np.empty(len(positions), dtype=bool)
    for i, (force_field, conformer) in enumerate(_fields(variant, molecule, positions)):
        conformer.SetPositions(positions[i])
        force_field.Initialize()
        converged[i] = force_field.Minimize(maxIts=iterations) == 0
        minimized[i] = conformer.GetPositions()
    return minimized, converged


mmff94 = partial(_energies_and_gradients, "MMFF94")
mmff94s = partial(_energies_and_gradients, "MMFF94s")
uff = partial(_energies_and_gradients, "UFF")
minimize_mmff94 = partial(_minimize, "MMFF94")
minimize_mmff94s = partial(_minimize, "MMFF94s")
minimize_uff = partial(_minimize, "UFF")


def depends_on_conformer(variant: str, molecule: Chem.Mol) -> bool:
    """Say whether RDKit builds another force field on another conformer.

    UFF has other angle terms for the axial pair of a trigonal bipyramid than for the equatorial
    three, and RDKit takes for axial the two neighbours that are most nearly opposite in the
    conformer that it builds on. No atom of up to four neighbours has such a choice, nor has any
    term of MMFF94.
    """
    return variant == "UFF" and any(atom.GetDegree() > 4 for atom in molecule.GetAtoms())


def build(
    variant: str,
    molecule: Chem.Mol,
    positions: np.ndarray,
    adjust: Callable[[Any], None] | None = None,
) -> tuple[ForceField, Chem.Conformer]:
    """Build a force field and the conformer whose coordinates it works on.

    Parameters
    ----------
    variant, molecule
        As for energies; `require` has passed them.
    positions : (atoms, 3)
        Å.
    adjust
        Changes MMFF94's properties of the molecule before the force field is built of them.
    """
    owner = with_conformer(molecule, positions)
    with rdBase.BlockLogs():  # `require` and `_remarks` say more than RDKit's own lines
        if variant == "UFF":
            force_field = rdForceFieldHelpers.UFFGetMoleculeForceField(owner, vdwThresh=NO_CUTOFF)
        else:
            properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(owner, mmffVariant=variant)
            if adjust:
                adjust(properties)
            force_field = rdForceFieldHelpers.MMFFGetMoleculeForceField(
                owner, properties, nonBondedThresh=NO_CUTOFF
            )
    force_field.Initialize()
    return force_field, owner.GetConformer()


def require(variant: str, molecule: Chem.Mol, name: str) -> None:
    """Refuse what a force field does not describe.

    Parameters and errors as for energies.
    """
    lone = unpaired(molecule, force_field=True)
    if lone:
        raise StudyError(
            f"molecules.{name}: {variant} is made for closed shells, but {lone}; "
            f"{closed_shell_advice(molecule)}."
        )
    gap = uff_gap(molecule) if variant == "UFF" else mmff_gap(molecule)
    if gap:
        raise StudyError(
            f"molecules.{name}: {variant} has no parameters for {gap}; {advice(molecule)}."
        )


def _remarks(variant: str, molecule: Chem.Mol) -> list[str]:
    """Say which atoms RDKit gives the parameters of others."""
    others = uff_stand_ins(molecule) if variant == "UFF" else mmff_mistyped(molecule)
    if not others:
        return []
    return [
        f"{variant} has no parameters for some atoms as they are bonded, and RDKit gives {others}; "
        "compare with another energies.level, such as gfn2_xtb."
    ]


mmff94_remarks = partial(_remarks, "MMFF94")
mmff94s_remarks = partial(_remarks, "MMFF94s")
uff_remarks = partial(_remarks, "UFF")


def _fields(
    variant: str, molecule: Chem.Mol, positions: np.ndarray
) -> Iterator[tuple[ForceField, Chem.Conformer]]:
    """Each conformer's force field, and the conformer whose coordinates it works on.

    Built anew only where it depends on the conformer: otherwise one serves all.
    """
    anew = depends_on_conformer(variant, molecule)
    built = build(variant, molecule, positions[0])
    for place in positions:
        yield build(variant, molecule, place) if anew else built
