"""The linear force field, fitted to energies and forces: errors beside the bars they stay under.

    .venv/bin/python benchmarks/force_field_terms.py

Embeds 800 conformers of the default molecule, computes GFN2-xTB energies and forces, and fits the
linear force field to random subsets of the first 500 of them, in random order; the other 300 are
held out. Then it does the same with MMFF94, which the terms represent exactly. Settings come from
the training conformers alone. On one core of its own: two minutes for the conformers, which are
kept in --cache, and five for the fits.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from confsym.conformers import embedding
from confsym.energies.force_fields import mmff94
from confsym.energies.tight_binding import gfn2_xtb
from confsym.features.registry import FEATURES
from confsym.models.labelled import Labelled
from confsym.models.linear_force_field import linear_force_field
from confsym.molecules import molecule
from confsym.molecules.topology import Topology

NAME, SMILES = "dimethyldecanol", "CC(CCC)CC(C)(CCCC)O"
ATTEMPTS = 800
POOL = 500  # conformers that training subsets are drawn from; the others are held out
SUBSETS = 3
CACHE = Path(tempfile.gettempdir()) / "confsym_force_field_terms.npz"
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"


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
    Case("gfn2_xtb", "anharmonic and neighbours", NEIGHBOURS, 30, 0.43),
    Case("gfn2_xtb", "anharmonic and neighbours", NEIGHBOURS, 100, 0.26),
    Case("gfn2_xtb", "anharmonic and neighbours", NEIGHBOURS, 300, 0.19),
]


def conformers(cache: Path) -> dict[str, Labelled]:
    """Conformers with the energies and forces of each level; computed when they are not cached."""
    topology = Topology.from_description(molecule.describe(NAME, SMILES))
    if not cache.exists():
        target = molecule.build(NAME, SMILES)
        schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
        keys = schema["properties"]["embedding"]["properties"]
        options = {key: value["default"] for key, value in keys.items()}
        positions, _ = embedding.embed(target, 0, ATTEMPTS, options)
        arrays = {"positions": positions[np.random.default_rng(0).permutation(len(positions))]}
        for level, function in (("mmff94", mmff94), ("gfn2_xtb", gfn2_xtb)):
            energy, gradients = function(target, arrays["positions"], NAME)
            arrays |= {f"{level}_energy": energy, f"{level}_forces": -gradients}
        np.savez(cache, **arrays)
    with np.load(cache) as stored:
        return {
            level: Labelled(
                topology, stored["positions"], stored[f"{level}_energy"], stored[f"{level}_forces"]
            )
            for level in ("mmff94", "gfn2_xtb")
        }


def measured(case: Case, labelled: Labelled) -> list[tuple[float, ...]]:
    """MAE of energies and of forces, seconds of the fit and milliseconds a geometry, by subset."""
    test = labelled.of(np.arange(POOL, len(labelled.energy)))
    found = []
    for subset in range(SUBSETS):
        rows = np.random.default_rng(subset).permutation(POOL)[: case.size]
        start = time.process_time()
        model = linear_force_field(labelled.of(np.sort(rows)), case.features, None, False)
        seconds = time.process_time() - start
        model.energies_and_forces(test.positions[:1])
        start = time.process_time()
        energy, forces = model.energies_and_forces(test.positions)
        each = 1000 * (time.process_time() - start) / len(energy)
        errors = np.abs(energy - test.energy).mean(), np.abs(forces - test.forces).mean()
        found.append((*errors, seconds, each))
    return found


def main() -> None:
    """Fit each case and print its row."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, default=CACHE, help="where conformers are kept")
    given = parser.parse_args()
    labelled = conformers(given.cache)
    print("| level | terms | N | bar | energy MAE | each | force MAE | fit (s) | ms each | under |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for case in CASES:
        found = measured(case, labelled[case.level])
        energy, forces, seconds, each = np.mean(found, axis=0)
        subsets = ", ".join(f"{errors[0]:.3g}" for errors in found)
        under = "–" if case.bar is None else "yes" if energy < case.bar else "no"
        bar = "–" if case.bar is None else f"{case.bar:g}"
        print(
            f"| {case.level} | {case.name} | {case.size} | {bar} | {energy:.3g} | {subsets} "
            f"| {forces:.3g} | {seconds:.1f} | {each:.2f} | {under} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
