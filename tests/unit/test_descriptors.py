"""Descriptors that packages compute, against a slower way of writing each formula."""

import itertools
import math
import subprocess
import sys
from collections import defaultdict

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdFingerprintGenerator, rdMolDescriptors
from scipy.integrate import quad
from scipy.special import eval_legendre, spherical_in

from confsym.conformers.ensemble import Ensemble
from confsym.errors import StudyError
from confsym.features.fchl19 import fchl19
from confsym.features.morgan import morgan
from confsym.features.rdkit_3d import BLOCKS, rdkit_3d
from confsym.features.registry import FEATURES
from confsym.features.soap import soap
from confsym.features.symmetry_functions import symmetry_functions
from confsym.molecules import molecule
from confsym.molecules.rdkit_molecule import conformer_molecules
from confsym.molecules.topology import Topology
from confsym.registry import resolve
from confsym.transforms.motions import rotation
from confsym.transforms.moved import moved
from confsym.transforms.order import topology_after
from molecules import three_atoms
from studies import ROOT

SMILES = ["CC(O)Cl", "C1CC1C=O", "CC#CN"]
SYMBOLS = {1: "H", 6: "C", 7: "N", 8: "O", 17: "Cl"}


@pytest.fixture(params=SMILES)
def case(request, conformers):
    _, positions = conformers(request.param, 4)
    return positions, Topology.from_description(molecule.describe("x", request.param))


def defaults(kind: str, **changes) -> dict:
    parameters = FEATURES[kind].parameters
    return {name: entry["default"] for name, entry in parameters.items()} | changes


def named(names: list[str], row: np.ndarray) -> dict[str, float]:
    assert len(names) == len(set(names)) == len(row)
    return dict(zip(names, row.tolist(), strict=True))


def cutoff_function(r: float, cutoff: float) -> float:
    return 0.5 * math.cos(math.pi * r / cutoff) + 0.5 if r <= cutoff else 0.0


def cosine(place: np.ndarray, i: int, j: int, k: int) -> float:
    """Of the angle at atom i."""
    one, other = place[j] - place[i], place[k] - place[i]
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_symmetry_functions_against_loops(case):
    positions, topology = case
    settings = defaults("symmetry_functions", radial_cutoff=3.0, radial_functions=4)
    settings |= {"angular_cutoff": 2.6, "angular_zeta": [1, 3]}
    names, values = symmetry_functions(positions, topology, **settings)
    place, expected = positions[2], defaultdict(float)
    symbol = [SYMBOLS[number] for number in topology.numbers.tolist()]
    atoms = range(len(symbol))
    eta = 1 / (2 * 0.25**2)
    for i, j in itertools.permutations(atoms, 2):
        r = math.dist(place[i], place[j])
        end = cutoff_function(r, 3.0)
        expected[f"G1_{symbol[i]}_{symbol[j]}"] += end
        for shift in (0.8, 1.35, 1.9, 2.45):
            term = math.exp(-eta * (r - shift) ** 2) * end
            expected[f"G2_{symbol[i]}_{symbol[j]}_r{shift:g}"] += term
    for i in atoms:
        for j, k in itertools.combinations([atom for atom in atoms if atom != i], 2):
            sides = [math.dist(place[a], place[b]) for a, b in ((i, j), (i, k), (j, k))]
            end = math.prod(cutoff_function(r, 2.6) for r in sides)
            by_number = sorted((j, k), key=lambda atom: topology.numbers[atom])
            pair = "".join(symbol[atom] for atom in by_number)
            for eta4, zeta, sign in itertools.product((0.01, 0.1), (1, 3), (-1, 1)):
                angular = 2 ** (1 - zeta) * (1 + sign * cosine(place, i, j, k)) ** zeta
                radial = math.exp(-eta4 * sum(r**2 for r in sides))
                name = f"G4_{symbol[i]}_{pair}_eta{eta4:g}_zeta{zeta:g}_lambda{sign:+d}"
                expected[name] += angular * radial * end
    found = named(names, values[2])
    assert set(expected) <= set(found)
    for name, value in found.items():
        assert value == pytest.approx(expected[name], rel=1e-9, abs=1e-12), name


