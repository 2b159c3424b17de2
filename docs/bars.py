"""What is asked of the study and of its force fields, beside what was measured."""

import json
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))
sys.path.append(str(ROOT / "benchmarks"))

from confsym.datasets.units import ENERGY_UNITS
from confsym.storage.numbers import NOTHING, significant
from recording import RECORDS, shown

Row = dict[str, Any]
MEV = ENERGY_UNITS["eV"] / 1e3  # kcal/mol


def record(program: str) -> dict[str, Any]:
    """What a program wrote."""
    return json.loads((RECORDS / f"{program}.json").read_text(encoding="utf-8"))


def rows_of(program: str, name: str) -> list[Row]:
    """One table of a program's record."""
    return record(program)["tables"][name]


class Bar(NamedTuple):
    """A bound that a measured value should keep."""

    what: str
    bound: float
    unit: str
    measured: float
    below: bool = True  # or above

    @property
    def is_kept(self) -> bool:
        """Whether the value is on the right side, or the bound itself."""
        return self.measured <= self.bound if self.below else self.measured >= self.bound


def bars_of_time() -> list[Bar]:
    """Those of the default study and its target `notes`."""
    pairs = {
        row["attempts"]: row["ratio, wall"]["median"] for row in rows_of("notes_chain", "pairs")
    }
    pruned = {row["attempts"]: row["RDKit / confsym"] for row in rows_of("pruning", "times")}
    growth = rows_of("pruning", "growth")[0]["exponent"]
    study = rows_of("jobs", "study")[0]
    again = {row["what"]: row["wall (s)"]["median"] for row in rows_of("reruns", "reruns")}
    planned = [row for row in rows_of("reruns", "planning") if row["molecules"] == 50]
    return [
        Bar("`notes`, 10,000 attempts", 0.85, "of the plain script's wall time", pairs[10_000]),
        Bar("`notes`, 30,000 attempts", 0.60, "of the plain script's wall time", pairs[30_000]),
        Bar("pruning 10,000 attempts", 10, "times cheaper than RDKit's", pruned[10_000], False),
        Bar("pruning 30,000 attempts", 20, "times cheaper than RDKit's", pruned[30_000], False),
        Bar("growth of pruning's time with attempts", 1.4, "as exponent", growth),
        Bar(
            "default study",
            2.2,
            "times the plain script's wall time",
            study["study / plain script, wall"],
        ),
        Bar("work in the jobs' time", 75, "%", study["share of work (%)"], False),
        Bar("run with nothing to do", 2.5, "s", again["nothing to do"]),
        Bar("rerun after another `alpha`", 12, "s", again["another alpha of the ridge"]),
        *(
            Bar(
                f"planning {row['jobs']:,} jobs: 50 molecules, {row['experiments']} experiments",
                12,
                "s",
                row["wall (s)"]["median"],
            )
            for row in planned
        ),
    ]


def bars_of_conformers() -> list[Bar]:
    """Those of many conformers."""
    large = rows_of("large_study", "study")[0]["peak memory of a job (MB)"] / 1e3
    stages = [row for row in rows_of("large_study", "rules") if row.get("ratio")]
    slowest = max(stages, key=lambda row: row["ratio"])
    return [
        Bar("a job of 100,000 attempts", 2, "GB", large),
        Bar(
            f"time a conformer there, slowest stage (`{slowest['rule']}`)",
            1.2,
            "times that of 10,000",
            slowest["ratio"],
        ),
    ]


def bars_of_molecules() -> list[Bar]:
    """Those of many molecules."""
    many = rows_of("many_molecules", "study")[0]
    return [
        Bar("a job of 50 molecules", 2, "GB", many["peak memory of a job (MB)"] / 1e3),
        Bar("wall time of 50 molecules", 1.3, "times the work on all cores", many["ratio"]),
    ]


OF_STUDIES = (bars_of_time, bars_of_conformers, bars_of_molecules)


# Of force fields.

ERRORS = {  # training file, geometries, tested on: kind of error, energy (meV), force (meV/Å)
    ("ethanol_pbe_train", 1000, "ethanol_pbe_test"): ("MAE", 0.5, 3.0),
    ("ethanol_pbe_train", 200, "ethanol_pbe_test"): ("MAE", 2.3, 13),
    ("ethanol_pbe_train", 50, "ethanol_pbe_test"): ("MAE", 8, 42),
    ("acac_train_300K", 500, "acac_test_MD_300K"): ("RMSE", 1.4, 7.5),
    ("acac_train_300K", 500, "acac_test_MD_600K"): ("RMSE", 5.8, 21),
    ("ethanol_b3lyp", 1000, "ethanol_b3lyp"): ("MAE", 0.07 / MEV, 0.30 / MEV),
}
SECONDS = {("ethanol_pbe_train", 1000): 480, ("acac_train_300K", 500): 720}  # tuning and fit
PREDICTION = 0.3  # ms of a geometry of ethanol, energy and forces
THERMAL = {30: 0.46, 100: 0.33, 300: 0.29}  # kcal/mol, by training geometries
THERMAL_FORCES = 0.55  # kcal/mol/Å, from 300
RUNS, DRIFT, MOMENTUM = 10, 0.01, 1e-10  # meV/atom/ps; of thermal size
PAST_THERMAL, HOT = 1, 600  # what a model without symmetry has to show: momentum; K
RANK, LABELS = 0.9, 200
COVERED = (88, 92)  # %, of 90 % intervals


