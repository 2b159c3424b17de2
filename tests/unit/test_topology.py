import itertools
import json

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem.rdFingerprintGenerator import GetMorganGenerator
from rdkit.Chem.rdForceFieldHelpers import MMFFGetMoleculeProperties

from confsym.evaluation.geometries import order_of
from confsym.molecules import molecule
from confsym.molecules.rdkit_molecule import rdkit_molecule
from confsym.molecules.topology import OPTIONAL, PLAIN, Topology

SMILES = ["CC(CCC)CC(C)(CCCC)O", "CC#CC", "C1CC1", "c1ccccc1C#N", "CC=C=CC", "O=C=O", "O"]


def topology_of(smiles: str) -> Topology:
    return Topology.from_description(molecule.describe("x", smiles))


@pytest.mark.parametrize("smiles", SMILES)
def test_bond_distances_against_breadth_first_search(smiles):
    topology = topology_of(smiles)
    for start in range(len(topology.numbers)):
        distance, front = {start: 0}, [start]
        while front:
            front = [n for atom in front for n in topology.neighbours[atom] if n not in distance]
            distance |= {n: max(distance.values()) + 1 for n in front}
        assert topology.bond_distances[start].tolist() == [
            distance[atom] for atom in range(len(topology.numbers))
        ]


@pytest.mark.parametrize("smiles", SMILES)
def test_angles_and_dihedrals_against_all_tuples_of_atoms(smiles):
    topology = topology_of(smiles)
    bonded = {tuple(pair) for bond in topology.bonds.tolist() for pair in (bond, bond[::-1])}
    atoms = range(len(topology.numbers))
    angles = {
        (i, j, k) for i, j in bonded for k in topology.neighbours[j] if i < k and (j, k) in bonded
    }
    assert {tuple(angle) for angle in topology.angles.tolist()} == angles
    linear = topology.linear
    dihedrals = {
        (i, j, k, m)
        for j, k in bonded
        for i, m in itertools.product(atoms, atoms)
        if j < k and (i, j) in bonded and (k, m) in bonded and len({i, j, k, m}) == 4
        if not (linear[j] or linear[k])
    }
    assert {tuple(quad) for quad in topology.dihedrals.tolist()} == dihedrals
    assert len(topology.dihedrals) == len(dihedrals)


def test_linear_centres_are_found():
    assert np.flatnonzero(topology_of("CC#CC").linear).tolist() == [1, 2]
    assert np.flatnonzero(topology_of("CC=C=CC").linear).tolist() == [2]
    assert np.flatnonzero(topology_of("CN=[N+]=[N-]").linear).tolist() == [2]
    assert not topology_of("CC=CC").linear.any()
    assert not topology_of("CN=S=NC").linear.any()
    assert not topology_of("O=S=O").linear.any()


def test_relabelling_moves_elements_and_bonds_along(rng):
    topology = topology_of("CC(O)C=C")
    order = rng.permutation(len(topology.numbers))
    moved = topology.relabelled(order)
    assert (moved.numbers == topology.numbers[order]).all()
    old = topology.bond_distances[np.ix_(order, order)]
    assert (moved.bond_distances == old).all()


@pytest.mark.parametrize(
    "smiles", [*SMILES, "C[N+](=O)[O-]", "CS(=O)(=O)c1ccc[nH]1", "[H]/C(C)=C/F", "C[S@](=O)CC"]
)
def test_rdkit_reads_a_topology_as_the_molecule_it_came_from(smiles, rng):
    topology = topology_of(smiles)
    order = rng.permutation(len(topology.numbers))
    original = molecule.build("x", smiles)
    Chem.RemoveStereochemistry(original)
    wanted = Chem.MolToSmiles(original)
    for read in (topology, topology.relabelled(order)):
        assert Chem.MolToSmiles(rdkit_molecule(read)) == wanted


def test_mmff_atoms_move_along_with_relabelling(rng):
    topology = topology_of("CC(C)O")
    order = rng.permutation(len(topology.numbers))
    moved = topology.relabelled(order)
    assert moved.mmff.types.tolist() == topology.mmff.types[order].tolist()
    assert moved.mmff.charges.tolist() == topology.mmff.charges[order].tolist()
    properties = MMFFGetMoleculeProperties(rdkit_molecule(moved))
    assert moved.mmff.types.tolist() == [
        properties.GetMMFFAtomType(atom) for atom in range(len(order))
    ]
    for i, j in itertools.combinations(range(len(order)), 2):
        pair = tuple(sorted(moved.mmff.types[[i, j]].tolist()))
        assert moved.mmff.radii[pair] == properties.GetMMFFVdWParams(i, j)[2]


