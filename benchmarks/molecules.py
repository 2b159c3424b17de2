"""Take several hundred molecules through the study's steps and hold each against RDKit and tblite.

    .venv/bin/python benchmarks/molecules.py

Each SMILES of benchmarks/molecules.csv is described, embedded in six attempts, pruned, given
energies and gradients at four levels and every kind of feature with its defaults. What comes out is
compared with direct calls of RDKit and tblite. A molecule is *refused* where a sentence says why,
*wrong* where a number differs, an exception escapes or its time is up, and *right* otherwise; a
level or a feature that refuses a molecule is counted by its sentence alone. The exit status is 1 if
any molecule is wrong. With --short it runs the first of each class but the large ones, in less than
a minute; the whole list takes some ten minutes.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # more threads add in another order

import argparse
import csv
import logging
import multiprocessing
import re
import sys
import time
import traceback
import warnings
from collections import Counter, defaultdict
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdDistGeom, rdFingerprintGenerator, rdForceFieldHelpers
from rdkit.Chem.rdMolDescriptors import CalcMolFormula
from rdkit.ForceField.rdForceField import ForceField
from scipy.spatial.transform import Rotation
from tblite.interface import Calculator

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from confsym.atomic_units import BOHR, HARTREE
from confsym.conformers import embedding, ensemble, pruning
from confsym.molecules import molecule, stereo
from confsym.energies.registry import LEVELS
from confsym.errors import StudyError
from confsym.features import tables
from confsym.features.morgan import morgan
from confsym.features.registry import FEATURES
from confsym.registry import resolve
from confsym.transforms.motions import equivalent_swap
from confsym.molecules.topology import Topology

SECONDS = 60  # that a molecule may take
ATTEMPTS = 6
PRUNE_RMS = 0.2  # Å
ITERATIONS = 20  # of a minimisation
FIRST_SEED = 7
OPTIONS = {
    "seed": FIRST_SEED,
    "etkdg_version": 3,
    "max_attempts": 100,
    "torsion_preferences": True,
    "basic_knowledge": True,
    "enforce_chirality": True,
    "random_coordinates": False,
    "legacy_implementation": True,
}
VARIANTS = {"mmff94": "MMFF94", "mmff94s": "MMFF94s"}
CHECKED_LEVELS = ("mmff94", "mmff94s", "uff", "gfn2_xtb")
TIGHT_BINDING_CONFORMERS = 2  # of each molecule: the cost grows with the cube of the atoms
ENERGY_TOLERANCE = 1e-6  # kcal/mol
GRADIENT_TOLERANCE = 1e-4  # kcal/mol/Å
FEATURE_TOLERANCE = 1e-6  # of the larger of 1 and the value: claims hold to rounding


class Entry(NamedTuple):
    """A molecule of the list."""

    kind: str
    name: str
    smiles: str


class Outcome(NamedTuple):
    """What became of a molecule: right, refused or wrong; (step, sentence) pairs; differences."""

    verdict: str
    sentences: list[tuple[str, str]]
    differences: list[str]


def fresh(smiles: str) -> Chem.Mol:
    """Read a SMILES with RDKit alone, marks for reactions left out."""
    found = Chem.MolFromSmiles(smiles)
    for atom in found.GetAtoms():
        atom.SetAtomMapNum(0)
    return Chem.AddHs(found)


def compare_description(smiles: str, description: dict) -> list[str]:
    """Hold formula, charge, bond orders and classes of equivalent atoms against a fresh molecule.

    RDKit takes what follows white space for a name and drops characters that are not ASCII: such
    a SMILES is never read right. White space around one is no matter.
    """
    reference = fresh(smiles)
    atoms, bonds = description["atoms"], description["bonds"]
    ranks = Chem.CanonicalRankAtoms(reference, breakTies=False, includeChirality=False)
    classes = [atom["equivalence_class"] for atom in atoms]
    pairs = len(set(zip(ranks, classes, strict=True)))
    checks = {
        "a SMILES with white space or non-ASCII is read": (
            smiles.isascii() and not re.search(r"\s", smiles.strip())
        ),
        "formula": description["formula"] == CalcMolFormula(reference),
        "charge": (sum(atom["formal_charge"] for atom in atoms) == Chem.GetFormalCharge(reference)),
        "elements": (
            [atom["number"] for atom in atoms]
            == [atom.GetAtomicNum() for atom in reference.GetAtoms()]
        ),
        "bond orders": (
            [(*bond["atoms"], bond["order"]) for bond in bonds]
            == [
                (bond.GetBeginAtomIdx(), bond.GetEndAtomIdx(), bond.GetBondTypeAsDouble())
                for bond in reference.GetBonds()
            ]
        ),
        "equivalence classes": pairs == len(set(ranks)) == len(set(classes)),
    }
    return [f"describe: {what}" for what, same in checks.items() if not same]


def rdkit_embedding(smiles: str, prune_rms: float) -> np.ndarray:
    """(n, atoms, 3) Å, of RDKit's own run over all attempts, with its own pruning."""
    target = fresh(smiles)
    chosen = rdDistGeom.ETKDGv3()
    chosen.randomSeed = FIRST_SEED
    chosen.enableSequentialRandomSeeds = True
    chosen.maxIterations = OPTIONS["max_attempts"]
    chosen.pruneRmsThresh = prune_rms
    chosen.onlyHeavyAtomsForRMS = True
    chosen.useSymmetryForPruning = True
    rdDistGeom.EmbedMultipleConfs(target, ATTEMPTS, chosen)
    places = [conformer.GetPositions() for conformer in target.GetConformers()]
    return np.array(places).reshape(-1, target.GetNumAtoms(), 3)


