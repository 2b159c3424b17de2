"""Cost against accuracy: every kind of feature, with all of its columns and with few of them.

    .venv/bin/python benchmarks/cost.py

Reads conformers, energies and split of the default study from results/, times each experiment of
config/full.yaml on them with one thread, and again with a quarter and a sixteenth of its columns,
chosen by farthest-point selection. Writes docs/cost.svg and the table in docs/performance.md. About
two minutes.
"""

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from matplotlib import pyplot as plt
from sklearn.pipeline import make_pipeline

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from confsym.conformers import ensemble
from confsym.storage import files, markers, readable
from confsym.study.experiments import feature_sets
from confsym.features.registry import FEATURES
from confsym.features.tables import compute
from confsym.figures import drawing
from confsym.models.build import build
from confsym.models.farthest_point import FarthestPointSelector
from confsym.models.registry import MODELS
from confsym.conformers.split import TRAIN
from confsym.molecules.topology import Topology

TRAINING = 1000
TIMED = 500  # conformers
PARTS = (1, 4, 16)  # all columns, a quarter, a sixteenth
FEWEST = 8  # columns
HEADINGS = {
    "experiment": "Experiment",
    "columns": "Columns",
    "feature_ms": "Features (ms a conformer)",
    "predict_ms": "Prediction (ms a conformer)",
    "fit_s": "Fit to 1,000 (s)",
    "mae_kcal_mol": "Held-out MAE (kcal/mol)",
}


def seconds(function: Callable, repeats: int = 3) -> float:
    """Processor time of a call: the shortest of some, after one to warm up."""
    function()
    found = []
    for _ in range(repeats):
        start = time.process_time()
        function()
        found.append(time.process_time() - start)
    return min(found)


def experiments(study: dict) -> Iterator[tuple[str, dict, dict]]:
    """Name, feature and model, defaults filled in, of what one feature set as embedded feeds."""
    for name, experiment in study["experiments"].items():
        sets = feature_sets(experiment)
        if len(sets) > 1 or {"baseline", "train_on", "augmentation"} & set(experiment):
            continue
        if name == "mean" or MODELS[study["models"][experiment["model"]]["kind"]].reads:
            continue
        both = []
        for rows, settings in (
            (FEATURES, study["features"][sets[0]]),
            (MODELS, study["models"][experiment["model"]]),
        ):
            parameters = rows[settings["kind"]].parameters
            defaults = {
                key: entry["default"] for key, entry in parameters.items() if "default" in entry
            }
            both.append(defaults | settings)
        yield name, *both


def measured(results: Path, study: dict) -> pd.DataFrame:
    """Time and test every experiment."""
    topology = Topology.from_description(files.read_json(results / "molecule.json"))
    positions = ensemble.read(results / "conformers/ensemble.npz").positions
    energy = files.read_csv(results / "energies/mmff94.csv")["energy_kcal_mol"]
    trains = files.read_csv(results / "split.csv")["partition"] == TRAIN
    train, test = np.flatnonzero(trains)[:TRAINING], np.flatnonzero(~trains)
    known: dict[str, tuple] = {}
    rows = []
    for name, feature, model in experiments(study):
        function = FEATURES[feature["kind"]].function
        key = str(feature)
        if key not in known:
            few = positions[:TIMED]
            took = seconds(lambda: compute(name, function, feature, few, topology), 2)  # noqa: B023
            _, values = compute(name, function, feature, positions, topology)
            known[key] = 1e3 * took / TIMED, values
        feature_ms, values = known[key]
        for part in PARTS:
            columns = max(values.shape[1] // part, 1)
            if part > 1 and columns < FEWEST:
                continue
            steps = [FarthestPointSelector(columns)] if part > 1 else []
            row = MODELS[model["kind"]]
            whole = make_pipeline(*steps, build(row.function, row.takes, model, [columns]))
            start = time.process_time()
            whole.fit(values[train], energy[train])
            fit_s = time.process_time() - start
            predicted = whole.predict(values[test])
            predict_ms = 1e3 * seconds(lambda: whole.predict(values[test])) / len(test)  # noqa: B023
            mae = float(np.abs(predicted - energy[test]).mean())
            rows.append((name, columns, feature_ms, predict_ms, fit_s, mae))
            print(*rows[-1], flush=True)
    return pd.DataFrame(rows, columns=list(HEADINGS))


def draw(table: pd.DataFrame):
    """Each experiment a line from all of its columns to few."""
    figure, axes = plt.subplots(figsize=(6.85, 4.6))
    for index, (name, part) in enumerate(table.groupby("experiment", sort=False)):
        shown = part[part["mae_kcal_mol"] > 1e-3]
        cost = shown["feature_ms"] + shown["predict_ms"]
        style = drawing.series_style(index)
        axes.plot(cost, shown["mae_kcal_mol"], label=name, **style | {"markersize": 4})
        whole = part.iloc[:1]
        mae = whole["mae_kcal_mol"].clip(lower=1e-3)
        axes.plot(whole["feature_ms"] + whole["predict_ms"], mae, **style | {"markersize": 7})
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="processor time of features and prediction (ms a conformer)",
        ylabel="held-out MAE (kcal/mol)",
        title=f"{TRAINING:,} training conformers; small: a quarter and a sixteenth of the columns",
    )
    axes.axhline(1e-3, color="0.5", linewidth=0.8)
    axes.annotate(
        "this or less",
        (0.99, 1e-3),
        xycoords=("axes fraction", "data"),
        ha="right",
        va="bottom",
        color="0.35",
        fontsize="small",
    )
    axes.grid(color="0.9", linewidth=0.6)
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), title="experiment", handlelength=3)
    return figure


def main() -> None:
    """Measure, and write the table and the figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--results", type=Path, default=ROOT / "results/dimethyldecanol")
    results = parser.parse_args().results
    if not (results / "split.csv").exists():
        sys.exit(f"{results} holds no finished study; run the default study first: make run")
    study = yaml.safe_load((ROOT / "config/full.yaml").read_text(encoding="utf-8"))
    table = measured(results, study)
    page = ROOT / "docs/performance.md"
    shown = readable.markdown(readable.for_people(table, HEADINGS))
    files.write_text(
        page, markers.with_part(page.read_text("utf-8"), "cost", shown, "docs/performance.md")
    )
    drawing.use_style(ROOT / "workflow/scripts/confsym/figures/confsym.mplstyle")
    drawing.save(draw(table), [ROOT / "docs/cost.svg"])


if __name__ == "__main__":
    main()
