"""Force-field terms: each column by hand, and MMFF94 in their span."""

import itertools
from collections import defaultdict

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdMolTransforms as geometry
from rdkit.Chem.rdForceFieldHelpers import MMFFGetMoleculeProperties

from confsym.energies.force_fields import mmff94
from confsym.errors import StudyError
from confsym.features.anharmonic_terms import anharmonic_terms
from confsym.features.coupled_terms import coupled_terms
from confsym.features.force_field_terms import force_field_terms
from confsym.features.functions import Buffered147
from confsym.features.labels import atom_labels
from confsym.features.registry import FEATURES
from confsym.geometry.internal import wilson_angles
from confsym.models.build import build
from confsym.models.registry import MODELS
from confsym.molecules import molecule
from confsym.molecules.rdkit_conformer import with_conformer
from confsym.molecules.topology import Topology

SMILES = ["CC(O)C=C", "CC#CC(=O)NC", "C1CC1C(=O)O", "c1ccsc1F", "C1CC1C1CCC1"]
BONDS = {1.0: "-", 1.5: ":", 2.0: "=", 3.0: "#"}
DEFAULTS = {name: p["default"] for name, p in FEATURES["force_field_terms"].parameters.items()}
INFORMED = DEFAULTS | {"labels": "mmff_types", "pairs": "mmff_radii"}


def topology_of(smiles: str) -> Topology:
    return Topology.from_description(molecule.describe("x", smiles))


