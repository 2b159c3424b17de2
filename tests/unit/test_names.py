"""Names that look like something else stay text in every table, and in all that is made of them."""

import csv
import html
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from confsym.archive import compare
from confsym.conformers.split import partition
from confsym.evaluation import predictions, resplits, summary
from confsym.figures import drawing, learning_curves, symmetry
from confsym.models.training import TrainingRows
from confsym.paper import findings, quoting
from confsym.registry import ORIGINAL
from confsym.storage import files, parquet, readable
from confsym.symmetry import augmentation, claims

NAMES = ["NA", "null", "nan", "None", "1", "1e5", "true", "inf", "007", "1_000", "1e-5", "N-A"]
STYLE = Path(drawing.__file__).parent / "confsym.mplstyle"
STUDY = {
    "energies": {"level": "mmff94"},
    "transforms": {name: {"kind": "translation"} for name in NAMES},
    "features": {name: {"kind": "raw_coordinates"} for name in NAMES},
    "models": {name: {"kind": "ridge"} for name in NAMES},
    "experiments": {
        name: {"features": name, "model": name, "train_on": name} for name in reversed(NAMES)
    },
}


def as_csv(path: Path, table) -> pd.DataFrame:
    files.write_csv(path, table)
    return readable.read_frame(path)


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> dict[str, pd.DataFrame]:
    """Summary, symmetry and rotations of a study, each written and read back."""
    here, rng = tmp_path_factory.mktemp("names"), np.random.default_rng(0)
    energy = rng.normal(size=80)
    values = {name: (np.arange(80), energy[:, None]) for name in [ORIGINAL, *NAMES]}
    metrics, curves = {}, {}
    for name in NAMES:
        predicted = predictions.predictions(
            lambda v: (v[:, 0], None), values, energy, np.zeros(80), partition(80, 30, 0, "x")
        )
        parquet.write_parquet(here / "predictions.parquet", predicted)
        back = parquet.read_parquet(here / "predictions.parquet")
        assert (back["transform"] == predicted["transform"]).all()
        metrics[name] = as_csv(here / "metrics.csv", predictions.metrics(back))
        curves[name] = as_csv(
            here / "curve.csv",
            resplits.learning_curve(
                lambda conformer, values, target: None,
                TrainingRows.of_tables(energy[:, None], None),
                energy,
                np.zeros(80),
                {},
                partitions=partition(80, 30, 0, "x"),
                split={"by": "shuffle", "seed": 0},
                sizes=[],
                repeats=1,
                own_model=type("Own", (), {"predict": staticmethod(lambda v: v[:, 0])}),
            ),
        )
    rotations = pd.DataFrame({"experiment": NAMES, "claimed": True, "rotations": 4})
    for column in ("spread_rms_kcal_mol", "spread_max_kcal_mol", "mae_averaged_kcal_mol"):
        rotations[column] = 1e-12
    made = {
        "summary": (summary.summary(STUDY, metrics, curves), summary.SUMMARY_HEADINGS),
        "symmetry": (summary.symmetry(STUDY, metrics, {}), summary.SYMMETRY_HEADINGS),
        "rotations": (rotations, {}),
    }
    for name, (table, headings) in made.items():
        paths = [str(here / f"{name}.{suffix}") for suffix in ("csv", "md", "tex", "html")]
        readable.write(table, headings, paths)
    found = {name: readable.read_frame(here / f"{name}.csv") for name in made}
    for name, (table, _) in made.items():
        pd.testing.assert_frame_equal(found[name], table, check_exact=True)
    return found | {"folder": here, "curves": curves}


def test_names_come_back_from_csv_as_they_were(tables):
    for name in ("summary", "symmetry", "rotations"):
        assert set(tables[name]["experiment"]) == set(NAMES)
    for column in ("features", "model", "trained_on"):
        assert set(tables["summary"][column]) == set(NAMES)
    assert list(tables["symmetry"]["transform"][: len(NAMES)]) == NAMES
    assert tables["summary"]["resplit_mae_std_kcal_mol"].isna().all()  # a number that is missing
    assert tables["symmetry"]["holds"].dtype == bool


@pytest.mark.parametrize("suffix", ["md", "tex", "html"])
def test_names_stand_in_readable_tables_as_they_are(tables, suffix):
    text = (tables["folder"] / f"summary.{suffix}").read_text(encoding="utf-8")
    if suffix == "md":
        first = [line.split("|")[1].strip() for line in text.splitlines()[2:]]
    elif suffix == "tex":
        rows = text.partition("\\midrule\n")[2].partition("\\bottomrule")[0].splitlines()
        first = [row.split(" & ")[0].replace(r"\_", "_") for row in rows]
    else:
        first = [html.unescape(cell) for cell in re.findall(r"<tr><td>(.*?) *</td>", text)]
    assert sorted(first) == sorted(NAMES)


