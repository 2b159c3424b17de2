"""The feature kinds that a study can name."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from confsym.features import parameters
from confsym.registry import ALL, Row, code_parts, files_named, registry

MOTIONS = frozenset({"translation", "rotation"})


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
    smooth
        Whether the values and their slopes never jump while atoms move along a path, as long as no
        two atoms meet and no three come to lie in a line.
    smooth_when
        Where it is otherwise: (parameter, value, smooth).
    body_order
        Most atoms whose positions meet in a column, or in one term of the sum that it is; None
        where columns depend on all atoms in another way.
    body_order_when
        Another one: (parameter, value, order).
    needs_bonds
        Whether the values depend on which atoms are bonded, beside their positions.
    needs_none_when
        Where they do not, although they do otherwise: (parameter, value).
    tails
        Whether columns are smeared functions, which fall off to nothing away from their centres.
    derivatives
        `package.module:function` that describes its columns with their derivatives, from the
        topology and its parameters: as sums of products of functions of internal coordinates (a
        list of `Product`), or as a descriptor of atoms that is summed (`DescriptorColumns`).
    no_derivatives
        Why there are none, for a kind without `derivatives`.
    no_derivatives_when
        Where there are none, although there are otherwise: (parameter, value, why).
    """

    unit: str = ""
    claimed: frozenset[str] = frozenset()
    claimed_when: tuple[tuple[str, Any, frozenset[str]], ...] = ()
    smooth: bool = False
    smooth_when: tuple[tuple[str, Any, bool], ...] = ()
    body_order: int | None = None
    body_order_when: tuple[tuple[str, Any, int], ...] = ()
    needs_bonds: bool = True
    needs_none_when: tuple[tuple[str, Any], ...] = ()
    tails: bool = False
    derivatives: str = ""
    no_derivatives: str = "they are not implemented"
    no_derivatives_when: tuple[tuple[str, Any, str], ...] = ()

    @property
    def with_derivatives(self) -> "Feature":
        """The row for a job that needs derivatives, and so their module if there are any."""
        return replace(self, function=self.derivatives or self.function)

    def claims(self, parameters: Mapping[str, Any]) -> frozenset[str]:
        """Symmetries claimed with these parameters."""
        more = [s for name, value, s in self.claimed_when if parameters[name] == value]
        return self.claimed.union(*more)

    def is_smooth(self, parameters: Mapping[str, Any]) -> bool:
        """Whether smoothness is claimed with these parameters."""
        others = [smooth for name, value, smooth in self.smooth_when if parameters[name] == value]
        return others[0] if others else self.smooth

    def order(self, parameters: Mapping[str, Any]) -> int | None:
        """Body order with these parameters."""
        others = [order for name, value, order in self.body_order_when if parameters[name] == value]
        return others[0] if others else self.body_order

    def takes_bonds(self, parameters: Mapping[str, Any]) -> bool:
        """Whether the values depend on bonds with these parameters."""
        exempt = any(parameters[name] == value for name, value in self.needs_none_when)
        return self.needs_bonds and not exempt

    def why_no_derivatives(self, parameters: Mapping[str, Any]) -> str:
        """Why there are no derivatives with these parameters; empty where there are."""
        reasons = [
            why for name, value, why in self.no_derivatives_when if parameters[name] == value
        ]
        return reasons[0] if reasons else "" if self.derivatives else self.no_derivatives


def feature_row(settings: Mapping[str, Any]) -> Feature:
    """The row of an entry of section features; a row of its own for a function in a user's file."""
    kind = settings["kind"]
    if kind in FEATURES:
        return FEATURES[kind]
    return Feature(
        name=kind,
        label=code_parts(kind)[1].replace("_", " "),
        function=kind,
        data=tuple(files_named(settings.get("parameters"))),
        unit="as the function has it",
        claimed=frozenset(settings.get("claims", ())),
    )


def with_derivatives() -> str:
    """Name the kinds that have derivatives, and say with which parameters they have none."""
    found = []
    for name, row in FEATURES.items():
        exceptions = [f"{one}: {value}" for one, value, _ in row.no_derivatives_when]
        if row.derivatives:
            found.append(name + (f" (not with {', '.join(exceptions)})" if exceptions else ""))
    return ", ".join(found)


