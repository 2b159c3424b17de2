"""MMFF94's own constants for the terms of a molecule, as RDKit has them.

Halgren, J. Comput. Chem. 17, 490, 520, 553, 587, 616 (1996). Names and units are the papers'.
"""

from collections.abc import Callable

import numpy as np
from rdkit import Chem
from rdkit.Chem.rdForceFieldHelpers import MMFFGetMoleculeProperties

Constants = dict[str, float]  # by name


class OwnConstants:
    """MMFF94's constants, looked up by kind of term and atoms.

    Parameters
    ----------
    molecule
        A molecule that MMFF94 has parameters for.
    """

    def __init__(self, molecule: Chem.Mol):
        self._molecule = Chem.Mol(molecule)  # RDKit Kekulises what it is given
        self._properties = MMFFGetMoleculeProperties(self._molecule)
        self._of: dict[str, Callable[[list[int]], Constants]] = {
            "bond": self._bond,
            "angle": self._angle,
            "stretch_bend": self._stretch_bend,
            "torsion": self._torsion,
            "out_of_plane": self._out_of_plane,
            "van_der_waals": self._van_der_waals,
            "coulomb": self._coulomb,
            "coulomb_14": self._coulomb,
        }

    def mean(self, kind: str, terms: np.ndarray) -> Constants:
        """Constants of a class of terms (terms, atoms), averaged over it: they should all agree."""
        constants_of_terms = [self._of[kind](atoms) for atoms in terms.tolist()]
        return {
            name: float(np.mean([constants[name] for constants in constants_of_terms]))
            for name in constants_of_terms[0]
        }

    def _bond(self, atoms: list[int]) -> Constants:
        _, stiffness, length = self._properties.GetMMFFBondStretchParams(self._molecule, *atoms)
        return {"kb": stiffness, "r0": length}

    def _angle(self, atoms: list[int]) -> Constants:
        _, stiffness, angle = self._properties.GetMMFFAngleBendParams(self._molecule, *atoms)
        return {"ka": stiffness, "theta0": angle}

    def _stretch_bend(self, atoms: list[int]) -> Constants:
        found = self._properties.GetMMFFStretchBendParams(self._molecule, *atoms)
        return {"kba": found[1] if found else 0.0}

    def _torsion(self, atoms: list[int]) -> Constants:
        found = self._properties.GetMMFFTorsionParams(self._molecule, *atoms)
        return dict(zip(("V1", "V2", "V3"), found[1:] if found else (0.0,) * 3, strict=True))

    def _out_of_plane(self, atoms: list[int]) -> Constants:
        found = self._properties.GetMMFFOopBendParams(self._molecule, *atoms)
        return {"koop": found or 0.0}

    def _van_der_waals(self, atoms: list[int]) -> Constants:
        return {"epsilon": self._properties.GetMMFFVdWParams(*atoms)[3]}

    def _coulomb(self, atoms: list[int]) -> Constants:
        return {"qq": float(np.prod([self._properties.GetMMFFPartialCharge(a) for a in atoms]))}
