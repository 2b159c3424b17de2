"""Where in a molecule an internal coordinate is: bonds, atoms, and the axes of torsions."""

from collections import defaultdict
from dataclasses import dataclass

from rdkit.Chem import GetPeriodicTable

from confsym.concepts.sample import HYDROGEN, atoms_of
from confsym.molecules.topology import Topology

STRETCH, BEND, TORSION = "stretches", "bends", "torsions"


@dataclass(frozen=True, order=True)
class Site:
    """A place in the molecule.

    Parameters
    ----------
    kind
        "stretches", "bends" or "torsions".
    atoms
        Both of a bond or an axis; one, whose bends these are or whose hydrogens are stretched.
    """

    kind: str
    atoms: tuple[int, ...]

    def label(self, topology: Topology) -> str:
        """How a figure calls it: "torsions about C5–C6"; atoms are counted from 0."""
        symbol = GetPeriodicTable().GetElementSymbol
        names = [f"{symbol(int(topology.numbers[atom]))}{atom}" for atom in self.atoms]
        if self.kind == BEND:
            return f"bends at {names[0]}"
        if len(names) == 1:
            return f"{names[0]}–H stretches"
        return f"{'torsions about ' if self.kind == TORSION else 'stretch '}{'–'.join(names)}"


def site_of(name: str, topology: Topology) -> Site:
    """The site of an internal coordinate, by the name of its column.

    All dihedrals about one bond share a site, all angles at one atom, and all bonds of one atom
    to hydrogens: they can hardly change but together.
    """
    atoms = atoms_of(name)
    if len(atoms) == 4:
        return Site(TORSION, tuple(sorted(atoms[1:3])))
    if len(atoms) == 3:
        return Site(BEND, (atoms[1],))
    heavy = [atom for atom in sorted(atoms) if topology.numbers[atom] != HYDROGEN]
    return Site(STRETCH, tuple(heavy or sorted(atoms)))


def sites(names: list[str], topology: Topology) -> dict[Site, list[int]]:
    """The columns of each site, sites in the order in which they first come."""
    found = defaultdict(list)
    for column, name in enumerate(names):
        found[site_of(name, topology)].append(column)
    return dict(found)
