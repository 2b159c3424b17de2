"""The linear force field, fitted to energies and forces: errors beside the bars they stay under.

    .venv/bin/python benchmarks/force_field_terms.py

Embeds 800 conformers of the default molecule, computes GFN2-xTB energies and forces, and fits the
linear force field to random subsets of the first 500 of them, in random order; the other 300 are
held out. Then it does the same with MMFF94, which the terms represent exactly. Settings come from
the training conformers alone. On one core of its own: two minutes for the conformers, which are
kept in --cache, and a quarter of an hour for the fits.
"""

import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from measuring import arguments, attempts, default_molecule, kept
from recording import load, record

from confsym.energies.force_fields import mmff94
from confsym.energies.tight_binding import gfn2_xtb
from confsym.features.registry import FEATURES
from confsym.models.labelled import Labelled
from confsym.models.linear_force_field import linear_force_field
from confsym.molecules import molecule
from confsym.molecules.topology import Topology

ATTEMPTS = 800
POOL = 500  # conformers that training subsets are drawn from; the others are held out
SUBSETS = 3


def entry(kind: str, **chosen) -> dict:
    """An entry of section features, defaults filled in."""
    defaults = {name: p["default"] for name, p in FEATURES[kind].parameters.items()}
    return {"kind": kind} | defaults | chosen


POWERS = [1, 2, 3, 4, 6, 8, 10, 12]
MMFF94 = [entry("force_field_terms", labels="mmff_types", pairs="mmff_radii")]
COUPLED = [
    entry("force_field_terms", labels="elements", pairs="mmff_radii"),
    entry("coupled_terms", labels="elements"),
]
ANHARMONIC = [*COUPLED, entry("anharmonic_terms", labels="elements")]
NEIGHBOURS = [
    *ANHARMONIC,
    entry(
        "force_field_terms", labels="neighbourhood", depth=1, pairs="inverse_powers", powers=POWERS
    ),
    entry("coupled_terms", labels="neighbourhood", depth=1),
]
WITH_SOAP = [*NEIGHBOURS, entry("soap")]


class Case(NamedTuple):
    """A fit: level, name and entries of the features, training conformers, bar in kcal/mol."""

    level: str
    name: str
    features: list[dict]
    size: int
    bar: float | None


CASES = [
    Case("mmff94", "MMFF94's own", MMFF94, 5, 1e-8),
    *(Case("gfn2_xtb", "coupled", COUPLED, size, None) for size in (30, 100, 300)),
    *(Case("gfn2_xtb", "anharmonic", ANHARMONIC, size, None) for size in (30, 100, 300)),
    *(Case("gfn2_xtb", "neighbours", NEIGHBOURS, size, None) for size in (30, 100, 300)),
    Case("gfn2_xtb", "neighbours and SOAP", WITH_SOAP, 30, 0.43),
    Case("gfn2_xtb", "neighbours and SOAP", WITH_SOAP, 100, 0.26),
    Case("gfn2_xtb", "neighbours and SOAP", WITH_SOAP, 300, 0.19),
]


def conformers(cache: Path, count: int) -> dict[str, Labelled]:
    """Conformers in random order with energies and forces of each level, kept in the cache."""
    name, smiles = default_molecule()
    topology = Topology.from_description(molecule.describe(name, smiles))
    path = cache / f"labelled_{count}.npz"
    if not path.exists():
        target = molecule.build(name, smiles)
        positions = attempts(count, cache)
        order = np.random.default_rng(0).permutation(len(positions))
        arrays = {"positions": positions[order]}
        for level, function in (("mmff94", mmff94), ("gfn2_xtb", gfn2_xtb)):
            energy, gradients = function(target, arrays["positions"], name)
            arrays |= {f"{level}_energy": energy, f"{level}_forces": -gradients}
        np.savez(path, **arrays)
    with np.load(path) as stored:
        return {
            level: Labelled(
                topology, stored["positions"], stored[f"{level}_energy"], stored[f"{level}_forces"]
            )
            for level in ("mmff94", "gfn2_xtb")
        }


def measured(case: Case, labelled: Labelled, pool: int) -> dict[str, Any]:
    """Errors, seconds of a fit and milliseconds a geometry, over random training subsets."""
    test = labelled.of(np.arange(pool, len(labelled.energy)))
    energies, forces, fits, predictions = [], [], [], []
    for subset in range(SUBSETS):
        rows = np.random.default_rng(subset).permutation(pool)[: case.size]
        start = time.process_time()
        model = linear_force_field(labelled.of(np.sort(rows)), case.features, None, False)
        fits.append(time.process_time() - start)
        model.energies_and_forces(test.positions[:1])
        start = time.process_time()
        energy, force = model.energies_and_forces(test.positions)
        predictions.append(1000 * (time.process_time() - start) / len(energy))
        energies.append(np.abs(energy - test.energy).mean())
        forces.append(np.abs(force - test.forces).mean())
    return {
        "energies": case.level,
        "terms": case.name,
        "training conformers": case.size,
        "bar (kcal/mol)": case.bar,
        "energy MAE (kcal/mol)": float(np.mean(energies)),
        "of each subset": ", ".join(f"{error:.3g}" for error in energies),
        "force MAE (kcal/mol/Å)": float(np.mean(forces)),
        "fit (s)": float(np.mean(fits)),
        "a geometry (ms)": float(np.mean(predictions)),
    }


def main() -> None:
    """Fit each case."""
    given, before = arguments(__doc__), load()
    count, pool, cases = (20, 10, CASES[:1]) if given.quick else (ATTEMPTS, POOL, CASES)
    with kept(given.cache) as cache:
        labelled = conformers(cache, count)
        rows = []
        for case in cases:
            rows.append(measured(case, labelled[case.level], pool))
            print(rows[-1], flush=True)
    record("force_field_terms", given, before, {"errors": rows})


if __name__ == "__main__":
    main()
