"""The feature kinds that a study can name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from confsym.features import parameters
from confsym.registry import SYMMETRIES, Row, registry

MOTIONS = frozenset({"translation", "rotation"})
ALL = frozenset(SYMMETRIES)


@dataclass(frozen=True)
class Feature(Row):
    """A way to turn conformers into columns of numbers.

    Parameters
    ----------
    unit
        Unit of the values.
    claimed
        Symmetries under which the values do not change, whatever the parameters.
    claimed_when
        Further ones: (parameter, value, symmetries).
    """

    unit: str = ""
    claimed: frozenset[str] = frozenset()
    claimed_when: tuple[tuple[str, Any, frozenset[str]], ...] = ()

    def claims(self, parameters: Mapping[str, Any]) -> frozenset[str]:
        """Symmetries claimed with these parameters."""
        more = [s for name, value, s in self.claimed_when if parameters[name] == value]
        return self.claimed.union(*more)


FEATURES: dict[str, Feature] = registry(
    Feature(
        name="raw_coordinates",
        label="raw coordinates",
        function="confsym.features.raw:raw_coordinates",
        unit="Å",
    ),
    Feature(
        name="internal_coordinates",
        label="bonds, angles, dihedrals",
        function="confsym.features.internal:internal_coordinates",
        unit="Å, rad, none",
        claimed=MOTIONS,
        claimed_when=(("dihedrals", "cos", frozenset({"reflection"})),),
        parameters={
            "dihedrals": {
                "enum": ["cos", "sin_cos"],
                "default": "cos",
                "description": "how a dihedral φ enters: cos φ, cos 2φ, … cos nφ, or sin φ and "
                "cos φ (no unit)",
            },
            "multiples": {
                "type": "integer",
                "minimum": 1,
                "maximum": 6,
                "default": 3,
                "description": "n of cos nφ; not used by sin_cos (no unit)",
            },
        },
    ),
    Feature(
        name="inverse_distances",
        label="inverse distances",
        function="confsym.features.distances:inverse_distances",
        unit="1/Å",
        claimed=MOTIONS | {"reflection"},
        claimed_when=(("order", "sorted", ALL),),
        parameters={
            "order": {
                "enum": ["atoms", "sorted"],
                "default": "sorted",
                "description": "pairs as the atoms are listed, or sorted by value within each set "
                "of pairs with the same elements and number of bonds between them (no unit)",
            }
        },
    ),
    Feature(
        name="coulomb_eigenvalues",
        label="Coulomb-matrix eigenvalues",
        function="confsym.features.coulomb:coulomb_eigenvalues",
        reference="10.1103/PhysRevLett.108.058301",
        unit="hartree",
        claimed=ALL,
    ),
    Feature(
        name="symmetry_functions",
        label="symmetry functions",
        function="confsym.features.symmetry_functions:symmetry_functions",
        reference="10.1063/1.3553717",
        unit="none",
        claimed=ALL,
        parameters=parameters.SYMMETRY_FUNCTIONS,
    ),
    Feature(
        name="soap",
        label="SOAP",
        function="confsym.features.soap:soap",
        reference="10.1103/PhysRevB.87.184115",
        unit="none",
        claimed=ALL,
        parameters=parameters.SOAP,
    ),
    Feature(
        name="fchl19",
        label="FCHL19",
        function="confsym.features.fchl19:fchl19",
        reference="10.1063/1.5126701",
        unit="powers of Å",
        claimed=ALL,
        parameters=parameters.FCHL19,
    ),
    Feature(
        name="rdkit_3d",
        label="RDKit's 3D descriptors",
        function="confsym.features.rdkit_3d:rdkit_3d",
        reference="10.1002/9783527628766",
        unit="various",
        claimed=ALL,
        parameters=parameters.RDKIT_3D,
    ),
    Feature(
        name="morgan",
        label="Morgan fingerprint",
        function="confsym.features.morgan:morgan",
        reference="10.1021/ci100050t",
        unit="none",
        claimed=ALL,
        parameters=parameters.MORGAN,
    ),
)