def bars_of_the_process() -> list[Bar]:
    """Those of `gradient_gp` on published data."""
    rows = rows_of("gradient_gp", "errors")
    found = []
    for row in rows:
        trained = (row["geometries"], row["trained on"])
        what = f"`gradient_gp`, {' '.join(map(str, trained))}, {row['tested on']}"
        kind, *bounds = ERRORS[*trained, row["tested on"]]
        for name, unit, bound in zip(("energy", "force"), ("meV", "meV/Å"), bounds, strict=True):
            found.append(Bar(f"{what}: {name} {kind}", bound, unit, row[f"{name} {kind} ({unit})"]))
    for row in {(row["geometries"], row["trained on"]): row for row in rows}.values():
        trained = (row["geometries"], row["trained on"])
        if trained in SECONDS:
            what = f"`gradient_gp`, {' '.join(map(str, trained))}: tuning and fit"
            found.append(Bar(what, SECONDS[trained], "s of a core", row["tuning and fit (s)"]))
        if trained == ("ethanol_pbe_train", 1000):
            what = f"`gradient_gp`, {' '.join(map(str, trained))}: energy and forces of a geometry"
            found.append(Bar(what, PREDICTION, "ms", row["a geometry (ms)"]))
    return found


def bars_of_terms() -> list[Bar]:
    """Those of `linear_force_field` on embedded conformers."""
    return [
        Bar(
            f"`linear_force_field`, {row['terms']}, {row['energies']}, "
            f"{row['training conformers']} conformers",
            row["bar (kcal/mol)"],
            "kcal/mol",
            row["energy MAE (kcal/mol)"],
        )
        for row in rows_of("force_field_terms", "errors")
        if row["bar (kcal/mol)"]
    ]


def bars_of_walks() -> list[Bar]:
    """Those of `linear_force_field` on geometries at 400 K."""
    rows = {
        row["training geometries"]: row
        for row in rows_of("thermal_forces", "errors")
        if row["experiment"] == "with_soap"
    }
    what = "`linear_force_field` with SOAP, gfn2_xtb at 400 K, {} geometries"
    energies = [
        Bar(what.format(size), bound, "kcal/mol", rows[size]["energy MAE (kcal/mol)"])
        for size, bound in THERMAL.items()
    ]
    forces = rows[300]["force MAE (kcal/mol/Å)"]
    return [*energies, Bar(f"{what.format(300)}: forces", THERMAL_FORCES, "kcal/mol/Å", forces)]


def bars_of_dynamics() -> list[Bar]:
    """Those of what moves atoms."""
    rows = {(row["study"], row["moved by"]): row for row in rows_of("trial", "dynamics")}
    usable, ethanol = rows["forces", "for_dynamics"], rows["ethanol_pbe", "process"]
    raw = rows["thermal", "cartesian_forces"]
    drift = abs(float(ethanol["energy drift (meV/atom/ps)"]))
    momentum = [float(row["momentum / thermal"]) for row in (ethanol, raw)]
    thermal, hot = "of its thermal size", raw["temperature at the end (K)"]
    name = "a model on raw coordinates"
    return [
        Bar("runs of 10 ps, GFN2-xTB", RUNS, "with all bonds", usable["with all bonds"], False),
        Bar("ethanol, 10 ps: energy drift", DRIFT, "meV/atom/ps", drift),
        Bar("ethanol, 10 ps: momentum", MOMENTUM, thermal, momentum[0]),
        Bar(f"{name}: momentum", PAST_THERMAL, thermal, momentum[1], False),
        Bar(f"{name}: temperature at the end", HOT, "K", hot, False),
    ]


def bars_of_uncertainty() -> list[Bar]:
    """Those of flags, chosen labels and intervals; exact models have no errors to cover."""
    bars_of_flags, bars_of_labels = [], []
    for row in rows_of("trial", "flags"):
        what, found = f"flag of acetylacetone: {row['flag']}", row["rank correlation with error"]
        bars_of_flags.append(Bar(what, RANK, "as rank correlation", found, False))
    for row in rows_of("trial", "choosing"):
        what = f"chosen labels for the {row['error']} of 300 random ones"
        bars_of_labels.append(Bar(what, LABELS, "labels", row["labels chosen"]))
    covered = [
        float(row["right (%)"])
        for row in rows_of("trial", "intervals")
        if row["tested on"] == "held out" and not row["note"]
    ]
    what = f"90 % intervals of {len(covered)} experiments:"
    lowest = Bar(f"{what} least often right", COVERED[0], "%", min(covered), False)
    return [
        *bars_of_flags,
        *bars_of_labels,
        lowest,
        Bar(f"{what} most often", COVERED[1], "%", max(covered)),
    ]


OF_FORCES = (
    bars_of_the_process,
    bars_of_terms,
    bars_of_walks,
    bars_of_dynamics,
    bars_of_uncertainty,
)


def measured(value: float) -> str:
    """Three digits, and one of what is next to nothing: bounds may be there."""
    return f"{value:.1g}" if 0 < value < NOTHING else significant(value, 3)


def bars(groups: Iterable[Callable[[], Iterable[Bar]]]) -> str:
    """What is asked, what was measured, and whether that keeps it; nothing without a record."""
    lines = []
    for group in groups:
        with suppress(FileNotFoundError):
            lines += [
                {
                    "what": bar.what,
                    "asked": f"{'at most' if bar.below else 'at least'} {bar.bound:.3g} {bar.unit}",
                    "measured": measured(bar.measured),
                    "kept": "yes" if bar.is_kept else "no",
                }
                for bar in group()
            ]
    return shown(lines) + "\n"
