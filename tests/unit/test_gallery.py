"""Which conformers are shown, how they are laid over one another, and their torsion angles."""

import hashlib
import itertools
import json
import re

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdMolTransforms
from rdkit.Chem.rdMolDescriptors import CalcNumRotatableBonds, NumRotatableBondsOptions
from scipy.spatial.transform import Rotation

from confsym.conformers import gallery
from confsym.conformers.pruning import heavy_atom_matches
from confsym.figures import conformers as print_figure
from confsym.figures import drawing, energies
from confsym.figures import torsions as torsion_figure
from confsym.figures.conformers_page import conformers_page
from confsym.geometry.superposition import superposed
from confsym.molecules import molecule, stereo, torsions
from confsym.molecules.automorphisms import random_automorphism
from confsym.molecules.rdkit_conformer import with_conformer
from confsym.molecules.topology import Topology
from studies import ROOT

STYLE = ROOT / "workflow/scripts/confsym/figures/confsym.mplstyle"
RESOURCES = ROOT / "workflow/resources"
MOLECULES = ["CC(C)CC(C)(C)O", "C1CCCCC1C(=O)O", "CC(F)Cl", "O"]


def parts() -> dict[str, str]:
    """What the page is made of, as the rule reads it."""
    names = {"page": "page.html", "style": "page.css", "script": "page.js"}
    texts = {key: (RESOURCES / "viewer" / name).read_text() for key, name in names.items()}
    return texts | {"library": (RESOURCES / "3dmol/3Dmol-min.js").read_text()}


def shown(conformers, smiles: str, attempts: int = 60):
    """The gallery of a molecule, with energies drawn at random, and its topology."""
    target, positions = conformers(smiles, attempts)
    description = molecule.describe("test", smiles)
    energy = np.random.default_rng(3).normal(-20, 4, len(positions))
    labels = stereo.stereoisomers(target, description["stereo"], positions)
    topology = Topology.from_description(description)
    return gallery.gallery(positions, energy, labels, target, topology), topology


@pytest.mark.parametrize("size", [1, 2, 49, 50, 51, 99, 4164])
def test_conformers_at_even_steps_of_the_ranking(size, rng):
    energy = rng.normal(size=size)
    chosen = gallery.evenly_ranked(energy, 50)
    assert len(set(chosen.tolist())) == len(chosen) == min(size, 50)
    rank = np.argsort(np.argsort(energy))[chosen]
    assert rank[0] == 0
    assert rank[-1] == size - 1
    steps = np.diff(rank)
    assert len(steps) == 0 or 1 <= steps.min() <= steps.max() <= steps.min() + 1


def test_of_equal_energies_the_first_conformer_comes_first():
    assert gallery.evenly_ranked(np.array([1.0, 0, 1, 0]), 50).tolist() == [1, 3, 0, 2]


@pytest.mark.parametrize("smiles", MOLECULES)
def test_a_moved_and_relabelled_conformer_comes_back_exactly(smiles, conformers, rng):
    target, positions = conformers(smiles, 5)
    matches = heavy_atom_matches(target)
    turns = Rotation.random(20, rng=rng).as_matrix()
    orders = [random_automorphism(target, rng) for _ in turns]
    moved = np.array([(positions[0] @ t)[order] for t, order in zip(turns, orders, strict=True)])
    back, rmsd = superposed(moved + [3, -2, 1], positions[0], matches)
    assert rmsd.max() < 1e-6  # a square root of round-off
    frame = positions[0, matches[0]] - positions[0, matches[0]].mean(axis=0)
    for place in back:  # each atom stands where one of its equivalents stood
        gaps = np.linalg.norm(place[matches[0]][:, None] - frame[None], axis=2).min(axis=1)
        assert gaps.max() < 1e-9


@pytest.mark.parametrize("smiles", MOLECULES)
def test_superposition_against_one_pair_at_a_time(smiles, conformers):
    target, positions = conformers(smiles, 12)
    matches = heavy_atom_matches(target)
    moved, rmsd = superposed(positions, positions[0], matches)
    for place, original, found in zip(moved, positions, rmsd, strict=True):
        atoms = original[matches[0]] - original[matches[0]].mean(axis=0)
        best = min(kabsch(atoms, positions[0, match]) for match in matches)
        assert found == pytest.approx(best, abs=1e-6)
        reached = [
            np.sqrt(((place[matches[0]] - centred(positions[0, m])) ** 2).sum(1).mean())
            for m in matches
        ]
        assert min(reached) == pytest.approx(best, abs=1e-6)
        distances = [np.linalg.norm(p[:, None] - p[None], axis=2) for p in (place, original)]
        np.testing.assert_allclose(*distances, atol=1e-9)
        volumes = [np.linalg.det(p[1:4] - p[0]) if len(p) > 3 else 0 for p in (place, original)]
        assert volumes[0] == pytest.approx(volumes[1], abs=1e-9)  # not mirrored