def test_the_first_symmetry_function_lies_within_the_cutoff(case):
    settings = defaults("symmetry_functions", radial_start=6.0)
    with pytest.raises(StudyError, match="radial_start is 6 Å, not within radial_cutoff"):
        symmetry_functions(*case, **settings)


def test_fchl19_against_loops(case):
    positions, topology = case
    settings = defaults("fchl19", radial_cutoff=4.0, radial_functions=5, angular_cutoff=3.0)
    settings |= {"angular_functions": 3}
    names, values = fchl19(positions, topology, **settings)
    place, expected = positions[1], defaultdict(float)
    symbol = [SYMBOLS[number] for number in topology.numbers.tolist()]
    atoms = range(len(symbol))
    for i, j in itertools.permutations(atoms, 2):
        r = math.dist(place[i], place[j])
        variance = math.log(1 + 0.32 / r**2)
        mean = math.log(r) - variance / 2
        for grid in (0.8, 1.6, 2.4, 3.2, 4.0):
            density = math.exp(-((math.log(grid) - mean) ** 2) / (2 * variance))
            density /= grid * math.sqrt(2 * math.pi * variance)
            term = density * cutoff_function(r, 4.0) / r**1.8
            expected[f"two_{symbol[i]}_{symbol[j]}_r{grid:g}"] += term
    for i in atoms:
        for j, k in itertools.combinations([atom for atom in atoms if atom != i], 2):
            one, other, third = (math.dist(place[a], place[b]) for a, b in ((i, j), (i, k), (j, k)))
            cosines = [cosine(place, *t) for t in ((i, j, k), (j, i, k), (k, i, j))]
            weight = 13.4 * math.sqrt(2.7 / math.pi) * (1 + 3 * math.prod(cosines))
            weight *= cutoff_function(one, 3.0) * cutoff_function(other, 3.0)
            weight /= (one * other * third) ** 0.57
            angle = math.acos(cosines[0])
            parts = {"cos": math.cos(angle), "sin": math.sin(angle)}
            by_number = sorted((j, k), key=lambda atom: topology.numbers[atom])
            pair = "".join(symbol[atom] for atom in by_number)
            for grid, (part, value) in itertools.product((1.0, 2.0, 3.0), parts.items()):
                radial = math.exp(-2.7 * ((one + other) / 2 - grid) ** 2)
                term = weight * radial * 2 * math.exp(-(math.pi**2) / 2) * value
                expected[f"three_{symbol[i]}_{pair}_r{grid:g}_{part}"] += term
    found = named(names, values[1])
    assert set(expected) <= set(found)
    for name, value in found.items():
        assert value == pytest.approx(expected[name], rel=1e-9, abs=1e-12), name


@pytest.mark.parametrize(
    ("kind", "bound"),
    [("symmetry_functions", 1e-9), ("soap", 1e-9), ("fchl19", 1e-7)],
)
def test_three_atoms_in_a_line(kind, bound):
    """FCHL19 takes sin θ of an arc cosine, which makes 1e-8 of a round-off of 1e-16."""
    topology = three_atoms(6, 8, 8)
    line = np.repeat(1.16 * np.array([[[0.0, 0, 0], [0, 0, 1], [0, 0, -1]]]), 50, axis=0)
    function = resolve(FEATURES[kind].function)
    _, before = function(line, topology, **defaults(kind))
    _, after = function(rotation(line, 1), topology, **defaults(kind))
    assert np.abs(after - before).max() / np.abs(before).max() < bound


