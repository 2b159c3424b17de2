"""JSON Schema of the parameters of each feature kind."""

from typing import Any

from confsym.registry import SYMMETRIES


def _number(default: float, low: float, high: float, description: str) -> dict[str, Any]:
    return {
        "type": "number",
        "minimum": low,
        "maximum": high,
        "default": default,
        "description": description,
    }


def _integer(default: int, low: int, high: int, description: str) -> dict[str, Any]:
    return _number(default, low, high, description) | {"type": "integer"}


def _list(default: list, items: dict[str, Any], description: str) -> dict[str, Any]:
    return {
        "type": "array",
        "minItems": 1,
        "uniqueItems": True,
        "items": items,
        "default": default,
        "description": description,
    }


SYMMETRY_FUNCTIONS = {
    "radial_cutoff": _number(6.0, 1, 20, "where G1 and G2 end (Å)"),
    "radial_start": _number(0.8, 0, 20, "centre of the first G2; less than radial_cutoff (Å)"),
    "radial_functions": _integer(
        16, 1, 100, "number of G2, evenly spaced from radial_start to below radial_cutoff (no unit)"
    ),
    "radial_width": _number(0.25, 0.01, 20, "standard deviation of the Gaussian of each G2 (Å)"),
    "angular_cutoff": _number(3.5, 1, 20, "where G4 ends, for each of its three distances (Å)"),
    "angular_eta": _list(
        [0.01, 0.1],
        {"type": "number", "minimum": 1e-6, "maximum": 100},
        "η of G4, how fast it falls with the distances; without any there is no G4 (1/Å²)",
    )
    | {"minItems": 0},
    "angular_zeta": _list(
        [1, 4],
        {"type": "integer", "minimum": 1, "maximum": 256},  # others fail for three atoms in a line
        "ζ of G4, how narrow in the angle (no unit)",
    ),
    "angular_lambda": _list(
        [-1, 1], {"enum": [-1, 1]}, "λ of G4: 1 largest at 0°, −1 largest at 180° (no unit)"
    ),
}

SOAP = {
    "cutoff": _number(3.5, 1.1, 20, "where the last radial function has decayed (Å)"),
    "radial_functions": _integer(4, 1, 20, "number of radial functions (no unit)"),
    "degree": _integer(3, 0, 20, "largest degree of the spherical harmonics (no unit)"),
    "width": _number(0.4, 0.05, 5, "standard deviation of an atom's Gaussian (Å)"),
}

FCHL19 = {
    "radial_cutoff": _number(8.0, 1, 20, "where the two-body part ends (Å)"),
    "angular_cutoff": _number(4.0, 1, 20, "where the three-body part ends (Å)"),
    "radial_functions": _integer(24, 1, 100, "points of the two-body grid (no unit)"),
    "angular_functions": _integer(20, 1, 100, "points of the three-body grid (no unit)"),
    "radial_width": _number(0.32, 0.001, 10, "η₂, variance of the log-normal functions (Å²)"),
    "angular_eta": _number(2.7, 0.001, 1000, "η₃ of the three-body Gaussians (1/Å²)"),
    "angular_zeta": _number(
        3.141592653589793, 0, 10, "ζ: cos θ and sin θ are damped by exp(−ζ²/2) (no unit)"
    ),
    "radial_decay": _number(1.8, 0, 20, "power of the distance in the two-body part (no unit)"),
    "angular_decay": _number(
        0.57, 0, 20, "power of the three distances' product in the three-body part (no unit)"
    ),
    "angular_weight": _number(13.4, 0.001, 1e6, "weight of the three-body part (no unit)"),
}

MORGAN = {
    "radius": _integer(2, 0, 10, "bonds from the centre of an environment to its edge (no unit)"),
    "bits": _integer(1024, 8, 65536, "columns that environments are hashed into (no unit)"),
    "counts": {
        "enum": [True, False],
        "default": True,
        "description": "how often an environment occurs, or only whether it does (no unit)",
    },
}

RDKIT_3D = {
    "blocks": _list(
        ["morse", "rdf", "whim", "autocorr3d", "usrcat"],
        {"enum": ["morse", "rdf", "whim", "autocorr3d", "usrcat"]},
        "which descriptors: 224, 210, 114, 80 and 60 columns (no unit)",
    )
}

LABELS = {
    "enum": ["neighbourhood", "mmff_types", "elements"],
    "default": "neighbourhood",
    "description": "what makes atoms alike: their surroundings, which anybody can see, MMFF94's "
    "atom types and charges, or the element alone, of a hydrogen also its neighbour's (no unit)",
}
DEPTH = {
    "type": "integer",
    "minimum": 0,
    "maximum": 6,
    "default": 2,
    "description": "how far surroundings reach, one bond fewer for van der Waals pairs; not used "
    "by mmff_types and elements (bonds)",
}

INTERNAL_COORDINATES = {
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
}

INVERSE_DISTANCES = {
    "order": {
        "enum": ["atoms", "sorted"],
        "default": "sorted",
        "description": "pairs as the atoms are listed, or sorted by value within each set "
        "of pairs with the same elements and number of bonds between them (no unit)",
    }
}

PAIR_CORRELATIONS = {
    "width": _number(0.4, 0.02, 5, "standard deviation of the Gaussian for each distance (Å)"),
    "cutoff": _number(5.0, 1, 50, "distance at which a pair's weight has faded to nothing (Å)"),
    "separated": _integer(3, 1, 100, "pairs more than this far apart share a class (bonds)"),
}

FORCE_FIELD_TERMS = {
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
}

COUPLED_TERMS = {"labels": LABELS, "depth": DEPTH}

ENERGY_TERMS = {
    "variant": {
        "enum": ["mmff94", "mmff94s"],
        "default": "mmff94",
        "description": "the force field, or its static variant with flatter nitrogens (no unit)",
    }
}

OWN = {
    "parameters": {
        "type": "object",
        "default": {},
        "description": "what the function is called with beside positions and topology, by the "
        "names of its own arguments (plain values)",
    },
    "claims": {
        "type": "array",
        "uniqueItems": True,
        "items": {"enum": list(SYMMETRIES)},
        "description": "symmetries that its values keep; if left out, those that CLAIMS in the "
        "file has for the function (no unit)",
    },
}