FEATURES: dict[str, Feature] = registry(
    Feature(
        name="composition",
        label="composition",
        function="confsym.features.composition:composition",
        unit="number of atoms",
        claimed=ALL,
        smooth=True,
        body_order=1,
        needs_bonds=False,
        no_derivatives="all conformers have the same values",
    ),
    Feature(
        name="raw_coordinates",
        label="raw coordinates",
        function="confsym.features.raw:raw_coordinates",
        unit="Å",
        smooth=True,
        needs_bonds=False,
    ),
    Feature(
        name="canonical_coordinates",
        label="coordinates in principal axes",
        function="confsym.features.canonical:canonical_coordinates",
        unit="Å",
        claimed=MOTIONS,
        needs_bonds=False,
        no_derivatives="axes turn over where two moments of inertia are equal",
    ),
    Feature(
        name="point_cloud",
        label="point cloud",
        function="confsym.features.point_cloud:point_cloud",
        unit="Å, none",
        smooth=True,
    ),
    Feature(
        name="internal_coordinates",
        label="bonds, angles, dihedrals",
        function="confsym.features.internal:internal_coordinates",
        unit="Å, rad, none",
        claimed=MOTIONS,
        claimed_when=(("dihedrals", "cos", frozenset({"reflection"})),),
        smooth=True,
        parameters=parameters.INTERNAL_COORDINATES,
        body_order=4,
    ),
    Feature(
        name="inverse_distances",
        label="inverse distances",
        function="confsym.features.distances:inverse_distances",
        unit="1/Å",
        claimed=MOTIONS | {"reflection"},
        claimed_when=(("order", "sorted", ALL),),
        smooth=True,
        smooth_when=(("order", "sorted", False),),
        parameters=parameters.INVERSE_DISTANCES,
        body_order_when=(("order", "atoms", 2),),
        needs_none_when=(("order", "atoms"),),
        derivatives="confsym.features.distance_products:products",
        no_derivatives_when=(("order", "sorted", "a sorted value has a kink where two are equal"),),
    ),
    Feature(
        name="pair_correlations",
        label="pair correlations",
        function="confsym.features.pair_correlations:pair_correlations",
        reference="10.1088/2632-2153/aca005",
        unit="none",
        claimed=ALL,
        smooth=True,
        parameters=parameters.PAIR_CORRELATIONS,
        body_order=2,
        tails=True,
    ),
    Feature(
        name="coulomb_eigenvalues",
        label="Coulomb-matrix eigenvalues",
        function="confsym.features.coulomb:coulomb_eigenvalues",
        reference="10.1103/PhysRevLett.108.058301",
        unit="hartree",
        claimed=ALL,
        needs_bonds=False,
        no_derivatives="eigenvalues have kinks where two are equal",
    ),
    Feature(
        name="force_field_terms",
        label="force-field terms",
        function="confsym.features.force_field_terms:force_field_terms",
        reference="10.1002/(SICI)1096-987X(199604)17:5/6<490::AID-JCC1>3.0.CO;2-P",
        unit="powers of Å and rad, 1/Å, none",
        claimed=ALL,
        smooth=True,
        parameters=parameters.FORCE_FIELD_TERMS,
        body_order=4,
        derivatives="confsym.features.force_field_terms:products",
    ),
    Feature(
        name="coupled_terms",
        label="coupled force-field terms",
        function="confsym.features.coupled_terms:coupled_terms",
        reference="10.1002/jcc.540150207",
        unit="products of Å and rad",
        claimed=ALL,
        smooth=True,
        parameters=parameters.COUPLED_TERMS,
        body_order=4,
        derivatives="confsym.features.coupled_terms:products",
    ),
    Feature(
        name="anharmonic_terms",
        label="anharmonic force-field terms",
        function="confsym.features.anharmonic_terms:anharmonic_terms",
        reference="10.1002/jcc.540150207",
        unit="products of Å and rad, none",
        claimed=ALL,
        smooth=True,
        parameters=parameters.COUPLED_TERMS,
        body_order=5,
        derivatives="confsym.features.anharmonic_terms:products",
    ),
    Feature(
        name="energy_terms",
        label="MMFF94 terms",
        function="confsym.features.energy_terms:energy_terms",
        reference="10.1002/(SICI)1096-987X(199604)17:5/6<490::AID-JCC1>3.0.CO;2-P",
        unit="kcal/mol",
        claimed=ALL,
        smooth=True,
        parameters=parameters.ENERGY_TERMS,
    ),
    Feature(
        name="symmetry_functions",
        label="symmetry functions",
        function="confsym.features.symmetry_functions:symmetry_functions",
        reference="10.1063/1.3553717",
        unit="none",
        claimed=ALL,
        smooth=True,
        parameters=parameters.SYMMETRY_FUNCTIONS,
        body_order=3,
        body_order_when=(("angular_eta", [], 2),),
        needs_bonds=False,
        tails=True,
    ),
    Feature(
        name="soap",
        label="SOAP",
        function="confsym.features.soap:soap",
        reference="10.1103/PhysRevB.87.184115",
        unit="none",
        claimed=ALL,
        # DScribe leaves an atom out where it still adds a thousandth of what it adds at most.
        smooth=False,
        parameters=parameters.SOAP,
        body_order=3,
        needs_bonds=False,
        tails=True,
        derivatives="confsym.features.soap:columns",
    ),
    Feature(
        name="fchl19",
        label="FCHL19",
        function="confsym.features.fchl19:fchl19",
        reference="10.1063/1.5126701",
        unit="powers of Å",
        claimed=ALL,
        smooth=True,
        parameters=parameters.FCHL19,
        body_order=3,
        needs_bonds=False,
        tails=True,
        derivatives="confsym.features.fchl19:columns",
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
        smooth=True,
        parameters=parameters.MORGAN,
        no_derivatives="all conformers have the same values",
    ),
)
