"""The feature kinds that a study can name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from confsym.registry import SYMMETRIES, Row, registry

MOTIONS = frozenset({"translation", "rotation"})
ALL = frozenset(SYMMETRIES)
LABELS = {
    "enum": ["neighbourhood", "mmff_types"],
    "default": "neighbourhood",
    "description": "what makes atoms alike: their surroundings, which anybody can see, or MMFF94's "
    "atom types and charges (no unit)",
}
DEPTH = {
    "type": "integer",
    "minimum": 0,
    "maximum": 6,
    "default": 2,
    "description": "how far surroundings reach, one bond fewer for van der Waals pairs; not used "
    "by mmff_types (bonds)",
}


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
    body_order
        Most atoms whose positions meet in a column, or in one term of the sum that it is; None
        where columns depend on all atoms in another way.
    body_order_when
        Another one: (parameter, value, order).
    """

    unit: str = ""
    claimed: frozenset[str] = frozenset()
    claimed_when: tuple[tuple[str, Any, frozenset[str]], ...] = ()
    body_order: int | None = None
    body_order_when: tuple[tuple[str, Any, int], ...] = ()

    def claims(self, parameters: Mapping[str, Any]) -> frozenset[str]:
        """Symmetries claimed with these parameters."""
        more = [s for name, value, s in self.claimed_when if parameters[name] == value]
        return self.claimed.union(*more)

    def order(self, parameters: Mapping[str, Any]) -> int | None:
        """Body order with these parameters."""
        others = [order for name, value, order in self.body_order_when if parameters[name] == value]
        return others[0] if others else self.body_order


FEATURES: dict[str, Feature] = registry(
    Feature(
        name="composition",
        label="composition",
        function="confsym.features.composition:composition",
        unit="number of atoms",
        claimed=ALL,
        body_order=1,
    ),
    Feature(
        name="raw_coordinates",
        label="raw coordinates",
        function="confsym.features.raw:raw_coordinates",
        unit="Å",
    ),
    Feature(
        name="internal_coordinates",
        body_order=4,
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
        body_order_when=(("order", "atoms", 2),),
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
        name="force_field_terms",
        body_order=4,
        label="force-field terms",
        function="confsym.features.force_field_terms:force_field_terms",
        reference="10.1002/(SICI)1096-987X(199604)17:5/6<490::AID-JCC1>3.0.CO;2-P",
        unit="powers of Å and rad, 1/Å, none",
        claimed=ALL,
        parameters={
            "labels": LABELS,
            "depth": DEPTH,
            "pairs": {
                "enum": ["radius_grid", "mmff_radii", "inverse_powers"],
                "default": "radius_grid",
                "description": "functions of the distance r of non-bonded atoms: MMFF94's buffered "
                "14-7 function with each of `radii`, the same with MMFF94's own radii, or r⁻ᵖ with "
                "each of `powers` (no unit)",
            },
            "radii": {
                "type": "array",
                "minItems": 1,
                "uniqueItems": True,
                "items": {"type": "number", "minimum": 0.5, "maximum": 20},
                "default": [2.4, 2.6, 2.8, 3, 3.2, 3.4, 3.6, 3.8, 4, 4.2],
                "description": "distances of minimal energy that radius_grid offers (Å)",
            },
            "powers": {
                "type": "array",
                "minItems": 1,
                "uniqueItems": True,
                "items": {"type": "integer", "minimum": 1, "maximum": 36},
                "default": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
                "description": "exponents p that inverse_powers offers (no unit)",
            },
        },
    ),
    Feature(
        name="coupled_terms",
        body_order=4,
        label="coupled force-field terms",
        function="confsym.features.coupled_terms:coupled_terms",
        reference="10.1002/jcc.540150207",
        unit="products of Å and rad",
        claimed=ALL,
        parameters={"labels": LABELS, "depth": DEPTH},
    ),
    Feature(
        name="energy_terms",
        label="MMFF94 terms",
        function="confsym.features.energy_terms:energy_terms",
        reference="10.1002/(SICI)1096-987X(199604)17:5/6<490::AID-JCC1>3.0.CO;2-P",
        unit="kcal/mol",
        claimed=ALL,
        parameters={
            "variant": {
                "enum": ["mmff94", "mmff94s"],
                "default": "mmff94",
                "description": "the force field, or its static variant with flatter nitrogens "
                "(no unit)",
            }
        },
    ),
)