def test_a_molecule_without_mmff_parameters_has_no_mmff_atoms():
    assert topology_of("C[Se]C").mmff is None


@pytest.mark.parametrize(
    "smiles",
    [
        "[2H]O[2H]",
        "CC([2H])(O)[3H]",
        "C[C@@H]([2H])O",
        "[13CH3]c1ccccc1",
        "[O]<-n1ccccc1",
        "[Cu+](<-n1ccccc1)<-n1ccccc1",
        "Cl[Pd](Cl)(<-P(C)(C)C)<-P(C)(C)C",
        "[Mg+2](<-O)<-O",
        "O->[Zn+2]<-O",
        "c1ccc2cccc-2cc1",
    ],
)
def test_isotopes_and_dative_bonds_come_back(smiles, rng):
    """The same molecule to RDKit, and the same Morgan fingerprint, in any order of the atoms."""
    fresh = molecule.build("x", smiles)
    topology = Topology.from_description(molecule.describe("x", smiles))
    generator = GetMorganGenerator(radius=2)
    wanted = generator.GetCountFingerprint(fresh).GetNonzeroElements()
    for read in (topology, topology.relabelled(rng.permutation(len(topology.numbers)))):
        back = rdkit_molecule(read)
        assert [a.GetIsotope() for a in back.GetAtoms()] == read.isotopes.tolist()
        assert generator.GetCountFingerprint(back).GetNonzeroElements() == wanted


@pytest.mark.parametrize("smiles", ["CC(=O)O", "[2H]C", "[B-](F)(F)(F)F", "C[N+](=O)[O-]"])
def test_plain_data(smiles):
    topology = Topology.from_description(molecule.describe("x", smiles))
    again = Topology.from_plain(json.loads(json.dumps(topology.plain())))
    for name in (*PLAIN, *OPTIONAL):
        one, other = getattr(topology, name), getattr(again, name)
        assert (one == other).all()
        assert one.dtype == other.dtype
    assert (topology.mmff is None) == (again.mmff is None)
    if topology.mmff:
        assert (topology.mmff.types == again.mmff.types).all()
        assert (topology.mmff.charges == again.mmff.charges).all()
        assert topology.mmff.radii == again.mmff.radii


@pytest.mark.parametrize("smiles", ["c1ccccc1", "c1ccncc1", "C1CC1", "CCO"])
def test_atoms_as_they_are_listed_stay(smiles):
    """Whatever order the bonds are in, and whichever other match there is."""
    topology = topology_of(smiles)
    size = len(topology.numbers)
    for seed in range(10):
        listed = topology.relabelled(np.random.default_rng(seed).permutation(size))
        again = listed.relabelled(np.arange(size))
        np.testing.assert_array_equal(order_of(listed, again), np.arange(size))


@pytest.mark.parametrize(
    "smiles",
    [
        "C1=CC=CC=CC=C1",
        "C1=CC=C1",
        "O=C1C=CC(=O)C=C1",
        "[O-][N+](=O)c1ccccc1",
        "CC(=O)[O-]",
        "CS(=O)(=O)[O-]",
        "CN=[N+]=[N-]",
        "c1ccc2ccccc2c1",
        "C[n+]1ccn(C)c1",
    ],
)
def test_atoms_are_found_with_their_bond_orders_and_charges(smiles):
    """All that features are told of the atoms is of the atom that each one is taken for."""
    topology = topology_of(smiles)
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(len(topology.numbers))
        listed = topology.relabelled(order)
        back = listed.relabelled(order_of(topology, listed))
        assert back.order_of == topology.order_of
        for one, other in ((back, topology), (back.mmff, topology.mmff)):
            for name in ("formal_charges", "linear", "types", "charges"):
                np.testing.assert_allclose(
                    getattr(one, name, 0), getattr(other, name, 0), rtol=0, atol=1e-9
                )
