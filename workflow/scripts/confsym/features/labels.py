"""Labels of atoms: equal for those that a force field has the same constants for."""

from rdkit.Chem import GetPeriodicTable

from confsym.errors import StudyError
from confsym.molecules.topology import MMFFAtoms, Topology

BONDS = {1.0: "-", 1.5: ":", 2.0: "=", 3.0: "#", 4.0: "$"}


def mmff_atoms(topology: Topology, wanted_by: str) -> MMFFAtoms:
    """What MMFF94 says of the atoms, or a sentence naming the option that needs it."""
    if topology.mmff is None:
        raise StudyError(
            f"features: {wanted_by} needs MMFF94's atom types, and MMFF94 has none for this "
            "molecule; use labels: neighbourhood with pairs: radius_grid or inverse_powers."
        )
    return topology.mmff


def atom_labels(topology: Topology, labels: str, depth: int) -> list[str]:
    """Label atoms so that the order in which they are listed does not matter.

    Parameters
    ----------
    topology
        Elements and bonds.
    labels
        "mmff_types": element and MMFF94 type. "neighbourhood": element and a number for its
        surroundings, found by refinement (Morgan, J. Chem. Doc. 5, 107 (1965),
        doi:10.1021/c160017a018). "elements": the element alone, of a hydrogen also those that it
        is bonded to, "HC".
    depth
        Bonds that the surroundings reach.
    """
    table = GetPeriodicTable()
    elements = [table.GetElementSymbol(int(number)) for number in topology.numbers]
    if labels == "mmff_types":
        types = mmff_atoms(topology, "labels: mmff_types").types.tolist()
        return [f"{element}{kind}" for element, kind in zip(elements, types, strict=True)]
    if labels == "elements":
        return _elements(topology, elements)
    ranks = _neighbourhoods(topology, depth)
    return [f"{element}{rank}" for element, rank in zip(elements, ranks, strict=True)]


def charge_labels(topology: Topology, names: list[str], labels: str) -> list[str]:
    """Labels that also tell charges apart where MMFF94's are known; else the same labels."""
    if labels != "mmff_types":
        return names
    charges = mmff_atoms(topology, "labels: mmff_types").charges
    # Adding zero makes one label of 0 and -0.
    return [f"{name}({round(q, 4) + 0.0:+}e)" for name, q in zip(names, charges, strict=True)]


def bond_sign(topology: Topology, first: int, second: int) -> str:
    """How the bond of two atoms is written in the name of a class."""
    return BONDS[topology.order_of[min(first, second), max(first, second)]]


def _elements(topology: Topology, elements: list[str]) -> list[str]:
    """The element of each atom, followed by those of its neighbours if it is hydrogen."""
    neighbour_elements = [
        sorted(elements[other] for other in atoms) for atoms in topology.neighbours
    ]
    return [
        element + "".join(others) * (element == "H")
        for element, others in zip(elements, neighbour_elements, strict=True)
    ]


def _neighbourhoods(topology: Topology, depth: int) -> list[int]:
    """A number for the surroundings of each atom, the same whatever the order of the atoms."""
    keys: list = list(zip(topology.numbers.tolist(), topology.formal_charges.tolist(), strict=True))
    ranks = _ranked(keys)
    for _ in range(depth):
        keys = [
            (
                ranks[atom],
                sorted(
                    (bond_sign(topology, atom, other), ranks[other])
                    for other in topology.neighbours[atom]
                ),
            )
            for atom in range(len(keys))
        ]
        ranks = _ranked(keys)
    return ranks


def _ranked(keys: list) -> list[int]:
    """The place of each key among the distinct ones."""
    distinct = sorted({repr(key): key for key in keys}.values())
    return [distinct.index(key) for key in keys]