def built(smiles: str, level: str, place: np.ndarray) -> tuple[ForceField, Chem.Conformer]:
    """A force field built on one conformer (atoms, 3) alone, and that conformer."""
    target = fresh(smiles)
    conformer = Chem.Conformer(len(place))
    conformer.SetPositions(np.ascontiguousarray(place))
    target.AddConformer(conformer)
    if level == "uff":
        field = rdForceFieldHelpers.UFFGetMoleculeForceField(target, vdwThresh=1e6)
    else:
        properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(target, VARIANTS[level])
        field = rdForceFieldHelpers.MMFFGetMoleculeForceField(
            target, properties, nonBondedThresh=1e6
        )
    field.Initialize()
    return field, target.GetConformer()


def force_field(smiles: str, level: str, place: np.ndarray) -> tuple[float, np.ndarray]:
    """Energy and gradient of one conformer (atoms, 3) from a force field of its own."""
    field, _ = built(smiles, level, place)
    return field.CalcEnergy(), np.reshape(field.CalcGrad(), place.shape)


def tight_binding(smiles: str, _: str, place: np.ndarray) -> tuple[float, np.ndarray]:
    """Energy and gradient of one conformer (atoms, 3) from a calculator of its own."""
    target = fresh(smiles)
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    charge = float(Chem.GetFormalCharge(target))
    calculator = Calculator("GFN2-xTB", numbers, place / BOHR, charge=charge, uhf=0)
    calculator.set("accuracy", 0.1)
    calculator.set("verbosity", 0)
    result = calculator.singlepoint()
    return HARTREE * result.get("energy"), HARTREE / BOHR * result.get("gradient")


def compare_level(entry: Entry, level: str, positions: np.ndarray) -> list[str]:
    """Hold energies and gradients of conformers (n, atoms, 3) against direct calls."""
    reference = force_field
    if level == "gfn2_xtb":
        reference, positions = tight_binding, positions[:TIGHT_BINDING_CONFORMERS]
    row, target = LEVELS[level], molecule.build(entry.name, entry.smiles)
    energies, gradients = resolve(row.function)(target, positions, entry.name)
    direct = [reference(entry.smiles, level, place) for place in positions]
    expected, slopes = (np.array(values) for values in zip(*direct, strict=True))
    return [
        f"{level}: {what} differ by up to {np.abs(found - wanted).max():.3g} {unit}"
        for what, found, wanted, tolerance, unit in (
            ("energies", energies, expected, ENERGY_TOLERANCE, "kcal/mol"),
            ("gradients", gradients, slopes, GRADIENT_TOLERANCE, "kcal/mol/Å"),
        )
        if not (np.abs(found - wanted) <= tolerance).all()
    ]


def compare_minimizer(entry: Entry, level: str, positions: np.ndarray) -> list[str]:
    """Hold minimised conformers (n, atoms, 3) against a force field built on each alone."""
    target = molecule.build(entry.name, entry.smiles)
    found, _ = resolve(LEVELS[level].minimizer)(target, positions, entry.name, ITERATIONS)
    for place, minimized in zip(positions, found, strict=True):
        field, conformer = built(entry.smiles, level, place)
        field.Minimize(maxIts=ITERATIONS)
        if not np.array_equal(conformer.GetPositions(), minimized):
            return [f"{level}: minimised positions differ from RDKit's"]
    return []


