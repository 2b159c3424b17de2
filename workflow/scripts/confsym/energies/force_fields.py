"""Energies of conformers with RDKit's force fields, one force field built per molecule.

MMFF94: Tosco, Stiefl and Landrum, J. Cheminform. 6, 37 (2014), doi:10.1186/s13321-014-0037-3. UFF:
Rappé et al., J. Am. Chem. Soc. 114, 10024 (1992), doi:10.1021/ja00051a040.
"""

from functools import partial

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
    force_field, _ = _build(variant, molecule, positions[0], name)
    flat = positions.reshape(len(positions), -1).tolist()
    return np.array([force_field.CalcEnergy(conformer) for conformer in flat])


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
    force_field, conformer = _build(variant, molecule, positions[0], name)
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
minimize_mmff94 = partial(_minimize, "MMFF94")
minimize_mmff94s = partial(_minimize, "MMFF94s")
minimize_uff = partial(_minimize, "UFF")


def _build(
    variant: str, molecule: Chem.Mol, positions: np.ndarray, name: str
) -> tuple[ForceField, Chem.Conformer]:
    """Build a force field and the conformer whose coordinates it works on."""
    owner = with_conformer(molecule, positions)
    with rdBase.BlockLogs():  # the sentence below says more than RDKit's own line
        if variant == "UFF":
            _require_uff(owner, name)
            force_field = rdForceFieldHelpers.UFFGetMoleculeForceField(owner, vdwThresh=NO_CUTOFF)
        else:
            properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(owner, mmffVariant=variant)
            if properties is None:
                raise StudyError(_mmff_gap(variant, owner, name))
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
            f"molecules.{name}: UFF has no parameters for some atom among {elements}; this "
            "molecule needs another level of theory."
        )