class ByHand:
    """Force-field terms of one conformer, found by trying all tuples of atoms, with RDKit."""

    def __init__(self, target: Chem.Mol, positions: np.ndarray):
        self.mol = with_conformer(target, positions)
        self.place = self.mol.GetConformer()
        self.atoms = range(self.mol.GetNumAtoms())
        self.mmff = MMFFGetMoleculeProperties(self.mol)
        self.names = [
            f"{self.mol.GetAtomWithIdx(a).GetSymbol()}{self.mmff.GetMMFFAtomType(a)}"
            for a in self.atoms
        ]
        self.apart = Chem.GetDistanceMatrix(self.mol)
        self.rings = [set(ring) for ring in Chem.GetSymmSSSR(self.mol)]
        self.linear = [
            a.GetDegree() == 2 and a.GetHybridization() == Chem.HybridizationType.SP
            for a in self.mol.GetAtoms()
        ]
        self.sums: dict = defaultdict(float)

    def chains(self, length: int):
        for chain in itertools.permutations(self.atoms, length):
            if all(self.apart[a, b] == 1 for a, b in itertools.pairwise(chain)):
                yield chain

    def spelled(self, chain) -> str:
        text = self.names[chain[0]]
        for a, b in itertools.pairwise(chain):
            order = self.mol.GetBondBetweenAtoms(a, b).GetBondTypeAsDouble()
            text += BONDS[order] + self.names[b]
        small = [len(r) for r in self.rings if set(chain) <= r and len(r) <= len(chain) + 1]
        return text + (f"@{min(small)}" if small and len(chain) > 2 else "")

    def add(self, kind: str, chain, suffix: str, value: float, oriented=False) -> None:
        """Sum over chains in one direction, or over both for what depends on the direction."""
        if oriented:
            self.sums[f"{kind}_{self.spelled(chain)}{suffix}"] += value
        elif chain[0] < chain[-1]:
            name = min(self.spelled(chain), self.spelled(chain[::-1]))
            self.sums[f"{kind}_{name}{suffix}"] += value

    def stretch(self, a, b) -> float:
        radius = Chem.GetPeriodicTable().GetRcovalent
        usual = sum(radius(self.mol.GetAtomWithIdx(x).GetAtomicNum()) for x in (a, b))
        return geometry.GetBondLength(self.place, a, b) - usual

    def bend(self, a, b, c) -> float:
        return geometry.GetAngleRad(self.place, a, b, c) - 2.0

    def dihedrals(self):
        for chain in self.chains(4):
            if not (self.linear[chain[1]] or self.linear[chain[2]]):
                yield chain, geometry.GetDihedralRad(self.place, *chain)

    def force_field(self) -> dict:
        for a, b in self.chains(2):
            for power in (1, 2, 3, 4):
                self.add("bond", (a, b), f"_{power}", self.stretch(a, b) ** power)
        for chain in self.chains(3):
            a, b, c = chain
            if self.linear[b]:
                self.add("angle", chain, "_cos", np.cos(self.bend(a, b, c) + 2.0))
                continue
            for power in (1, 2, 3):
                self.add("angle", chain, f"_{power}", self.bend(a, b, c) ** power)
            self.add("arm", chain, "_1", self.stretch(a, b), oriented=True)
            product = self.stretch(a, b) * self.bend(a, b, c)
            self.add("stretch_bend", chain, "_1", product, oriented=True)
        for chain, phi in self.dihedrals():
            for n in (1, 2, 3):
                self.add("torsion", chain, f"_cos{n}", np.cos(n * phi))
        self.out_of_plane()
        self.non_bonded()
        return dict(self.sums)

    def out_of_plane(self) -> None:
        x = self.place.GetPositions()
        for centre in self.atoms:
            around = [a for a in self.atoms if self.apart[centre, a] == 1]
            if len(around) != 3:
                continue
            arms = sorted(self.spelled((centre, a))[len(self.names[centre]) :] for a in around)
            for far in around:
                i, k = (a for a in around if a != far)
                plane = np.cross(x[i] - x[centre], x[k] - x[centre])
                bond = x[far] - x[centre]
                angle = np.pi / 2 - np.arccos(
                    plane @ bond / np.linalg.norm(plane) / np.linalg.norm(bond)
                )
                self.sums[f"out_of_plane_{self.names[centre]}({', '.join(arms)})_2"] += angle**2

    def non_bonded(self) -> None:
        for a, b in itertools.combinations(self.atoms, 2):
            if self.apart[a, b] < 3:
                continue
            r = np.linalg.norm(self.place.GetPositions()[a] - self.place.GetPositions()[b])
            rho = r / self.mmff.GetMMFFVdWParams(a, b)[2]
            shape = (1.07 / (rho + 0.07)) ** 7 * (1.12 / (rho**7 + 0.12) - 2)
            self.sums[f"van_der_waals_{'…'.join(sorted((self.names[a], self.names[b])))}"] += shape
            charged = sorted(
                f"{self.names[x]}({round(self.mmff.GetMMFFPartialCharge(x), 4) + 0.0:+}e)"
                for x in (a, b)
            )
            kind = "coulomb_14" if self.apart[a, b] == 3 else "coulomb"
            self.sums[f"{kind}_{'…'.join(charged)}"] += 1 / (r + 0.05)

    def coupled(self) -> dict:
        for chain in self.chains(3):
            a, b, c = chain
            if not self.linear[b]:
                self.add("bond_bond", chain, "", self.stretch(a, b) * self.stretch(b, c))
        for centre, shared in self.chains(2):
            others = [a for a in self.atoms if self.apart[centre, a] == 1 and a != shared]
            if self.linear[centre]:
                continue
            for i, last in itertools.combinations(others, 2):
                arms = sorted(
                    self.spelled((centre, x))[len(self.names[centre]) :] for x in (i, last)
                )
                name = f"angle_angle_{self.spelled((centre, shared))}({', '.join(arms)})"
                self.sums[name] += self.bend(i, centre, shared) * self.bend(last, centre, shared)
        for chain, phi in self.dihedrals():
            a, b, c, d = chain
            for n in (1, 2, 3):
                cosine, suffix = np.cos(n * phi), f"_{n}"
                self.add("middle_bond_torsion", chain, suffix, self.stretch(b, c) * cosine)
                both = self.bend(a, b, c) * self.bend(b, c, d)
                self.add("angle_angle_torsion", chain, suffix, both * cosine)
                self.add("end_bond_torsion", chain, suffix, self.stretch(a, b) * cosine, True)
                self.add("angle_torsion", chain, suffix, self.bend(a, b, c) * cosine, True)
        return dict(self.sums)

    def anharmonic(self) -> dict:
        for chain in self.chains(3):
            a, b, c = chain
            if self.linear[b]:
                continue
            u, v, t = self.stretch(a, b), self.stretch(b, c), self.bend(a, b, c)
            self.add("angle", chain, "_4", t**4)
            self.add("bond_bond_angle", chain, "", u * v * t)
            for power in (1, 2, 3):
                self.add("span", chain, f"_{power}", self.span(a, b, c) ** power)
            self.add("stretch_bend", chain, "_21", u**2 * t, True)
            self.add("stretch_bend", chain, "_12", u * t**2, True)
        self.around_centres()
        for chain, phi in self.dihedrals():
            a, b, c, d = chain
            u, v = self.stretch(a, b), self.stretch(c, d)
            t, q = self.bend(a, b, c), self.bend(b, c, d)
            for n in (4, 5, 6):
                self.add("torsion", chain, f"_cos{n}", np.cos(n * phi))
            self.add("angle_angle_torsion", chain, "_0", t * q)
            for n in (0, 1, 2, 3):
                self.add("bond_bond_torsion", chain, f"_{n}", u * v * np.cos(n * phi))
                self.add("bond_angle_torsion", chain, f"_{n}", u * q * np.cos(n * phi), True)
                if n:
                    self.add("angle_torsion_squared", chain, f"_{n}", t * t * np.cos(n * phi), True)
        self.adjacent_dihedrals()
        self.inverse_powers()
        return dict(self.sums)

    def span(self, a, b, c) -> float:
        radius = Chem.GetPeriodicTable().GetRcovalent
        r = [radius(self.mol.GetAtomWithIdx(x).GetAtomicNum()) for x in (a, b, c)]
        one, other = r[0] + r[1], r[1] + r[2]
        usual = (one**2 + other**2 - 2 * one * other * np.cos(2.0)) ** 0.5
        return geometry.GetBondLength(self.place, a, c) - usual

    def arm(self, centre, atom) -> str:
        return self.spelled((centre, atom))[len(self.names[centre]) :]

    def around_centres(self) -> None:
        for centre in self.atoms:
            around = [a for a in self.atoms if self.apart[centre, a] == 1]
            if self.linear[centre]:
                continue
            for i, k, m, n in itertools.permutations(around, 4):
                if i < k and m < n and i < m:
                    pair, other = (
                        ", ".join(sorted(self.arm(centre, x) for x in two))
                        for two in ((i, k), (m, n))
                    )
                    name = " | ".join(sorted((pair, other)))
                    product = self.bend(i, centre, k) * self.bend(m, centre, n)
                    self.sums[f"opposite_angles_{self.names[centre]}({name})"] += product
            for i, shared, last in itertools.permutations(around, 3):
                stem = self.spelled((centre, shared))
                arms = [self.arm(centre, x) for x in (i, last)]
                t, q = self.bend(i, centre, shared), self.bend(last, centre, shared)
                self.sums[f"angle_angle_{stem}({arms[0]}, {arms[1]})_21"] += t * t * q
                if i < last:
                    name = f"bond_angle_angle_{stem}({', '.join(sorted(arms))})"
                    self.sums[name] += self.stretch(centre, shared) * t * q

    def adjacent_dihedrals(self) -> None:
        for chain in self.chains(5):
            if any(self.linear[x] for x in chain[1:4]):
                continue
            one, other = (
                geometry.GetDihedralRad(self.place, *four) for four in (chain[:4], chain[1:])
            )
            for kind, wave in (("cosine", np.cos), ("sine", np.sin)):
                for n, m in ((1, 1), (2, 2), (3, 3), (1, 2), (1, 3), (2, 3)):
                    product = wave(n * one) * wave(m * other)
                    self.add(f"torsion_torsion_{kind}", chain, f"_{n}{m}", product, n != m)
                product = self.bend(*chain[1:4]) * wave(one) * wave(other)
                self.add(f"torsion_angle_torsion_{kind}", chain, "_11", product)

    def inverse_powers(self) -> None:
        for a, b in itertools.combinations(self.atoms, 2):
            if self.apart[a, b] < 3:
                continue
            kind = {3: "14", 4: "15"}.get(self.apart[a, b], "far")
            name = "…".join(sorted((self.names[a], self.names[b])))
            r = geometry.GetBondLength(self.place, a, b)
            for power in (1, 2, 3, 4, 6, 8, 10, 12):
                self.sums[f"inverse_{kind}_{name}_{power}"] += (2.5 / r) ** power