def radial_basis(cutoff: float, functions: int, degree: int) -> list:
    """SOAP's radial functions of one degree: r^l exp(−α r²), orthonormalised by Löwdin's way."""
    ends = np.linspace(1, cutoff, functions)
    alphas = np.log(1000 * ends**degree) / ends**2  # r^l exp(−α r²) is 0.001 at its end

    def primitive(r) -> np.ndarray:
        r = np.asarray(r)[..., None]
        return r**degree * np.exp(-alphas * r**2)

    r = np.linspace(0, 30, 30001)
    overlap = np.einsum("ra,rb,r->ab", primitive(r), primitive(r), r**2) * r[1]
    size, axes = np.linalg.eigh(overlap)
    orthogonal = axes @ np.diag(size**-0.5) @ axes.T
    return [lambda r, row=row: float(row @ primitive(r)) for row in orthogonal]


def test_soap_against_numerical_overlaps():
    """By the integral of each Gaussian with each radial function, and by Legendre polynomials.

    The angular part of a Gaussian at distance R is 4π exp(−(r² + R²) / 2σ²) i_l(rR / σ²), and
    Σ_m Y_lm Y_lm is (2l + 1) / 4π times the Legendre polynomial of the angle between two atoms.
    """
    width, functions, degree, cutoff = 0.5, 2, 2, 3.0
    place = np.array([[0.1, -0.2, 0.3], [0.9, 0.4, 0.6], [-0.5, 0.7, -0.4]])
    topology = three_atoms(8, 6, 7)
    names, values = soap(place[None], topology, cutoff, functions, degree, width)
    found = named(names, values[0])
    bases = [radial_basis(cutoff, functions, k) for k in range(degree + 1)]

    def coefficient(distance: float, basis, k: int) -> float:
        def integrand(r: float) -> float:
            density = math.exp(-(r**2 + distance**2) / (2 * width**2))
            return r**2 * basis(r) * density * spherical_in(k, r * distance / width**2)

        return 4 * math.pi * quad(integrand, 0, 8)[0]

    symbols = ["O", "C", "N"]
    distance = np.linalg.norm(place - place[0], axis=1)  # about the oxygen
    checked = 0
    for (a, b), k in itertools.product(
        itertools.combinations_with_replacement((1, 2, 0), 2), range(degree + 1)
    ):
        vectors = place[[a, b]] - place[0]
        length = distance[a] * distance[b]
        # An atom in the centre has a part of degree 0 only, and no direction.
        angle = 1.0 if length == 0 else float(vectors[0] @ vectors[1] / length)
        factor = math.pi * math.sqrt(8 / (2 * k + 1)) * (2 * k + 1) / (4 * math.pi)
        for n, m in itertools.product(range(functions), repeat=2):
            name = f"soap_O_{symbols[a]}{n}_{symbols[b]}{m}_l{k}"
            if name in found:
                expected = coefficient(distance[a], bases[k][n], k)
                expected *= coefficient(distance[b], bases[k][m], k)
                expected *= factor * eval_legendre(k, angle)
                assert found[name] == pytest.approx(expected, rel=1e-6, abs=1e-9), name
                checked += 1
    assert checked == len(names) / 3


def test_soap_is_a_sum_over_atoms(case):
    """Two copies out of each other's reach have twice the features of one."""
    positions, topology = case
    names, values = soap(positions, topology, **defaults("soap"))
    atoms = len(topology.numbers)
    twice = Topology(
        numbers=np.tile(topology.numbers, 2),
        bonds=np.concatenate([topology.bonds, topology.bonds + atoms]),
        orders=np.tile(topology.orders, 2),
        kekule_orders=np.tile(topology.kekule_orders, 2),
        formal_charges=np.tile(topology.formal_charges, 2),
        linear=np.tile(topology.linear, 2),
    )
    apart = np.concatenate([positions, positions + [40, 0, 0]], axis=1)
    again, doubled = soap(apart, twice, **defaults("soap"))
    assert again == names
    np.testing.assert_allclose(doubled, 2 * values, rtol=1e-9, atol=1e-9)


@pytest.mark.filterwarnings("ignore:An ill-conditioned matrix")
def test_soap_refuses_radial_functions_that_are_alike(case):
    with pytest.raises(StudyError, match="20 radial functions cannot be told apart"):
        soap(*case, **defaults("soap", radial_functions=20, cutoff=1.1))


