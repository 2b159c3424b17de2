"""The seven terms that an MMFF94 energy is the sum of.

Halgren, J. Comput. Chem. 17, 490 (1996),
doi:10.1002/(SICI)1096-987X(199604)17:5/6<490::AID-JCC1>3.0.CO;2-P.
"""

from functools import partial
from typing import Any

import numpy as np
from rdkit import Chem

from confsym.energies.force_fields import build, require

# What RDKit calls the switch of each term: SetMMFF…Term.
SWITCHES = {
    "bond_stretching": "Bond",
    "angle_bending": "Angle",
    "stretch_bend": "StretchBend",
    "out_of_plane": "Oop",
    "torsion": "Torsion",
    "van_der_waals": "VdW",
    "electrostatic": "Ele",
}
TERMS = tuple(SWITCHES)


def mmff_terms(
    molecule: Chem.Mol, positions: np.ndarray, name: str, variant: str = "MMFF94"
) -> np.ndarray:
    """Energies of the single terms.

    Parameters
    ----------
    molecule
        Molecule with hydrogens.
    positions : (n, atoms, 3)
        Å.
    name
        The study's name for the molecule, for error messages.
    variant
        "MMFF94" or "MMFF94s".

    Returns
    -------
    (n, 7)
        kcal/mol, in the order of `TERMS`; a row's sum is the conformer's energy.

    Raises
    ------
    StudyError
        If the force field has no parameters for an atom, or an electron has no partner.
    """
    require(variant, molecule, name)
    flat = positions.reshape(len(positions), -1).tolist()
    values = np.empty((len(positions), len(TERMS)))
    for column, term in enumerate(TERMS):
        force_field, _ = build(variant, molecule, positions[0], partial(_keep, term))
        values[:, column] = [force_field.CalcEnergy(conformer) for conformer in flat]
    return values


def _keep(term: str, properties: Any) -> None:
    """Switch all terms off but one."""
    for other, switch in SWITCHES.items():
        getattr(properties, f"SetMMFF{switch}Term")(other == term)
