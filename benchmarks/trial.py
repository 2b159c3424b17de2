"""Hold force fields to what is asked of dynamics, uncertainty and chosen labels.

    .venv/bin/python benchmarks/trial.py --cache trial FOLDER

FOLDER holds the files of ethanol and acetylacetone; docs/own_data.md says where they come from. An
hour and a half on two cores, so that `all.py` leaves it out. No number depends on the machine's
speed. With `--cache` a run that was stopped goes on.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from finished import study_of, table_of
from measuring import ROOT, kept, parser_of
from recording import load, record

Row = dict[str, Any]
Study = dict[str, Any]
DYNAMICS = ("thermal", "forces", "ethanol_pbe")
INTERVALS = ("config", "forces", "ethanol_pbe", "thermal")


def published(name: str, data: Path) -> Study:
    """A study of config/, its files in another folder."""
    text = (ROOT / f"config/{name}.yaml").read_text(encoding="utf-8")
    study: Study = yaml.safe_load(text.replace("../data/", f"{data.resolve()}/"))
    return study


def at_gfn2(study: Study) -> Study:
    """The study's process alone, on the file's geometries with energies of GFN2-xTB."""
    (entry,) = study["molecules"].values()
    entry["geometries"] = {"file": entry["geometries"]["file"]}
    del entry["tests"]
    return study | {
        "energies": {"level": "gfn2_xtb", "gradients": True},
        "experiments": {"process": study["experiments"]["process"]},
        "learning_curves": {"sizes": [], "repeats": 1},
    }


def moved(name: str, table: pd.DataFrame) -> Iterator[Row]:
    """What each model conserved that moved atoms."""
    for row in table[table["runs"] > 0].to_dict("records"):
        yield {
            "study": name,
            "moved by": row["experiment"],
            "runs": row["runs"],
            "with all bonds": row["kept_bonds"],
            "energy drift (meV/atom/ps)": f"{row['drift_mev_atom_ps']:.2g}",
            "momentum / thermal": f"{row['momentum']:.2g}",
            "angular momentum / thermal": f"{row['angular_momentum']:.2g}",
            "temperature at the end (K)": row["temperature_kelvin"],
        }


def covered(name: str, table: pd.DataFrame) -> Iterator[Row]:
    """How often 90 % intervals were right; of three divisions the mean, least and most."""
    for row in table[table["coverage"].notna()].to_dict("records"):
        percent = {end: 100 * row[f"coverage{end}"] for end in ("", "_least", "_most")}
        yield {
            "study": name,
            "experiment": row["experiment"],
            "interval": row["quantity"],
            "tested on": row["tested_on"],
            "geometries": row["n_test"],
            "right (%)": f"{percent['']:.1f}",
            "of three divisions": f"{percent['_least']:.1f} to {percent['_most']:.1f}",
            "note": row["note"] if isinstance(row["note"], str) else "",
        }


def chosen(table: pd.DataFrame) -> Iterator[Row]:
    """How many chosen labels reach the error of all random ones."""
    for row in table.to_dict("records"):
        yield {
            "error": row["measure"],
            "labels at random": row["labels_random"],
            "their error": row["error_random"],
            "labels chosen": row["labels_chosen"],
            "error of these": row["error_chosen"],
            "starts where it is lower": f"{row['repeats_better']} of {row['repeats']}",
        }


def flagged(table: pd.DataFrame) -> Iterator[Row]:
    """Whether a force field knows where it is wrong along a torsion."""
    for row in table.to_dict("records"):
        names = {"flag": "flag", "n": "angles", "rank_correlation": "rank correlation with error"}
        names["max_error_kcal_mol"] = "largest error (kcal/mol)"
        yield {shown: row[name] for name, shown in names.items()}


def measured(data: Path, cache: Path) -> dict[str, list[Row]]:
    """Run the studies, and read their tables."""
    studies = {name: published(name, data) for name in (*DYNAMICS, *INTERVALS, "acquire")}
    studies["acac_gfn2"] = at_gfn2(published("acac", data))

    def table(name: str, stem: str, target: str = "") -> pd.DataFrame:
        return table_of(cache / name, studies[name], f"tables/{stem}", target)

    return {
        "dynamics": [
            row for one in DYNAMICS for row in moved(one, table(one, "dynamics", "dynamics"))
        ],
        "flags": list(flagged(table("acac_gfn2", "flags", "force_fields"))),
        "choosing": list(chosen(table("acquire", "acquisition", "acquire"))),
        "intervals": [row for one in INTERVALS for row in covered(one, table(one, "intervals"))],
    }


def main() -> None:
    """Run it; in short, the intervals of a tiny study alone."""
    parser = parser_of(__doc__)
    parser.add_argument("folder", type=Path)
    given, before = parser.parse_args(), load()
    with kept(given.cache) as cache:
        if given.quick:
            tiny = table_of(cache / "study", study_of(given.quick), "tables/intervals")
            tables = {"intervals": list(covered("tiny", tiny))}
        else:
            tables = measured(given.folder, cache)
    record("trial", given, before, tables)


if __name__ == "__main__":
    main()