def test_verdict_numbers_and_figures_have_all_names(tables):
    assert claims.broken(tables["symmetry"], tables["rotations"]) == []
    found = list(
        findings.of_experiments(tables["summary"], tables["symmetry"], tables["rotations"])
    )
    for name in NAMES:
        assert any(number.name == f"{name}/held_out_mae" for number in found)
    when = {n.value for n in found if n.name.endswith("largest_change_when")}
    assert when <= {*NAMES, findings.NO_MOTION}
    best = found[0].value
    assert rf"{{{best}}}" in quoting.tex("x", found[:1]).replace(r"\_", "_")
    drawing.use_style(STYLE)
    parts = (tables[name] for name in ("symmetry", "rotations", "summary"))
    (axes,) = symmetry.symmetry(*parts, STUDY["transforms"], "x").axes
    assert {label.get_text() for label in axes.get_yticklabels()} == set(NAMES)
    curves = {name: curve.assign(mae=0.5) for name, curve in tables["curves"].items()}
    legend = learning_curves.learning_curves(curves, "x").legends[0]
    assert {text.get_text() for text in legend.get_texts()} == set(NAMES)


def test_augmented_families_keep_their_names(tmp_path):
    study = {
        "features": STUDY["features"],
        "experiments": {
            "nan": {"features": "1e5", "model": "NA", "train_on": ORIGINAL},
            "1": {"features": "1e5", "model": "NA", "train_on": ORIGINAL}
            | {"augmentation": {"copies": 2, "motions": ["rotation"]}},
        },
    }
    numbers = {"repeat": [0], "rows": [9], "mae_embedded_kcal_mol": [1.0]}
    errors = {name: pd.DataFrame(numbers | {"mae_posed_kcal_mol": [2.0]}) for name in ("nan", "1")}
    table = augmentation.table(study, errors)
    readable.write(table, augmentation.HEADINGS, [str(tmp_path / "t.csv")])
    back = readable.read_frame(tmp_path / "t.csv")
    assert back["experiment"].tolist() == ["nan", "1"]
    assert back["family"].str.startswith("1e5 and NA").all()
    assert back["copies"].tolist() == [0, 2]


def test_text_that_would_not_be_read_as_text_is_not_written(tmp_path):
    table = {"conformer": np.arange(2), "remark": np.array(["1", "NA"])}
    with pytest.raises(ValueError, match="remark"):
        files.write_csv(tmp_path / "t.csv", table)
    with pytest.raises(ValueError, match="remark"):
        readable.write(pd.DataFrame(table), {}, [str(tmp_path / "t.csv")])
    assert not list(tmp_path.iterdir())


def test_numbers_are_read_as_numbers(tmp_path):
    path = tmp_path / "t.csv"
    cells = {
        "whole": ["1", "-2", "+3"],
        "decimal": ["0.1", "", "1e-300"],
        "nothing": ["", "", ""],
        "truth": ["True", "False", "True"],
        "experiment": ["True", "", "3"],
    }
    with path.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(cells)
        writer.writerows(zip(*cells.values(), strict=True))
    back = files.read_csv(path)
    assert back["whole"].tolist() == [1, -2, 3]
    assert back["whole"].dtype == np.int64
    np.testing.assert_array_equal(back["decimal"], [0.1, np.nan, 1e-300])
    assert np.isnan(back["nothing"]).all()
    assert back["truth"].tolist() == [True, False, True]
    assert back["experiment"].tolist() == ["True", "", "3"]
    path.write_text("conformer,partition\n")
    assert [len(column) for column in files.read_csv(path).values()] == [0, 0]


def test_an_archive_is_compared_name_by_name(tmp_path):
    """1e5 and 100000.0 are one number and two names."""
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    for path, name in ((one, "1e5"), (other, "1e05")):
        files.write_csv(path, {"experiment": np.array([name, "nan"]), "mae": np.array([1.0, 2.0])})
    assert compare.compare(one, other).status == compare.DIFFERENT
    other.write_text(one.read_text().replace("2.0", "2.00000000001"))
    assert compare.compare(one, other).status == compare.CLOSE


def test_one_reader():
    """pandas' own takes NA for nothing and 1e5 for a number."""
    package = Path(files.__file__).parent
    for path in package.parent.rglob("*.py"):
        assert not re.search(r"\bpd\.read_csv|pandas.*read_csv", path.read_text()), path
