"""Errors of linear force fields on thermal geometries of the default molecule.

    .venv/bin/python benchmarks/thermal_forces.py --cache walks

Runs `thermal_forces.yaml`: GFN2-xTB moves the molecule at 400 K, 24 times to learn from and eight
times to test on. Half an hour on two cores, so that `all.py` leaves it out. No number depends on
the machine's speed. With `--cache` a run that was stopped goes on.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from finished import table_of
from measuring import arguments, kept
from recording import load, record

STUDY = Path(__file__).with_suffix(".yaml")
# For a test: few and short walks of a small molecule on a level that costs nothing.
QUICK = {
    "molecules": {"ethanol": {"smiles": "CCO", "tests": {"unseen": {"walkers": 1}}}},
    "sampling": {"kind": "dynamics", "level": "mmff94", "walkers": 3, "duration": 2},
    "energies": {"level": "mmff94", "gradients": True},
    "split": {"train": 20},
    "learning_curves": {"sizes": [10], "repeats": 1},
}


def errors(folder: Path, study: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """On walks that no training geometry is of, each the mean of random training subsets."""
    for name in study["experiments"]:
        energies, forces = (
            table_of(folder, study, f"experiments/{name}/{kind}learning_curve")
            for kind in ("", "force_")
        )
        both = energies.merge(forces, on=["size", "repeat", "tested_on"])
        for size, rows in both.query("tested_on == 'unseen'").groupby("size"):
            yield {
                "experiment": name,
                "training geometries": size,
                "subsets": len(rows),
                "energy MAE (kcal/mol)": rows["mae"].mean(),
                "force MAE (kcal/mol/Å)": rows["mae_kcal_mol_angstrom"].mean(),
            }


def main() -> None:
    """Run it."""
    given, before = arguments(__doc__), load()
    study = yaml.safe_load(STUDY.read_text(encoding="utf-8"))
    with kept(given.cache) as cache:
        rows = list(errors(cache / STUDY.stem, study | QUICK if given.quick else study))
    record("thermal_forces", given, before, {"errors": rows})


if __name__ == "__main__":
    main()