def compare_morgan(smiles: str, topology: Topology) -> list[str]:
    """Hold the fingerprint's counts against those of a fresh molecule."""
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=1024)
    expected = generator.GetCountFingerprintAsNumPy(fresh(smiles))
    _, found = morgan(np.zeros((1, len(topology.numbers), 3)), topology, 2, 1024, True)
    return [] if np.array_equal(found[0], expected) else ["morgan: counts differ from RDKit's"]


def motions(
    positions: np.ndarray, topology: Topology, target: Chem.Mol
) -> dict[str, tuple[np.ndarray, Topology]]:
    """Conformers moved, (n, atoms, 3), and the topology that belongs to them."""
    rng = np.random.default_rng(FIRST_SEED)
    turn = Rotation.random(rng=rng).as_matrix()
    order = rng.permutation(positions.shape[1])
    return {
        "rotation": (positions @ turn.T + [3.0, -1.0, 2.0], topology),
        "reflection": (positions * [-1, 1, 1], topology),
        "equivalent_swap": (equivalent_swap(positions, target, FIRST_SEED), topology),
        "relabelling": (positions[:, order], topology.relabelled(order)),
    }


def kept_by_mmff94(positions: np.ndarray, topology: Topology, target: Chem.Mol) -> set[str]:
    """The motions that MMFF94 itself keeps, in the one Kekulé form that it is given."""
    swapped = motions(positions, topology, target)["equivalent_swap"][0]
    always = {"rotation", "reflection", "relabelling"}
    try:
        level = partial(resolve(LEVELS["mmff94"].function), molecule.kekulized(target))
        change = level(swapped, "x")[0] - level(positions, "x")[0]
    except StudyError:
        return always
    return always | ({"equivalent_swap"} if (np.abs(change) < ENERGY_TOLERANCE).all() else set())


def compare_feature(
    kind: str, positions: np.ndarray, topology: Topology, target: Chem.Mol, kept: set[str]
) -> list[str]:
    """Say where a kind's values are no table of numbers, or move where it claims they do not.

    Of what MMFF94 says of the molecule, only the symmetries that it keeps are asked.
    """
    row = FEATURES[kind]
    parameters = {name: schema["default"] for name, schema in row.parameters.items()}
    names, values = tables.compute(kind, row.function, parameters, positions, topology)
    found = []
    if values.shape != (len(positions), len(names)) or len(set(names)) != len(names):
        found.append(f"{kind}: shape {values.shape} for {len(set(names))} names")
    if not np.isfinite(values).all():
        found.append(f"{kind}: a value is not finite")
    for symmetry, moved in motions(positions, topology, target).items():
        of_mmff = "mmff" in f"{kind} {parameters}" or kind == "energy_terms"
        if symmetry not in row.claims(parameters) or (of_mmff and symmetry not in kept):
            continue
        moved_names, others = tables.compute(kind, row.function, parameters, *moved)
        if moved_names != names:
            found.append(f"{kind}: names of columns change with {symmetry}")
            continue
        change = np.abs(others - values) / np.maximum(1, np.abs(values))
        if not (change <= FEATURE_TOLERANCE).all():
            column = names[int(change.max(axis=0).argmax())]
            found.append(f"{kind}: {symmetry} changes {column} by {change.max():.3g} of its value")
    return found


def check(entry: Entry) -> Outcome:
    """Take one molecule through all steps."""
    sentences: list[tuple[str, str]] = []
    differences: list[str] = []

    def step(name: str, function, *arguments) -> None:
        try:
            differences.extend(function(*arguments))
        except StudyError as error:
            sentences.append((name, sentence_kind(str(error), entry)))
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            text = str(error).strip().replace("\n", " ")
            differences.append(f"{name}: {type(error).__name__} at {where}: {text}")

    def conformers() -> list[str]:
        description = molecule.describe(entry.name, entry.smiles)
        known["topology"] = Topology.from_description(description)
        found = compare_description(entry.smiles, description)
        target = molecule.from_description(description)
        positions, attempt = embedding.embed(target, 0, ATTEMPTS, OPTIONS)
        if not np.array_equal(positions, rdkit_embedding(entry.smiles, -1.0)):
            found.append("embed: positions differ from RDKit's")
        numbers = np.array([atom["number"] for atom in description["atoms"]])
        ensemble.require_conformers(ensemble.Ensemble(positions, numbers, attempt), entry.name)
        matches = pruning.heavy_atom_matches(target)
        kept = positions[pruning.prune(positions, matches, PRUNE_RMS)]
        if not np.array_equal(kept, rdkit_embedding(entry.smiles, PRUNE_RMS)):
            found.append("prune: another choice than RDKit's")
        labels = stereo.label(target, description, kept, logging.getLogger("confsym"))
        if len(labels) != len(kept):
            found.append("prune: a conformer without a label")
        known.update(positions=positions, kept=kept, target=target)
        return found

    known: dict = {}
    step("molecule", conformers)
    if "kept" not in known:
        return Outcome("wrong" if differences else "refused", sentences, differences)
    for level in CHECKED_LEVELS:
        step(level, compare_level, entry, level, known["kept"])
        if LEVELS[level].minimizer:
            step(level, compare_minimizer, entry, level, known["kept"][:2])
    step("morgan", compare_morgan, entry.smiles, known["topology"])
    some = known["positions"][:2], known["topology"], known["target"]
    for kind in FEATURES:
        step(kind, compare_feature, kind, *some, kept_by_mmff94(*some))
    return Outcome("wrong" if differences else "right", sentences, differences)


