"""Print held-out errors beside the bars that they have to stay under.

    .venv/bin/python benchmarks/accuracy.py

Runs the learning curves of three studies, config/full.yaml, config/molecules.yaml and
config/xtb.yaml, in a folder each, and takes the median of the held-out MAE over three splits. With
--folder the runs are kept, and continued next time. From nothing it takes about half an hour on two
cores.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from confsym.storage.numbers import significant


class Bar(NamedTuple):
    """One number to stay under: study, molecule, experiment, training conformers, kcal/mol."""

    study: str
    molecule: str
    experiment: str
    size: int
    bar: float


MAIN = "dimethyldecanol"
OTHERS = ("aspirin", "alanine_dipeptide", "ibuprofen", "clomethiazole")
GP = "coupled_soap_gp"
BARS = [
    Bar("full", MAIN, "force_field", 100, 1e-8),
    Bar("full", MAIN, "force_field_blind", 1000, 1e-6),
    *(Bar("molecules", molecule, "informed", 1000, 1e-4) for molecule in OTHERS),
    *(Bar("molecules", molecule, "blind", 1000, 1e-4) for molecule in OTHERS),
    Bar("full", MAIN, "soap_ridge", 2500, 0.15),
    Bar("full", MAIN, "symmetry_functions_ridge", 300, 0.6),
    Bar("xtb", MAIN, GP, 300, 0.48),
    Bar("xtb", MAIN, GP, 1000, 0.30),
    Bar("xtb", MAIN, GP, 2500, 0.22),
]


def curve_of(bar: Bar) -> str:
    """Where a study's folder has the learning curve of a bar."""
    return f"results/{bar.molecule}/experiments/{bar.experiment}/learning_curve.csv"


def run(study: str, folder: Path, cores: str) -> None:
    """Compute the learning curves that the bars of a study need."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = list(dict.fromkeys(curve_of(bar) for bar in BARS if bar.study == study))
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), *wanted]
    command += ["--workflow-profile", str(ROOT / "profiles/default"), "--cores", cores]
    command += ["--directory", str(folder), "--configfile", str(ROOT / f"config/{study}.yaml")]
    log = folder / "output.log"
    with log.open("wb") as handle:
        if subprocess.run(command, stdout=handle, stderr=handle, check=False).returncode:
            sys.exit(f"the study {study} failed; see {log}")


def main() -> None:
    """Run the studies and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="keep the runs here, a folder for each study")
    parser.add_argument("--cores", default="all")
    parser.add_argument("--study", action="append", choices=["full", "molecules", "xtb"])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        print("| study | molecule | experiment | N | bar | median MAE | each split | under |")
        print("|---|---|---|---|---|---|---|---|")
        for study in given.study or ["full", "molecules", "xtb"]:
            run(study, folder / study, given.cores)
            for bar in (bar for bar in BARS if bar.study == study):
                curve = pd.read_csv(folder / study / curve_of(bar))
                maes = curve.loc[curve["size"] == bar.size, "mae"]
                each = ", ".join(significant(mae, extreme=3) for mae in maes)
                under = "yes" if maes.median() <= bar.bar else "NO"
                cells = (*bar, significant(maes.median(), extreme=3), each, under)
                print("|", " | ".join(map(str, cells)), "|", flush=True)


if __name__ == "__main__":
    main()