def centred(place: np.ndarray) -> np.ndarray:
    return place - place.mean(axis=0)


def kabsch(atoms: np.ndarray, onto: np.ndarray) -> float:
    """RMSD from the singular values alone, the smallest with the sign of the determinant."""
    onto = centred(onto)
    values = np.linalg.svd(atoms.T @ onto, compute_uv=False)
    values[2] *= np.sign(np.linalg.det(atoms.T @ onto)) or 1
    square = (atoms**2).sum() + (onto**2).sum() - 2 * values.sum()
    return float(np.sqrt(max(square, 0) / len(atoms)))


@pytest.mark.parametrize(
    "smiles",
    [
        "CC(CCC)CC(C)(CCCC)O",
        "CC(=O)Oc1ccccc1C(=O)O",
        "CC(=O)N[C@@H](C)C(=O)NC",
        "C#CCC(C)CC#N",
        "C1CCCCC1",
        "O",
        "[2H]OCC",
    ],
)
def test_rotatable_bonds_are_rdkits(smiles):
    target = molecule.build("test", smiles)
    found = torsions.rotatable_torsions(target, molecule.equivalence_classes(target))
    expected = CalcNumRotatableBonds(Chem.MolFromSmiles(smiles), NumRotatableBondsOptions.NonStrict)
    assert len(found) == expected
    for torsion in found:
        for path in torsion.atoms.tolist():
            assert len(set(path)) == 4
            for one, other in itertools.pairwise(path):
                assert target.GetBondBetweenAtoms(one, other)


def test_angles_are_rdkits_and_equivalent_atoms_all_count(conformers):
    target, positions = conformers("CC(C)CC(C)(C)O", 10)
    first, second = torsions.rotatable_torsions(target, molecule.equivalence_classes(target))
    assert first.label(target) == "C0–C1–C3–C4"
    assert first.atoms.tolist() == [[0, 1, 3, 4], [2, 1, 3, 4]]
    assert second.atoms.tolist() == [[1, 3, 4, 5], [1, 3, 4, 6]]
    for torsion in (first, second):
        expected = [
            rdMolTransforms.GetDihedralDeg(with_conformer(target, place).GetConformer(), *atoms)
            for place in positions
            for atoms in torsion.atoms.tolist()
        ]
        turns = torsion.degrees(positions) - expected
        np.testing.assert_allclose(turns, 360 * np.round(turns / 360), atol=1e-6)
        assert ((torsion.degrees(positions) >= 0) & (torsion.degrees(positions) < 360)).all()


@pytest.mark.parametrize(
    ("angle", "middle"), [(0, 0), (60, 60), (180, 180), (358, 0), (359.999, 0), (354.9, 350)]
)
def test_torsion_histograms_close_the_circle(angle, middle, conformers, monkeypatch):
    target, positions = conformers("CCC(C)O", 5)
    found = torsions.rotatable_torsions(target, molecule.equivalence_classes(target))
    monkeypatch.setattr(torsions.Torsion, "degrees", lambda *_: np.full(7, float(angle)))
    drawing.use_style(STYLE)
    figure = torsion_figure.torsions(found, positions, target, "butanol")
    (stairs,) = figure.axes[1].patches
    values, edges, _ = stairs.get_data()
    assert values.sum() == pytest.approx(1)
    place = values.argmax()
    assert (edges[place] + edges[place + 1]) / 2 == middle


@pytest.mark.parametrize("smiles", ["C1CCCCC1", "O"])
def test_a_molecule_without_a_rotatable_bond_says_so(smiles, conformers):
    target, positions = conformers(smiles, 5)
    drawing.use_style(STYLE)
    figure = torsion_figure.torsions([], positions, target, "rigid")
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert any("No rotatable bond" in text for text in texts)


def test_energies_have_a_panel_for_each_stereoisomer(rng):
    drawing.use_style(STYLE)
    energy, labels = rng.normal(50, 9, 300), np.repeat(["R", "S", "S"], 100)
    figure = energies.energies(energy, labels, "molecule, level")
    counts = [axes.patches[0].get_data().values.sum() for axes in figure.axes]
    assert counts == [300, 100, 200]
    assert figure.axes[-1].get_xlabel() == "energy above the lowest (kcal/mol)"
    edges = figure.axes[0].patches[0].get_data().edges
    assert edges[0] == 0
    assert edges[-1] > np.ptp(energy)
    for one in (np.full(4, "none"), np.full(4, "R")):
        assert len(energies.energies(np.zeros(4), one, "alike").axes) == 1