def sentence_kind(sentence: str, entry: Entry) -> str:
    """What sentences of one cause have in common: without names, SMILES, atoms and numbers."""
    bare = sentence.removeprefix(f"molecules.{entry.name}: ").replace(repr(entry.smiles), "…")
    bare = re.sub(r"\([A-Z][a-z]?\)", "(…)", re.sub(r"\d+", "#", bare))
    return bare if len(bare) <= 100 else bare[:100].rsplit(" ", 1)[0] + " …"


def work(line: Connection) -> None:
    """Check the molecules that come along the line until a None comes."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # RDKit's lines, which no switch of its own stops
    logging.getLogger("confsym").setLevel(logging.CRITICAL)
    warnings.simplefilter("ignore")
    while entry := line.recv():
        line.send(check(entry))


class Worker:
    """A process that checks molecules one after another; another takes its place if it fails."""

    def __init__(self):
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.line, end = context.Pipe()
        self.process = context.Process(target=work, args=(end,), daemon=True)
        self.process.start()
        end.close()

    def run(self, entry: Entry) -> tuple[Outcome, float]:
        """Check a molecule within its time; the outcome and the seconds it took."""
        start = time.perf_counter()
        why = f"no answer in {SECONDS} s"
        try:
            self.line.send(entry)
            if self.line.poll(SECONDS):
                return self.line.recv(), time.perf_counter() - start
        except (EOFError, ConnectionError):
            self.process.join()
            why = f"the process ended with status {self.process.exitcode}"
        self.process.kill()
        self.process.join()
        self._start()
        return Outcome("wrong", [], [why]), time.perf_counter() - start


def listed(short: bool) -> list[Entry]:
    """The molecules of the list, or the first of each class but the large ones."""
    with (ROOT / "benchmarks/molecules.csv").open(encoding="utf-8", newline="") as handle:
        entries = [
            Entry(row["class"], row["name"], row["smiles"]) for row in csv.DictReader(handle)
        ]
    if not short:
        return entries
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.kind, entry)
    return [entry for kind, entry in first.items() if kind != "large"]


def main() -> None:
    """Check the list and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="the first of each class")
    entries = listed(parser.parse_args().short)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    seconds: Counter[str] = Counter()
    sentences: Counter[tuple[str, str]] = Counter()
    wrong = []
    worker = Worker()
    for entry in entries:
        outcome, taken = worker.run(entry)
        counts[entry.kind][outcome.verdict] += 1
        seconds[entry.kind] += taken
        sentences.update(outcome.sentences)
        wrong += [(entry, difference) for difference in outcome.differences]
        if sys.stderr.isatty():
            print(f"{entry.name}: {outcome.verdict}, {taken:.1f} s", file=sys.stderr)
    print("| class | right | refused | wrong | seconds |")
    print("|---|---|---|---|---|")
    counts["all"], seconds["all"] = sum(counts.values(), Counter()), sum(seconds.values())
    for kind, found in counts.items():
        cells = (kind, found["right"], found["refused"], found["wrong"], f"{seconds[kind]:.1f}")
        print("|", " | ".join(map(str, cells)), "|")
    print("\n| refused by | times | sentence |")
    print("|---|---|---|")
    for (step, sentence), times in sentences.most_common():
        print(f"| {step} | {times} | {sentence} |")
    if wrong:
        print("\nWrong:")
        for entry, difference in wrong:
            print(f"{entry.kind} {entry.name} {entry.smiles!r}: {difference}")
        sys.exit(1)


if __name__ == "__main__":
    main()
