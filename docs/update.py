"""Put figures and tables into README: `make docs` runs this after the studies that they are of.

The default study stands in `results/`, that of `config/full.yaml` in `full/results/`, and that of
`config/thermal.yaml` in `thermal/results/`.
"""

import shutil
import sys
from functools import partial
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from confsym.errors import StudyError
from confsym.storage.markers import with_part
from confsym.storage.numbers import significant, value_and_spread

RESULTS = ROOT / "results/dimethyldecanol"
FULL = ROOT / "full/results/dimethyldecanol"
THERMAL = ROOT / "thermal/results/malonaldehyde"
FIGURES = {
    RESULTS / "figures": (
        "parity/notes.svg",
        "parity/sorted_distances_kernel.svg",
        "learning_curves.svg",
        "smoothness.svg",
        "canonical_pose.svg",
    ),
    FULL / "figures": ("symmetry.svg", "augmentation.svg"),
    ROOT / "results/crystals/figures": ("periodicity.svg",),
    THERMAL / "figures": ("dynamics.svg",),
}
HOLDS, HOLDS_BELOW = "holds", 1e-6  # kcal/mol


def with_spread(value: float, spread: float | None) -> str:
    """Two decimals, three below one, or more for a spread; an exponent next to nothing."""
    if value < 1e-3:
        return significant(value)
    decimals = 3 if value < 1 else 2
    return value_and_spread(value, spread, decimals) or f"{value:.{decimals}f}"


def constants_table() -> str:
    """The first class of each kind of term that has an energy: MMFF94's constants, those found."""
    table = pd.read_csv(RESULTS / "experiments/force_field/constants.csv").query("mmff94 != 0")
    first = table.groupby("term", sort=False)["class"].transform("first")
    some = table[table["class"] == first].drop(columns="determined")
    some["mmff94"] = some["mmff94"].map("{:.9f}".format)
    some["recovered"] = some["recovered"].map("{:.9f}".format)
    some["difference"] = some["difference"].map(partial(significant, digits=1))
    return some.to_markdown(index=False, disable_numparse=True) + "\n"


def ablation_table() -> str:
    """What each of MMFF94's terms is worth."""
    return (RESULTS / "experiments/force_field/ablation.md").read_text(encoding="utf-8")


def symmetry_table() -> str:
    """Experiments of the full study by transforms: the largest change, or that there is none."""
    table = pd.read_csv(FULL / "tables/symmetry.csv")
    table["cell"] = (
        table["defect_max"].map(lambda size: significant(size, 2, 2)).where(~table["holds"], HOLDS)
    )
    wide = table.pivot_table(
        index="experiment", columns="transform", values="cell", aggfunc="first", sort=False
    )
    spread = pd.read_csv(FULL / "tables/rotations.csv").set_index("experiment")
    errors = pd.read_csv(FULL / "tables/summary.csv").set_index("experiment")
    means, deviations = (errors[f"resplit_mae_{which}_kcal_mol"] for which in ("mean", "std"))
    wide["spread over rotations (kcal/mol)"] = [
        HOLDS if size <= HOLDS_BELOW else significant(size, 2, 2)
        for size in spread.loc[wide.index, "spread_rms_kcal_mol"]
    ]
    wide["held-out MAE (kcal/mol)"] = [
        with_spread(means[name], deviations[name]) for name in wide.index
    ]
    wide = wide.loc[[name for name in errors.index if name in wide.index]]  # the best first
    return wide.reset_index().to_markdown(index=False, disable_numparse=True) + "\n"


def verdict() -> str:
    """One sentence on all claims of the full study."""
    return (FULL / "tables/verdict.md").read_text(encoding="utf-8")


def summary_table() -> str:
    """The summary, as far as the front page has room for it."""
    table = pd.read_csv(RESULTS / "tables/summary.csv")
    columns = (table[f"resplit_mae_{which}_kcal_mol"] for which in ("mean", "std"))
    errors = [with_spread(mean, spread) for mean, spread in zip(*columns, strict=True)]
    short = pd.DataFrame(
        {
            "experiment": table["experiment"],
            "features": table["features"],
            "model": table["model"],
            "held-out MAE (kcal/mol)": errors,
            "held-out R²": table["test_r2"].map("{:.3f}".format),
            "largest MAE when moved (kcal/mol)": table["moved_mae_kcal_mol"].map(
                lambda mae: with_spread(mae, None)
            ),
        }
    )
    return short.to_markdown(index=False, disable_numparse=True) + "\n"


PARTS = {
    "README.md": {"summary": summary_table, "verdict": verdict},
    "docs/symmetry.md": {"symmetry": symmetry_table},
    "docs/accuracy.md": {"constants": constants_table, "ablation": ablation_table},
}


def main() -> None:
    """Copy the figures, and write the tables between their markers."""
    for folder, names in FIGURES.items():
        for name in names:
            shutil.copyfile(folder / name, ROOT / "docs" / name.replace("/", "_"))
    for document, parts in PARTS.items():
        text = (ROOT / document).read_text(encoding="utf-8")
        for name, part in parts.items():
            text = with_part(text, name, part(), document)
        (ROOT / document).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    try:
        main()
    except StudyError as error:
        sys.exit(f"make docs: {error}")