def test_a_few_outliers_do_not_squeeze_the_others(rng):
    drawing.use_style(STYLE)
    energy, labels = rng.uniform(0, 30, 300), np.full(300, "none")
    energy[7] = 500
    figure = energies.energies(energy, labels, "molecule, level")
    (axes,) = figure.axes
    values = axes.patches[0].get_data()
    assert values.edges[-1] < 40
    assert values.values.sum() == 299
    assert axes.get_title(loc="left").endswith(", 1 beyond")
    assert figure.get_suptitle().endswith(", highest 500 above it")


def test_rare_stereoisomers_go_together():
    labels = np.repeat([f"{k:02}" for k in range(12)], np.arange(12) + 1)
    parts = energies.by_stereoisomer(np.zeros(len(labels)), labels)
    assert list(parts) == [f"{k:02}" for k in range(4, 12)] + ["others"]
    assert sum(map(len, parts.values())) == len(labels)


@pytest.mark.parametrize("smiles", MOLECULES)
def test_the_print_figure_draws_each_conformer(smiles, conformers):
    drawn, topology = shown(conformers, smiles)
    drawing.use_style(STYLE)
    figure = print_figure.conformers(drawn, topology, "molecule, level")
    (axes,) = figure.axes
    assert len(axes.collections) == len(axes.texts) == min(drawn.total, 50)
    assert axes.texts[0].get_text().startswith("0.00")
    assert "none" not in " ".join(text.get_text() for text in axes.texts)
    assert figure.get_size_inches()[0] == pytest.approx(6.85)
    assert figure.get_size_inches()[1] < 9.7


def test_what_is_nearer_is_drawn_later_and_darker(conformers):
    drawn, topology = shown(conformers, "CC(C)CC(C)(C)O")
    atoms = print_figure.drawn_atoms(topology)
    assert atoms.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 23]  # the hydroxyl's hydrogen alone
    shapes = print_figure.shapes(drawn.positions[0], topology, atoms, 3.0)
    depth = drawn.positions[0, :, 2]
    carbons = [atom for atom in range(7) if topology.numbers[atom] == 6]
    order = []
    for path, face in zip(shapes.paths, shapes.faces, strict=True):
        box = path.get_extents()
        if box.width > 0.5 and box.width == pytest.approx(box.height, abs=1e-6):  # a ball
            centre = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2]
            gaps = np.linalg.norm(drawn.positions[0, :, :2] - centre, axis=1)
            if (nearest := int(gaps.argmin())) in carbons:
                order.append((nearest, face[0]))
    assert [atom for atom, _ in order] == sorted(carbons, key=depth.__getitem__)
    brightness = [brightness for _, brightness in order]
    assert brightness == sorted(brightness, reverse=True)


def test_the_page_holds_what_it_needs_and_forbids_itself_the_rest(conformers):
    drawn, topology = shown(conformers, "CC(F)Cl")
    page = conformers_page(drawn, topology, "a <name>", "MMFF94", parts())
    assert page == conformers_page(drawn, topology, "a <name>", "MMFF94", parts())
    assert "<title>a &lt;name&gt;" in page
    assert '<html lang="en">' in page
    assert "default-src 'none'" in page
    assert not re.search(r"<(?:link|img|iframe|script)[^>]+(?:src|href)=", page)
    assert len(page.encode()) < 2.5e6
    assert page.count("<figcaption>") == min(drawn.total, 50) + 1
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S)[1])
    above = [conformer["above"] for conformer in data["conformers"]]
    assert above[0] == 0
    assert above == sorted(above)
    np.testing.assert_allclose(
        np.reshape([c["positions"] for c in data["conformers"]], drawn.positions.shape),
        drawn.positions,
        atol=6e-4,
    )
    assert data["elements"] == ["C", "C", "F", "Cl", "H", "H", "H", "H"]
    assert data["filtered"]


def test_one_stereoisomer_needs_no_filter(conformers):
    drawn, topology = shown(conformers, "O", 5)
    page = conformers_page(drawn, topology, "water", "MMFF94", parts())
    assert 'name="stereoisomer"' not in page.split("<script", 1)[0]
    assert "none" not in re.findall(r"<figcaption>.*", page)[0]


def test_3dmol_is_the_published_file():
    folder = RESOURCES / "3dmol"
    library = (folder / "3Dmol-min.js").read_bytes()
    note = (folder / "README.md").read_text()
    assert hashlib.sha256(library).hexdigest() in note
    assert "BSD-3-Clause" in (folder / "LICENSE").read_text()
    assert b"</script" not in library  # it would end the page's script there
    assert b"<!--" not in library