def test_soap_does_not_depend_on_the_number_of_threads():
    program = (
        "import hashlib, numpy as np\n"
        "from confsym.features.soap import soap\n"
        "from molecules import three_atoms\n"
        "place = np.random.default_rng(0).normal(size=(3, 3, 3))\n"
        "values = soap(place, three_atoms(8, 6, 7), 6.0, 12, 9, 0.4)[1]\n"
        "print(hashlib.sha256(values.tobytes()).hexdigest())\n"
    )
    found = {run_with_threads(program, threads) for threads in ("1", "2")}
    assert len(found) == 1


def run_with_threads(program: str, threads: str) -> str:
    path = ":".join(str(ROOT / part) for part in ("workflow/scripts", "tests"))
    process = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": path, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads},
        capture_output=True,
        text=True,
        check=True,
    )
    return process.stdout


@pytest.mark.parametrize("kind", ["symmetry_functions", "soap", "fchl19", "rdkit_3d", "morgan"])
def test_one_conformer_alone_has_the_values_that_it_has_among_others(kind, case):
    function = resolve(FEATURES[kind].function)
    positions, topology = case
    names, values = function(positions, topology, **defaults(kind))
    again, one = function(positions[3:4], topology, **defaults(kind))
    assert names == again
    assert len(set(names)) == len(names)
    assert (one[0] == values[3]).all()


def test_morgan_is_the_molecules_own_and_the_same_for_all_conformers(case, request):
    positions, topology = case
    smiles = request.node.callspec.params["case"]
    target = Chem.AddHs(Chem.MolFromSmiles(smiles))
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=1024)
    for counts, expected in (
        (True, generator.GetCountFingerprintAsNumPy(target)),
        (False, generator.GetFingerprintAsNumPy(target)),
    ):
        names, values = morgan(positions, topology, 2, 1024, counts)
        assert names[-1] == "morgan_1023"
        assert (values == expected).all()
        assert values.sum() > 0


def test_morgan_tells_isomers_apart(conformers):
    rows = []
    for smiles in ("CCCO", "CC(C)O"):
        _, positions = conformers(smiles, 2)
        topology = Topology.from_description(molecule.describe("x", smiles))
        rows.append(morgan(positions, topology, **defaults("morgan"))[1][0])
    assert (rows[0] != rows[1]).any()


def test_rdkit_3d_has_681_columns_and_takes_blocks_in_its_own_order(case):
    names, values = rdkit_3d(*case, **defaults("rdkit_3d"))
    assert values.shape == (4, 681)
    assert len(set(names)) == 681
    some, part = rdkit_3d(*case, ["usrcat", "rdf", "rdf"])
    assert some == [name for name in names if name.startswith(("rdf", "usrcat"))]
    assert (part == values[:, [names.index(name) for name in some]]).all()
    assert list(BLOCKS) == FEATURES["rdkit_3d"].parameters["blocks"]["default"]


def test_rdkit_3d_against_loops(case):
    positions, topology = case
    names, values = rdkit_3d(*case, **defaults("rdkit_3d"))
    found, place = named(names, values[2]), positions[2]
    pairs = list(itertools.combinations(range(len(place)), 2))
    distances = [math.dist(place[i], place[j]) for i, j in pairs]
    negativity = {1: 2.59, 6: 2.75, 7: 3.19, 8: 3.65, 17: 3.48}
    relative = [negativity[number] / 2.75 for number in topology.numbers.tolist()]
    for weight, of_pair in {
        "unweighted": [1.0] * len(pairs),
        "electronegativity": [relative[i] * relative[j] for i, j in pairs],
    }.items():
        both = list(zip(of_pair, distances, strict=True))
        for s in (1, 7, 31):
            expected = sum(w * math.sin(s * r) / (s * r) for w, r in both)
            assert found[f"morse_{weight}_{s}"] == pytest.approx(expected, abs=6e-4)
        for radius in (1, 1.5, 3):
            expected = sum(w * math.exp(-100 * (radius - r) ** 2) for w, r in both)
            assert found[f"rdf_{weight}_{radius:g}"] == pytest.approx(expected, abs=6e-4)
        for lag in (1, 3):
            lags = topology.bond_distances
            chosen = [w * r for (w, r), p in zip(both, pairs, strict=True) if lags[p] == lag]
            expected = sum(chosen) / len(pairs)
            assert found[f"autocorr3d_{weight}_{lag}"] == pytest.approx(expected, abs=6e-4)


