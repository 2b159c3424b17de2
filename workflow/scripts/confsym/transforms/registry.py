"""The motions that a study can put a model through."""

from dataclasses import dataclass

from confsym.registry import Row, registry

SEED = {
    "type": "integer",
    "minimum": 0,
    "maximum": 4294967295,
    "default": 0,
    "description": "random seed (no unit)",
}


VECTOR = {
    "type": "array",
    "items": {"type": "number", "minimum": -1000000, "maximum": 1000000},
    "minItems": 3,
    "maxItems": 3,
}


@dataclass(frozen=True)
class Transform(Row):
    """A motion that leaves the energy as it is, or a probe.

    Parameters
    ----------
    vectors
        `package.module:function` of how vectors at the atoms follow, called as `function` is.
    symmetries
        The invariances that a model needs to be unmoved by it.
    every_conformer
        Whether training conformers are moved too: to be looked at, or to train on.
    takes_molecule
        Whether its function takes the RDKit molecule after the positions.
    order
        `package.module:function` of the order in which it lists the atoms, from their number and
        the transform's parameters; empty if it leaves the order alone.
    keeps_energy
        Whether it leaves the energy as it is at a level that takes the bonds from the molecule; a
        probe, which does not, is shown but never held against a claim.
    """

    vectors: str = ""
    symmetries: frozenset[str] = frozenset()
    every_conformer: bool = False
    takes_molecule: bool = False
    order: str = ""
    keeps_energy: bool = True

    @property
    def modules(self) -> set[str]:
        """Dotted names of the modules that its functions live in."""
        further_modules = {name.partition(":")[0] for name in (self.order, self.vectors)}
        return (super().modules | further_modules) - {""}


TRANSFORMS: dict[str, Transform] = registry(
    Transform(
        name="translation",
        label="translated",
        function="confsym.transforms.motions:translation",
        vectors="confsym.transforms.motions:translated_vectors",
        symmetries=frozenset({"translation"}),
        every_conformer=True,
        parameters={
            "vector": VECTOR
            | {
                "default": [1, 1, 1],
                "description": "how far every atom moves along x, y and z (Å)",
            }
        },
    ),
    Transform(
        name="rotation",
        label="rotated",
        function="confsym.transforms.motions:rotation",
        vectors="confsym.transforms.motions:rotated_vectors",
        symmetries=frozenset({"rotation"}),
        parameters={"seed": SEED},
    ),
    Transform(
        name="reflection",
        label="reflected",
        function="confsym.transforms.motions:reflection",
        vectors="confsym.transforms.motions:reflected_vectors",
        symmetries=frozenset({"reflection"}),
        parameters={
            "normal": VECTOR
            | {
                "default": [1, 0, 0],
                "description": "normal of the mirror plane through the centroid (any length)",
            }
        },
    ),
    Transform(
        name="random_pose",
        label="random pose",
        function="confsym.transforms.motions:random_pose",
        vectors="confsym.transforms.motions:random_pose_vectors",
        symmetries=frozenset({"translation", "rotation"}),
        every_conformer=True,
        parameters={
            "seed": SEED,
            "displacement": {
                "type": "number",
                "minimum": 0,
                "maximum": 1000000,
                "default": 1.0,
                "description": "largest move along each of x, y and z, drawn uniformly (Å)",
            },
        },
    ),
    Transform(
        name="relabelling",
        label="relabelled",
        function="confsym.transforms.motions:relabelling",
        vectors="confsym.transforms.motions:relabelling",
        symmetries=frozenset({"relabelling"}),
        order="confsym.transforms.order:relabelled_order",
        parameters={"seed": SEED},
    ),
    Transform(
        name="equivalent_swap",
        label="equivalent atoms swapped",
        function="confsym.transforms.motions:equivalent_swap",
        vectors="confsym.transforms.motions:equivalent_swap",
        symmetries=frozenset({"equivalent_swap"}),
        takes_molecule=True,
        parameters={"seed": SEED},
    ),
    Transform(
        name="same_element_swap",
        label="atoms of one element swapped",
        function="confsym.transforms.motions:same_element_swap",
        vectors="confsym.transforms.motions:same_element_swap",
        takes_molecule=True,
        keeps_energy=False,
        parameters={"seed": SEED},
    ),
)