@pytest.mark.parametrize("smiles", SMILES)
def test_columns_against_all_tuples_of_atoms(smiles, conformers):
    target, positions = conformers(smiles, 3)
    topology = topology_of(smiles)
    names, values = force_field_terms(positions, topology, **INFORMED)
    expected = ByHand(target, positions[1]).force_field()
    assert sorted(names) == sorted(expected)
    for name, value in zip(names, values[1], strict=True):
        assert value == pytest.approx(expected[name], rel=1e-9, abs=1e-9), name
    names, values = coupled_terms(positions, topology, "mmff_types", 2)
    expected = ByHand(target, positions[1]).coupled()
    assert sorted(names) == sorted(expected)
    for name, value in zip(names, values[1], strict=True):
        assert value == pytest.approx(expected[name], rel=1e-9, abs=1e-9), name
    names, values = anharmonic_terms(positions, topology, "mmff_types", 2)
    expected = ByHand(target, positions[1]).anharmonic()
    assert sorted(names) == sorted(expected)
    for name, value in zip(names, values[1], strict=True):
        assert value == pytest.approx(expected[name], rel=1e-9, abs=1e-9), name


def test_radius_grid_and_inverse_powers_are_sums_over_the_same_pairs(conformers):
    smiles = "CCOC"
    _, positions = conformers(smiles, 3)
    topology = topology_of(smiles)
    far = np.argwhere(np.triu(topology.bond_distances >= 3))
    r = np.linalg.norm(positions[:, far[:, 0]] - positions[:, far[:, 1]], axis=2)
    for pairs, suffix, each in (
        ("radius_grid", "_3.2", Buffered147(3.2).value(r)),
        ("inverse_powers", "_6", (2 / r) ** 6),
    ):
        names, values = force_field_terms(positions, topology, **DEFAULTS | {"pairs": pairs})
        chosen = [
            place
            for place, name in enumerate(names)
            if name.startswith(("van", "inverse")) and name.endswith(suffix)
        ]
        np.testing.assert_allclose(values[:, chosen].sum(axis=1), each.sum(axis=1), rtol=1e-12)