BRINKS = [
    "CCB(O)O",
    "OB(O)c1ccccc1",
    "CB1OC(C)(C)C(C)(C)O1",
    "CCB(F)F",
    "B(O)(O)O",
    "NB(N)N",
    "C[Si](C)(C)CO",
    "CCS(=O)(=O)N",
    "CS(=O)C",
    "CSSC",
    "CS(=O)(=O)[O-]",
    "CCOP(=S)(OC)SC",
    "CCCl",
    "CCI",
    "FC(F)(F)CBr",
    "CC(Cl)(Br)F",
    "OP(=O)(O)OC",
    "CP(C)C",
    "C[As](C)C",
    "CC[Se]C",
    "C[N+](C)(C)CC(=O)[O-]",
    "[NH3+]CC([O-])=O",
    "CC(=O)[O-]",
    "c1ccc2ccccc2c1",
    "O=c1cc[nH]c(=O)[nH]1",
    "CC#CC#N",
    "C1CCCCC1",
    "CC(C)(C)CC(C)(C)C",
    "C[C@H](F)CO",
    "NC(=O)c1cccnc1",
    "O=[N+]([O-])c1ccccc1",
    "CN(C)C=O",
    "C1OC1",
    "OCC(O)CO",
]
BLIND = ["morse", "rdf", "autocorr3d", "usrcat"]


@pytest.mark.parametrize("smiles", BRINKS)
def test_rdkit_3d_does_not_jump_under_what_changes_nothing(smiles):
    """By 0.001 it would, were a value on the brink of RDKit's rounding in every conformer."""
    target = molecule.build("x", smiles)
    embedded = Chem.Mol(target)
    rdDistGeom.EmbedMultipleConfs(embedded, 4, randomSeed=7)
    positions = np.array([each.GetPositions() for each in embedded.GetConformers()])
    topology = Topology.from_description(molecule.describe("x", smiles))
    ensemble = Ensemble(positions, topology.numbers, np.arange(len(positions)))
    everyone = np.ones(len(positions), dtype=bool)
    names, before = rdkit_3d(positions, topology, BLIND)
    for motion in (
        {"kind": "rotation", "seed": 5},
        {"kind": "reflection", "normal": [1, 2, -1]},
        {"kind": "equivalent_swap", "seed": 5},
        *({"kind": "relabelling", "seed": seed} for seed in (5, 9)),
    ):
        copy = moved(ensemble, everyone, target, motion)
        _, after = rdkit_3d(copy.positions, topology_after(topology, motion), BLIND)
        jumps = np.abs(after - before).max(axis=0) / np.maximum(1, np.abs(before).max(axis=0))
        assert jumps.max() < 1e-9, (motion, names[jumps.argmax()])


def test_what_rdkit_3d_leaves_out_of_morse_says_nothing_about_a_conformer(case):
    """And the rest is RDKit's own, in its order."""
    positions, topology = case
    target = conformer_molecules(topology, positions)
    own = np.array([rdMolDescriptors.CalcMORSE(target, confId=c) for c in range(4)])
    own = own.reshape(4, 7, 32)
    assert (np.ptp(own[:, :, 0], axis=0) == 0).all()
    assert (rdkit_3d(positions, topology, ["morse"])[1] == own[:, :, 1:].reshape(4, -1)).all()


