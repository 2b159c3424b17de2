"""Time energies of each level against a plain loop over conformers.

    .venv/bin/python benchmarks/energies.py

The loop is what a tutorial has: with RDKit a force field built for each conformer, with tblite a
calculator for each, at their own settings. confsym computes gradients beside the energies. Both run
in turn, on the first attempts of the default study. About one minute.
"""

import statistics
from collections.abc import Callable

import numpy as np

from measuring import arguments, attempts, clocked, default_molecule, kept
from recording import load, record, spread

from rdkit import Chem
from rdkit.Chem import rdForceFieldHelpers
from tblite.interface import Calculator
from confsym.atomic_units import BOHR, HARTREE
from confsym.energies.registry import LEVELS
from confsym.molecules import molecule
from confsym.molecules.rdkit_conformer import with_conformer
from confsym.registry import resolve

CONFORMERS = {"mmff94": 2000, "mmff94s": 2000, "uff": 2000, "gfn2_xtb": 40, "gfn1_xtb": 40}
METHODS = {"gfn2_xtb": "GFN2-xTB", "gfn1_xtb": "GFN1-xTB"}
TOLERANCE = {"gfn2_xtb": 1e-3, "gfn1_xtb": 1e-3}  # kcal/mol: tblite's own thresholds are looser
PAIRS = 5


def mmff(variant: str, target: Chem.Mol, positions: np.ndarray) -> list[float]:
    """A force field for each conformer."""
    found = []
    for place in positions:
        owner = with_conformer(target, place)
        properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(owner, mmffVariant=variant)
        found.append(rdForceFieldHelpers.MMFFGetMoleculeForceField(owner, properties).CalcEnergy())
    return found


def uff(target: Chem.Mol, positions: np.ndarray) -> list[float]:
    """A force field for each conformer."""
    owners = (with_conformer(target, place) for place in positions)
    return [rdForceFieldHelpers.UFFGetMoleculeForceField(owner).CalcEnergy() for owner in owners]


def tight_binding(method: str, target: Chem.Mol, positions: np.ndarray) -> list[float]:
    """A calculator for each conformer."""
    numbers = np.array([atom.GetAtomicNum() for atom in target.GetAtoms()])
    found = []
    for place in positions:
        calculator = Calculator(method, numbers, place / BOHR)
        calculator.set("verbosity", 0)
        found.append(calculator.singlepoint().get("energy") * HARTREE)
    return found


def plain(level: str, target: Chem.Mol, positions: np.ndarray) -> list[float]:
    """Energies of conformers as a plain loop has them, kcal/mol."""
    if level in METHODS:
        return tight_binding(METHODS[level], target, positions)
    if level == "uff":
        return uff(target, positions)
    return mmff({"mmff94": "MMFF94", "mmff94s": "MMFF94s"}[level], target, positions)


def in_turn(one: Callable, other: Callable, pairs: int) -> list[tuple]:
    """Results and processor seconds of both, pair by pair."""
    found = []
    for _ in range(pairs):
        (first, _, seconds), (second, _, others) = clocked(one), clocked(other)
        found.append((first, seconds, second, others))
    return found


def main() -> None:
    """Measure each level, and see that both ways have the same energies."""
    given, before = arguments(__doc__), load()
    sizes = {"mmff94": 20, "gfn2_xtb": 1} if given.quick else CONFORMERS
    name, smiles = default_molecule()
    target = molecule.build(name, smiles)
    rows = []
    with kept(given.cache) as cache:
        everyone = attempts(max(sizes.values()), cache)
    for level, count in sizes.items():
        positions, function = everyone[:count], resolve(LEVELS[level].function)
        runs = in_turn(
            lambda: function(target, positions, name)[0],  # noqa: B023
            lambda: plain(level, target, positions),  # noqa: B023
            2 if given.quick else PAIRS,
        )
        apart = float(np.abs(np.subtract(runs[0][0], runs[0][2])).max())
        if apart > TOLERANCE.get(level, 1e-6):
            raise SystemExit(f"{level}: energies differ from the plain loop's by {apart} kcal/mol.")
        milliseconds = [[1e3 * run[which] / count for run in runs] for which in (1, 3)]
        rows.append(
            {
                "level": LEVELS[level].label,
                "conformers": count,
                "confsym (ms a conformer)": spread(milliseconds[0]),
                "plain loop (ms a conformer)": spread(milliseconds[1]),
                "plain loop / confsym": statistics.median(
                    plain / own for own, plain in zip(*milliseconds, strict=True)
                ),
            }
        )
        print(rows[-1], flush=True)
    record("energies", given, before, {"times": rows})


if __name__ == "__main__":
    main()
