"""Energies and gradients of conformers with RDKit's force fields.

One force field is built for each molecule.

MMFF94: Tosco, Stiefl and Landrum, J. Cheminform. 6, 37 (2014), doi:10.1186/s13321-014-0037-3. UFF:
Rappé et al., J. Am. Chem. Soc. 114, 10024 (1992), doi:10.1021/ja00051a040.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from rdkit import Chem, rdBase
from rdkit.Chem import rdForceFieldHelpers
from rdkit.ForceField.rdForceField import ForceField

from confsym.conformer import with_conformer
from confsym.errors import StudyError

# Atomic numbers of the elements that MMFF94 has atom types for: H Li C N O F Na Mg Si P S Cl K …
MMFF_ELEMENTS = frozenset({1, 3, 6, 7, 8, 9, 11, 12, 14, 15, 16, 17, 19, 20, 26, 29, 30, 35, 53})

# Every pair of atoms interacts, however far apart the conformer that builds the force field has it.
NO_CUTOFF = 1e6


def _energies(variant: str, molecule: Chem.Mol, positions: np.ndarray, name: str) -> np.ndarray:
    """Single-point energies.

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
    (n,)
        kcal/mol.

    Raises
    ------
    StudyError
        If the force field has no parameters for an atom.
    """
    force_field, _ = build(variant, molecule, positions[0], name)
    flat = positions.reshape(len(positions), -1).tolist()
    return np.array([force_field.CalcEnergy(conformer) for conformer in flat])


def _with_gradients(
    variant: str, molecule: Chem.Mol, positions: np.ndarray, name: str
) -> tuple[np.ndarray, np.ndarray]:
    """Single-point energies and their derivatives by the positions.

    Parameters and errors as for energies.

    Returns
    -------
    energies : (n,)
        kcal/mol.
    gradients : (n, atoms, 3)
        kcal/mol/Å.
    """
    force_field, _ = build(variant, molecule, positions[0], name)
    flat = positions.reshape(len(positions), -1).tolist()
    # Energy first, then gradient, one conformer at a time: RDKit keeps the distances of the last
    # energy, and a gradient alone would be computed with those of another conformer.
    pairs = [(force_field.CalcEnergy(place), force_field.CalcGrad(place)) for place in flat]
    energies, gradients = zip(*pairs, strict=True)
    return np.array(energies), np.reshape(gradients, positions.shape)


def _minimize(
    variant: str, molecule: Chem.Mol, positions: np.ndarray, name: str, iterations: int
) -> tuple[np.ndarray, np.ndarray]:
    """Minimise each conformer, in at most so many iterations.

    Parameters and errors as for energies.

    Returns
    -------
    positions : (n, atoms, 3)
        Å.
    converged : (n,) bool
        Whether the force field's own criterion was met in that many iterations.
    """
    force_field, conformer = build(variant, molecule, positions[0], name)
    minimized = np.empty_like(positions)
    converged = np.empty(len(positions), dtype=bool)
    for i, start in enumerate(positions):
        conformer.SetPositions(start)
        force_field.Initialize()
        converged[i] = force_field.Minimize(maxIts=iterations) == 0
        minimized[i] = conformer.GetPositions()
    return minimized, converged


mmff94 = partial(_energies, "MMFF94")
mmff94s = partial(_energies, "MMFF94s")
uff = partial(_energies, "UFF")
mmff94_gradients = partial(_with_gradients, "MMFF94")
mmff94s_gradients = partial(_with_gradients, "MMFF94s")
uff_gradients = partial(_with_gradients, "UFF")
minimize_mmff94 = partial(_minimize, "MMFF94")
minimize_mmff94s = partial(_minimize, "MMFF94s")
minimize_uff = partial(_minimize, "UFF")


def build(
    variant: str,
    molecule: Chem.Mol,
    positions: np.ndarray,
    name: str,
    adjust: Callable[[Any], None] | None = None,
) -> tuple[ForceField, Chem.Conformer]:
    """Build a force field and the conformer whose coordinates it works on.

    Parameters and errors as for energies, with positions of one conformer, (atoms, 3).

    Parameters
    ----------
    adjust
        Changes MMFF94's properties of the molecule before the force field is built of them.
    """
    owner = with_conformer(molecule, positions)
    with rdBase.BlockLogs():  # the sentences below say more than RDKit's own line
        if variant == "UFF":
            _require_uff(owner, name)
            force_field = rdForceFieldHelpers.UFFGetMoleculeForceField(owner, vdwThresh=NO_CUTOFF)
        else:
            properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(owner, mmffVariant=variant)
            if properties is None:
                raise StudyError(_mmff_gap(variant, owner, name))
            if adjust:
                adjust(properties)
            force_field = rdForceFieldHelpers.MMFFGetMoleculeForceField(
                owner, properties, nonBondedThresh=NO_CUTOFF
            )
    force_field.Initialize()
    return force_field, owner.GetConformer()


def _mmff_gap(variant: str, molecule: Chem.Mol, name: str) -> str:
    strange = [a for a in molecule.GetAtoms() if a.GetAtomicNum() not in MMFF_ELEMENTS]
    if strange:
        atom = strange[0]
        what = f"atom {atom.GetIdx()}, element {atom.GetSymbol()}"
    else:
        elements = ", ".join(sorted({a.GetSymbol() for a in molecule.GetAtoms()}))
        what = f"the way its atoms ({elements}) are bonded"
    return (
        f"molecules.{name}: {variant} has no parameters for {what}; set energies.level to uff, "
        "which covers nearly every element."
    )


def _require_uff(molecule: Chem.Mol, name: str) -> None:
    if not rdForceFieldHelpers.UFFHasAllMoleculeParams(molecule):
        elements = ", ".join(sorted({a.GetSymbol() for a in molecule.GetAtoms()}))
        raise StudyError(
            f"molecules.{name}: UFF has no parameters for some atom among {elements}; try "
            "energies.level gfn2_xtb, which knows all elements up to radon."
        )