def test_well_depth_is_at_the_radius():
    ratio = np.linspace(0.9, 1.1, 20001)
    energy = Buffered147(1.0).value(ratio)
    assert Buffered147(1.0).value(np.array([1.0])) == pytest.approx([-1], abs=1e-15)
    assert ratio[energy.argmin()] == pytest.approx(1, abs=1e-2)
    assert energy.min() == pytest.approx(-1, abs=1e-3)


def test_wilson_angle_of_a_known_pyramid():
    tilt = 0.3
    positions = np.array(
        [[[1, 0, 0], [0, 0, 0], [0, 1, 0], [-np.cos(tilt), 0, np.sin(tilt)], [2, 0, 0]]]
    )
    wedges = np.array([[0, 1, 2, 3], [0, 1, 4, 2]])  # the second has i, j and k in a line
    np.testing.assert_allclose(wilson_angles(positions, wedges), [[tilt, 0]], atol=1e-15)


@pytest.mark.parametrize("smiles", ["CC(O)C(C)N", "OC(=O)c1ccccc1", "C[N+](C)(C)CC([O-])=O"])
@pytest.mark.parametrize("depth", [0, 1, 2, 3])
def test_neighbourhoods_tell_atoms_apart_no_more_than_the_graph_does(smiles, depth, rng):
    topology = topology_of(smiles)
    labels = np.array(atom_labels(topology, "neighbourhood", depth))
    classes = molecule.equivalence_classes(molecule.build("x", smiles))
    for one in np.unique(classes):
        assert len(set(labels[classes == one])) == 1
    order = rng.permutation(len(labels))
    moved = atom_labels(topology.relabelled(order), "neighbourhood", depth)
    assert moved == labels[order].tolist()
    coarser = atom_labels(topology, "neighbourhood", max(depth - 1, 0))
    assert len(set(zip(coarser, labels, strict=True))) == len(set(labels))