def test_whim_against_its_axes(case):
    positions, _ = case
    names, values = rdkit_3d(*case, ["whim"])
    found, place = named(names, values[0]), positions[0]
    centred = place - place.mean(axis=0)
    variance, axes = np.linalg.eigh(centred.T @ centred / len(place))
    one, two, three = variance[::-1]
    score = (centred @ axes)[:, ::-1]
    expected = {
        "L1": one,
        "L2": two,
        "L3": three,
        "P1": one / variance.sum(),
        "T": variance.sum(),
        "A": one * two + one * three + two * three,
        "V": variance.sum() + one * two + one * three + two * three + one * two * three,
        "K": 0.75 * np.abs(variance / variance.sum() - 1 / 3).sum(),
        "E2": len(place) * two**2 / (score[:, 1] ** 4).sum(),
    }
    for name, value in expected.items():
        assert found[f"whim_{name}_unweighted"] == pytest.approx(value, abs=2e-3), name


def test_usrcat_against_moments(case):
    positions, _ = case
    names, values = rdkit_3d(*case, ["usrcat"])
    found, place = named(names, values[1]), positions[1]
    centroid = place.mean(axis=0)
    from_centroid = np.linalg.norm(place - centroid, axis=1)
    farthest = place[from_centroid.argmax()]
    opposite = place[np.linalg.norm(place - farthest, axis=1).argmax()]
    references = {
        "centroid": centroid,
        "nearest": place[from_centroid.argmin()],
        "farthest": farthest,
        "opposite": opposite,
    }
    for name, reference in references.items():
        distance = np.linalg.norm(place - reference, axis=1)
        spread = distance.std()
        moments = {
            "mean": distance.mean(),
            "spread": spread,
            "skewness": ((distance - distance.mean()) ** 3).mean() / spread**3,
        }
        for moment, value in moments.items():
            assert found[f"usrcat_all_{name}_{moment}"] == pytest.approx(value, abs=1e-9)


def test_two_atoms_of_a_class_have_no_skewness(conformers):
    """RDKit's cube root would make 1e-5 of their round-off."""
    _, positions = conformers("C[C@H](F)CO", 30)
    topology = Topology.from_description(molecule.describe("x", "C[C@H](F)CO"))
    names, values = rdkit_3d(positions, topology, ["usrcat"])
    skewness = [i for i, name in enumerate(names) if "acceptor" in name and "skew" in name]
    assert np.abs(values[:, skewness]).max() < 1e-12


@pytest.mark.parametrize("smiles", ["O", "C=O"])
def test_whim_refuses_flat_conformers(conformers, smiles):
    _, positions = conformers(smiles, 3)
    topology = Topology.from_description(molecule.describe("x", smiles))
    with pytest.raises(StudyError, match=r"WHIM needs three principal axes.*leave whim out"):
        rdkit_3d(positions, topology, ["whim"])
    assert np.isfinite(rdkit_3d(positions, topology, ["morse", "rdf", "usrcat"])[1]).all()


def test_whim_refuses_a_symmetric_top():
    corners = np.array([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    methane = np.concatenate([np.zeros((1, 3)), 0.63 * corners])[None]
    topology = Topology.from_description(molecule.describe("x", "C"))
    with pytest.raises(StudyError, match="symmetric top"):
        rdkit_3d(methane, topology, ["whim"])


def test_without_eta_there_are_radial_functions_alone(conformers):
    smiles = "CC(F)O"
    _, positions = conformers(smiles, 4)
    topology = Topology.from_description(molecule.describe("x", smiles))
    settings = {n: p["default"] for n, p in FEATURES["symmetry_functions"].parameters.items()}
    names, values = symmetry_functions(positions, topology, **settings)
    few, part = symmetry_functions(positions, topology, **settings | {"angular_eta": []})
    assert few == [name for name in names if not name.startswith("G4")]
    assert (part == values[:, : len(few)]).all()
    row = FEATURES["symmetry_functions"]
    assert row.order(settings | {"angular_eta": []}) == 2
    assert row.order(settings) == 3
