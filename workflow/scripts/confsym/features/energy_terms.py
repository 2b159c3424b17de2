"""The terms of the MMFF94 energy as features."""

import numpy as np

from confsym.energies.electrons import unpaired
from confsym.energies.terms import TERMS, mmff_terms
from confsym.errors import StudyError
from confsym.molecules.rdkit_molecule import kekule_molecule
from confsym.molecules.topology import Topology

VARIANTS = {"mmff94": "MMFF94", "mmff94s": "MMFF94s"}  # RDKit's names


def energy_terms(
    positions: np.ndarray, topology: Topology, variant: str
) -> tuple[list[str], np.ndarray]:
    """Describe each conformer by the seven terms of its MMFF94 energy.

    E = bond stretching + angle bending + stretch-bend + out-of-plane + torsion + van der Waals +
    electrostatic (Halgren, J. Comput. Chem. 17, 490 (1996),
    doi:10.1002/(SICI)1096-987X(199604)17:5/6<490::AID-JCC1>3.0.CO;2-P).

    Parameters
    ----------
    positions : (n, atoms, 3)
        Å.
    topology
        Elements, bonds and formal charges, from which RDKit assigns MMFF94's parameters: in one
        Kekulé form, whatever the order of the atoms.
    variant
        "mmff94", or "mmff94s" for its flatter nitrogens (static).

    Returns
    -------
    names : list of str
        `bond_stretching`, `angle_bending` …
    values : (n, 7)
        kcal/mol.

    Raises
    ------
    StudyError
        If MMFF94 has no parameters for an atom, or an electron has no partner.
    """
    if topology.mmff is None:
        raise StudyError(
            "features: the kind energy_terms needs MMFF94, which has no parameters for some atom "
            "of this molecule; leave that feature and its experiments out."
        )
    molecule = kekule_molecule(topology)
    lone = unpaired(molecule, force_field=True)
    if lone:
        raise StudyError(
            "features: the kind energy_terms needs MMFF94, which is made for closed shells, but "
            f"{lone}; give a closed-shell molecule, or leave that feature and its experiments out."
        )
    return list(TERMS), mmff_terms(molecule, positions, "energy_terms", VARIANTS[variant])
