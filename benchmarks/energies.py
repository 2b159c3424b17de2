"""Time energies of each level against a plain loop over conformers.

    .venv/bin/python benchmarks/energies.py

The loop is what a tutorial has: with RDKit a force field built for each conformer, with tblite a
calculator for each, at their own settings. confsym computes gradients beside the energies. Both run
in turn, on the first attempts of the default study. About one minute.
"""

import statistics
from collections.abc import Callable
from functools import partial

import numpy as np

from measuring import arguments, attempts, clocked, default_molecule, kept
from recording import load, record, spread

from rdkit import Chem
from rdkit.Chem import rdForceFieldHelpers
from tblite.interface import Calculator
from confsym.atomic_units import BOHR, HARTREE
from confsym.energies.registry import LEVELS
from confsym.molecules import molecule, rdkit_conformer
from confsym.registry import resolve

CONFORMERS = {"mmff94": 2000, "mmff94s": 2000, "uff": 2000, "gfn2_xtb": 40, "gfn1_xtb": 40}
TOLERANCE = {"gfn2_xtb": 1e-3, "gfn1_xtb": 1e-3}  # kcal/mol: tblite's own thresholds are looser
PAIRS = 5


def with_conformers(target: Chem.Mol, positions: np.ndarray) -> Chem.Mol:
    """The molecule with conformers at these positions, as RDKit's embedding leaves it."""
    owner = Chem.Mol(target)
    owner.RemoveAllConformers()
    for place in positions:
        owner.AddConformer(rdkit_conformer.conformer(place), assignId=True)
    return owner


def mmff(variant: str, owner: Chem.Mol) -> list[float]:
    """A force field for each conformer."""
    found = []
    for conformer in owner.GetConformers():
        properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(owner, mmffVariant=variant)
        force_field = rdForceFieldHelpers.MMFFGetMoleculeForceField(
            owner, properties, confId=conformer.GetId()
        )
        found.append(force_field.CalcEnergy())
    return found


def uff(owner: Chem.Mol) -> list[float]:
    """A force field for each conformer."""
    return [
        rdForceFieldHelpers.UFFGetMoleculeForceField(owner, confId=conformer.GetId()).CalcEnergy()
        for conformer in owner.GetConformers()
    ]


def tight_binding(method: str, owner: Chem.Mol) -> list[float]:
    """A calculator for each conformer."""
    numbers = np.array([atom.GetAtomicNum() for atom in owner.GetAtoms()])
    found = []
    for conformer in owner.GetConformers():
        calculator = Calculator(method, numbers, conformer.GetPositions() / BOHR)
        calculator.set("verbosity", 0)
        found.append(calculator.singlepoint().get("energy") * HARTREE)
    return found


# What a plain loop does for each level.
PLAIN = {
    "mmff94": partial(mmff, "MMFF94"),
    "mmff94s": partial(mmff, "MMFF94s"),
    "uff": uff,
    "gfn2_xtb": partial(tight_binding, "GFN2-xTB"),
    "gfn1_xtb": partial(tight_binding, "GFN1-xTB"),
}


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
        owner = with_conformers(target, positions)
        runs = in_turn(
            lambda: function(target, positions, name)[0],  # noqa: B023
            lambda: PLAIN[level](owner),  # noqa: B023
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