def held_out_error(conformers, smiles, settings, model, train: int, attempts: int) -> tuple:
    """Held-out MAE of MMFF94, and the mean absolute deviation from the mean, kcal/mol."""
    target, positions = conformers(smiles, attempts)
    energy, _ = mmff94(target, positions, "x")
    _, values = force_field_terms(positions, topology_of(smiles), **settings)
    parameters = {name: p["default"] for name, p in MODELS[model].parameters.items()}
    fitted = build(MODELS[model].function, MODELS[model].takes, parameters, [values.shape[1]])
    fitted.fit(values[:train], energy[:train])
    error = fitted.predict(values[train:]) - energy[train:]
    return np.abs(error).mean(), np.abs(energy - energy.mean()).mean()


@pytest.mark.parametrize("smiles", ["CC(O)CF", "CC(=O)NC", "C1CC1C#N", "CS(=O)(=O)N", "O=Cc1ccco1"])
def test_mmff94_is_linear_in_informed_terms(smiles, conformers):
    assert held_out_error(conformers, smiles, INFORMED, "least_squares", 300, 400)[0] < 1e-8


@pytest.mark.parametrize("smiles", ["CC(O)CF", "CC(=O)NC"])
def test_mmff94_is_linear_in_blind_terms(smiles, conformers):
    assert held_out_error(conformers, smiles, DEFAULTS, "least_squares", 500, 600)[0] < 1e-6


@pytest.mark.parametrize("smiles", ["O=C1C=CC(=O)C=C1", "c1ccoc1", "C=O", "N#CC#N"])
@pytest.mark.parametrize("model", ["least_squares", "ridge", "kernel_ridge", "additive_gp"])
@pytest.mark.parametrize("settings", [INFORMED, DEFAULTS], ids=["informed", "blind"])
def test_nearly_constant_columns_never_explode(smiles, model, settings, conformers):
    """Flat and rigid molecules: out-of-plane columns and many others hardly vary at all."""
    error, spread = held_out_error(conformers, smiles, settings, model, 40, 140)
    assert error < 1.5 * spread


@pytest.mark.parametrize("option", [{"labels": "mmff_types"}, {"pairs": "mmff_radii"}])
def test_molecules_without_mmff_types_get_a_sentence(option, conformers):
    _, positions = conformers("CC[Se]C", 2)
    with pytest.raises(StudyError, match=r"needs MMFF94's atom types.*use labels: neighbourhood"):
        force_field_terms(positions, topology_of("CC[Se]C"), **DEFAULTS | option)
    assert np.isfinite(force_field_terms(positions, topology_of("CC[Se]C"), **DEFAULTS)[1]).all()


def test_labels_by_elements_tell_hydrogens_apart():
    names = atom_labels(topology_of("CCO"), "elements", 2)
    assert names == ["C", "C", "O", "HC", "HC", "HC", "HC", "HC", "HO"]
