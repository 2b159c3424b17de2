import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, r2_score, root_mean_squared_error

from confsym.conformers.split import HELD_OUT, in_order, partition
from confsym.evaluation import predictions, resplits, summary, verdicts
from confsym.evaluation.further_sets import FurtherSet
from confsym.evaluation.stereoisomers import HEADINGS, by_stereoisomer
from confsym.models.boosting import hist_gradient_boosting
from confsym.models.training import TrainingRows
from confsym.storage import latex, readable
from confsym.storage.numbers import significant
from confsym.study.experiments import levels_behind
from confsym.symmetry import claims

STUDY = {
    "energies": {"level": "mmff94"},
    "transforms": {"moved": {"kind": "translation"}, "mirrored": {"kind": "reflection"}},
    "features": {
        "raw": {"kind": "raw_coordinates"},
        "signed": {"kind": "internal_coordinates", "dihedrals": "sin_cos", "multiples": 3},
    },
    "models": {"mean": {"kind": "mean"}, "ridge": {"kind": "ridge"}},
    "experiments": {
        "bad": {"features": "raw", "model": "ridge", "train_on": "original"},
        "half": {"features": "signed", "model": "ridge", "train_on": "moved"},
        "dull": {"features": "raw", "model": "mean", "train_on": "original"},
    },
}


def fit(conformer, values, target):
    return LinearRegression().fit(values, target)


def shuffle(seed):
    return {"by": "shuffle", "seed": seed}


@pytest.fixture
def table(rng):
    energy = rng.normal(size=100)
    values = np.column_stack([energy + 0.1 * rng.normal(size=100), np.ones(100)])
    partitions = partition(100, 40, 0, "x")
    held_out = np.flatnonzero(partitions == "test")
    tables = {
        "original": (np.arange(100), values),
        "moved": (np.arange(100), values + [0, 2]),
        "mirrored": (held_out, values[held_out]),
    }
    return predictions.predictions(
        lambda v: (v @ [1.0, 0.5], None), tables, energy, np.zeros(100), partitions
    )


def test_tables_may_be_predicted_one_by_one(rng):
    energy, values = rng.normal(size=(2, 30))
    tables = {"original": (np.arange(30), values), "element_swapped": (np.arange(9), values[:9])}
    known = energy, np.zeros(30), np.repeat(["train", "test"], 15), ["element_swapped"]

    def predict(values):
        return 2 * values, np.abs(values)

    together = predictions.predictions(predict, tables, *known)
    alone = predictions.one_by_one(predict, iter(tables.items()), *known)
    assert list(alone) == list(together)
    for name, column in together.items():
        assert alone[name].dtype == column.dtype
        np.testing.assert_array_equal(alone[name], column)


def test_predictions_are_added_to_the_cheaper_level_and_keep_their_deviation(rng):
    energy, baseline, values = rng.normal(size=(3, 50))
    tables = {"original": (np.arange(50), values), "moved": (np.arange(10, 20), values[10:20])}
    table = predictions.predictions(
        lambda v: (2 * v, v**2), tables, energy, baseline, partition(50, 0, 0, "x")
    )
    assert table["predicted"][:50] == pytest.approx(baseline + 2 * values)
    assert table["predicted"][50:] == pytest.approx((baseline + 2 * values)[10:20])
    assert table["predicted_std"].tolist() == [*values**2, *values[10:20] ** 2]


def test_learning_a_difference_is_learning_the_rest(rng):
    """What the cheaper level knows need not be learned; the errors are those of the energy."""
    values, known = rng.normal(size=(200, 1)), rng.normal(size=200)
    rest = 3 * values[:, 0] + rng.normal(size=200)
    partitions = partition(200, 100, 0, "x")
    train = partitions == "train"
    own = LinearRegression().fit(values[train], rest[train])
    settings = {"partitions": partitions, "split": shuffle(0), "own_model": own}
    settings |= {"sizes": [50], "repeats": 2}
    rows = TrainingRows.of_tables(values, None)
    split = resplits.learning_curve(fit, rows, known + rest, known, {}, **settings)
    alone = resplits.learning_curve(fit, rows, rest, 0 * known, {}, **settings)
    assert split["mae"] == pytest.approx(alone["mae"])
    assert (split["r2"] > alone["r2"]).all()


def test_the_energy_after_a_probe_is_not_known(table):
    conformers = np.arange(100)
    tables = {"original": (conformers, np.ones(100)), "torn": (conformers, np.zeros(100))}
    energy, partitions = np.full(100, 2.0), partition(100, 40, 0, "x")
    found = predictions.predictions(
        lambda v: (v, None), tables, energy, np.zeros(100), partitions, ["torn"]
    )
    frame = pd.DataFrame(predictions.metrics(found)).set_index(["partition", "transform"])
    assert frame.loc[("test", "original"), "mae"] == 1
    assert np.isnan(frame.loc[("test", "torn"), ["mae", "rmse", "r2", "max_error"]]).all()
    assert frame.loc[("test", "torn"), "defect_max"] == 1


def test_copies_train_with_their_conformers(rng):
    values, copies = rng.normal(size=(6, 2)), rng.normal(size=(12, 2))
    rows = TrainingRows.of_tables(values, (np.tile(np.arange(6), 2), copies))
    conformer, chosen = rows.of(np.array([4, 1]))
    assert conformer.tolist() == [1, 4, 1, 4, 1, 4]
    assert (chosen == np.concatenate([values[[1, 4]], copies[[1, 4, 7, 10]]])).all()
    conformer, chosen = TrainingRows.of_tables(values, None).of(np.array([4, 1]))
    assert conformer.tolist() == [1, 4]
    assert (chosen == values[[1, 4]]).all()


def test_errors_against_scikit_learn(rng):
    energy, predicted = rng.normal(size=(2, 50))
    found = predictions.errors(energy, predicted)
    assert found["mae"] == pytest.approx(mean_absolute_error(energy, predicted))
    assert found["rmse"] == pytest.approx(root_mean_squared_error(energy, predicted))
    assert found["r2"] == pytest.approx(r2_score(energy, predicted))
    assert found["max_error"] == np.abs(energy - predicted).max()


def test_predictions_and_metrics(table):
    assert len(table["predicted"]) == 260
    frame = pd.DataFrame(predictions.metrics(table))
    assert list(frame.columns) == (
        [
            "partition",
            "transform",
            "n",
            "mae",
            "rmse",
            "r2",
            "max_error",
            "defect_rms",
            "defect_max",
            "note",
        ]
    )
    keys = list(zip(frame["partition"], frame["transform"], frame["n"], strict=True))
    assert keys == [
        ("train", "original", 40),
        ("test", "original", 60),
        ("train", "moved", 40),
        ("test", "moved", 60),
        ("test", "mirrored", 60),
    ]
    assert frame["defect_max"].tolist() == pytest.approx([0, 0, 1, 1, 0])
    assert frame["defect_rms"].tolist() == pytest.approx([0, 0, 1, 1, 0])
    rows = pd.DataFrame(table)
    held_out = rows[rows["partition"] == "test"]
    moved = held_out[held_out["transform"] == "moved"]
    expected = mean_absolute_error(moved["energy"], moved["predicted"])
    assert frame["mae"][3] == pytest.approx(expected)


def test_learning_curve_first_repeat_is_the_study_itself(rng):
    values = rng.normal(size=(200, 3))
    energy = values @ [1, 2, 3] + rng.normal(size=200)
    partitions = partition(200, 100, 4, "x")
    train, test = partitions == "train", partitions == "test"
    model = LinearRegression().fit(values[train], energy[train])
    curves = [
        resplits.learning_curve(
            fit,
            TrainingRows.of_tables(values, None),
            energy,
            np.zeros(200),
            {},
            partitions=partition(200, 100, seed, "x"),
            split=shuffle(seed),
            sizes=[20, 100, 150],
            repeats=3,
            own_model=model,
        )
        for seed in (4, 3)
    ]
    curve = curves[0]
    assert curve["size"].tolist() == [20, 100] * 3
    # Fitted anew as a later repeat, the same split gives the same error as the model that is known.
    assert curves[1]["mae"][3] == pytest.approx(curve["mae"][1], rel=1e-12)
    expected = predictions.errors(energy[test], model.predict(values[test]))
    assert curve["mae"][1] == pytest.approx(expected["mae"], rel=1e-12)
    assert len(set(curve["mae"].tolist())) == 6


@pytest.fixture
def frames(table):
    metrics = pd.DataFrame(predictions.metrics(table))
    sizes = np.repeat([10, 40], 2)
    maes = np.array([3.0, 2.0, 1.0, 2.0])
    curve = pd.DataFrame({"size": sizes, "tested_on": HELD_OUT, "mae": maes})
    return dict.fromkeys(STUDY["experiments"], metrics), dict.fromkeys(STUDY["experiments"], curve)


def test_summary(frames):
    found = summary.summary(STUDY, *frames).set_index("experiment")
    assert list(found.reset_index().columns) == list(summary.SUMMARY_HEADINGS)
    assert found.loc["half", "trained_on"] == "moved"
    assert found.loc["half", "test_mae_kcal_mol"] == found.loc["bad", "moved_mae_kcal_mol"]
    assert found["resplit_mae_std_kcal_mol"].tolist() == pytest.approx([np.sqrt(0.5)] * 3)
    assert found["resplit_mae_mean_kcal_mol"].tolist() == [1.5] * 3


def test_round_off_ranks_no_experiment(frames):
    """Errors that it alone tells apart leave the order of the config; others do not."""
    metrics, curves = frames
    for scales, order in (
        ({"bad": 3e-13, "half": 1e-13, "dull": 1.0}, ["bad", "half", "dull"]),
        ({"bad": 1.0 + 1e-9, "half": 1.0, "dull": 1e-13}, ["dull", "bad", "half"]),
        ({"bad": 1.0 + 1e-4, "half": 1.0, "dull": 2.0}, ["half", "bad", "dull"]),
    ):
        scaled = {
            name: curve.assign(mae=curve["mae"] * scales[name]) for name, curve in curves.items()
        }
        assert summary.summary(STUDY, metrics, scaled)["experiment"].tolist() == order


def test_symmetry_holds_claims_against_what_was_seen(frames):
    found = summary.symmetry(STUDY, frames[0], {}).set_index(["experiment", "transform"])
    assert list(found.reset_index().columns) == list(summary.SYMMETRY_HEADINGS)
    claimed = found["claimed"].to_dict()
    assert claimed == {
        ("bad", "moved"): False,
        ("bad", "mirrored"): False,
        ("half", "moved"): True,
        ("half", "mirrored"): False,
        ("dull", "moved"): True,
        ("dull", "mirrored"): True,
    }
    assert found["holds"].to_dict()["bad", "moved"] is False
    assert found["holds"].to_dict()["bad", "mirrored"] is True
    assert found["verdict"].tolist() == (
        [
            verdicts.NOT_KEPT,
            "kept, not claimed",
            "claim broken",
            "kept, not claimed",
            "claim broken",
            "kept",
        ]
    )


def test_nothing_is_claimed_of_a_probe(frames):
    study = STUDY | {"transforms": {"mirrored": {"kind": "same_element_swap"}}}
    found = summary.symmetry(study, frames[0], {}).set_index("experiment")
    assert not found["claimed"].any()
    assert set(found["verdict"]) == {"probe"}
    assert claims.broken(found.reset_index(), NO_ROTATIONS) == []


NO_ROTATIONS = pd.DataFrame(
    {"experiment": ["half"], "claimed": [False], "spread_max_kcal_mol": [1.0], "rotations": [64]}
)


def test_a_contradicted_claim_is_one_sentence(frames):
    found = summary.symmetry(STUDY, frames[0], {})
    broken = claims.broken(found, NO_ROTATIONS)
    says = "claims to be unmoved by moved, and its predictions change by up to 1.0 kcal/mol"
    assert broken == [f"half {says}", f"dull {says}"]
    complaint = claims.complaint("butanol", broken)
    assert complaint.startswith("molecules.butanol: half claims to be unmoved by moved")
    assert "(and 1 more)" in complaint
    assert complaint.count(". ") == 0
    (spread,) = claims.broken(
        found[found["experiment"] == "bad"], NO_ROTATIONS.assign(claimed=True)
    )
    assert spread.startswith("half claims to be unmoved by rotation, and its predictions spread")
    assert spread.endswith("by up to 1.0 kcal/mol over 64 rotations")


def test_what_is_not_a_number_breaks_a_claim(frames):
    nothing = NO_ROTATIONS.assign(claimed=True, spread_max_kcal_mol=np.nan)
    found = summary.symmetry(STUDY, frames[0], {})
    (spread,) = claims.broken(found[found["experiment"] == "bad"], nothing)
    assert spread == (
        "half claims to be unmoved by rotation, and its predictions spread by what is not a finite "
        "number over 64 rotations"
    )
    assert claims.broken(found[:0], nothing.assign(claimed=False)) == []
    row = verdicts.judged({"defect_rms": np.nan, "defect_max": np.nan, "mae": 1.0}, True, 1e-6)
    assert row["verdict"] == "claim broken"


def test_a_study_whose_claims_hold_is_summed_up(frames):
    found = summary.symmetry(STUDY, frames[0], {})
    sentence = claims.sentence(found[found["experiment"] != "half"].drop(4))
    assert sentence == (
        "The one claim of 1 experiment holds (largest change: 0 kcal/mol); of the 2 symmetries "
        "that nobody claims 1 is not kept (largest change: 1.00 kcal/mol).\n"
    )


def test_a_study_that_claims_all_or_nothing_is_summed_up(frames):
    found = summary.symmetry(STUDY, frames[0], {}).drop(4)
    kept = found[found["verdict"] == "kept"]
    assert claims.sentence(kept).endswith("kcal/mol); no other symmetry was tried.\n")
    lost = found[~found["claimed"] & ~found["holds"]]
    start = "No experiment claims a symmetry that was tried; the one symmetry that nobody claims is"
    assert claims.sentence(lost) == f"{start} not kept (largest change: 1.00 kcal/mol).\n"
    nothing = "No experiment claims a symmetry that was tried; no other symmetry was tried"
    assert claims.sentence(found[:0]) == f"{nothing}.\n"


def test_errors_by_stereoisomer(tmp_path):
    table = {
        "conformer": np.array([0, 1, 2, 3, 0, 1, 2, 3, 0]),
        "partition": np.array(["train", "test", "test", "test"] * 2 + ["hot"]),
        "transform": np.array(["original"] * 4 + ["turned"] * 4 + ["original"]),
        "energy": np.zeros(9),
        "predicted": np.array([9.0, 1, -2, 4, 0, 0, 0, 8, 100]),
    }
    predicted = {"here": table, "there": table}
    trained_on = {"here": "original", "there": "turned"}
    rows = {"partition": ["train", "test", "test", "test", "hot"], "conformer": [0, 1, 2, 3, 9]}
    components = {f"force_{axis}": np.zeros(5) for axis in "xyz"}
    components |= {f"predicted_{axis}": np.array([7.0, 1, -2, 4, 50]) for axis in "xyz"}
    forces = {name: np.array(values) for name, values in rows.items()} | components
    labels = np.array(["R", "R", "S", "S"])
    found = by_stereoisomer(predicted, trained_on, labels, {"there": forces})
    assert np.isnan(found.pop("test_force_mae_kcal_mol_angstrom")[:2]).all()
    found = by_stereoisomer(predicted, trained_on, labels, {"here": forces, "there": forces})
    assert found.to_dict("list") == {
        "experiment": ["here", "here", "there", "there"],
        "stereoisomer": ["R", "S"] * 2,
        "n_train": [1, 0] * 2,
        "n_test": [1, 2] * 2,
        "test_mae_kcal_mol": [1, 3, 0, 4],
        "test_force_mae_kcal_mol_angstrom": [1, 3] * 2,
    }
    alone = by_stereoisomer(predicted, trained_on, np.array(["R", "S", "S", "S"]), {})
    assert np.isnan(alone["test_mae_kcal_mol"][0])
    none = by_stereoisomer(predicted, trained_on, np.array(["none"] * 4), {})
    assert len(none) == 0
    paths = [tmp_path / f"t.{ending}" for ending in ("csv", "md", "tex", "html")]
    readable.write(none, HEADINGS, paths)
    assert paths[0].read_text() == f"{','.join(HEADINGS)}\n"


def test_tables_for_people(frames, tmp_path):
    paths = [tmp_path / f"summary.{ending}" for ending in ("csv", "md", "tex", "html")]
    readable.write(summary.summary(STUDY, *frames), summary.SUMMARY_HEADINGS, paths)
    exact = pd.read_csv(paths[0])
    assert exact["test_mae_kcal_mol"][0] == summary.summary(STUDY, *frames)["test_mae_kcal_mol"][0]
    assert "Test MAE (kcal/mol)" in paths[1].read_text()
    tex = paths[2].read_text()
    assert r"\toprule" in tex
    assert "R²" not in tex
    head = next(line for line in tex.splitlines() if "Test MAE" in line)
    assert r"\shortstack[l]{Test MAE, mean\\over splits\\(kcal/mol)}" in head
    assert all(line.count("&") == head.count("&") for line in tex.splitlines() if "&" in line)
    page = paths[3].read_text()
    assert page.count("<tr>") == len(exact) + 1
    assert exact["note"].isna().all()
    assert page.count("<td>") == len(exact) * (len(exact.columns) - 1)
    assert "://" not in page


@pytest.mark.parametrize(
    ("text", "tex"),
    [
        ("ridge2", "ridge2"),
        ("e1", "e1"),
        ("1e-5-run", "1e-5-run"),
        ("sorted_kernel", r"sorted\_kernel"),
        ("Held-out R²", r"Held-out R\ensuremath{{}^2}"),
        ("C1…C1 {#}", r"C1\ldots{}C1 \{\#\}"),
        ("mdyn Å/rad²", r"mdyn \AA{}/rad\ensuremath{{}^2}"),
        ("", ""),
    ],
)
def test_names_in_latex(text, tex):
    assert latex.number(text) == tex


def random_splits(values, energy, **chosen) -> dict:
    """The learning curve of a study of 200 conformers, of which 100 train."""
    return resplits.learning_curve(
        fit,
        TrainingRows.of_tables(values, None),
        energy,
        np.zeros(200),
        {},
        partitions=partition(200, 100, 0, "x"),
        split=shuffle(0),
        **chosen,
    )


def test_the_whole_training_set_is_always_on_the_learning_curve(rng):
    values = rng.normal(size=(200, 3))
    energy = values @ [1, 2, 3]
    own = LinearRegression().fit(values, energy)
    curve = random_splits(values, energy, sizes=[150, 500], repeats=2, own_model=own)
    assert curve["size"].tolist() == [100, 100]


def test_every_fit_is_tested_on_further_geometries(rng):
    """Split by order: held-out conformers stay the same, and there is one whole training set."""
    values, further = rng.normal(size=(200, 3)), rng.normal(size=(30, 3))
    energy = values @ [1, 2, 3] + rng.normal(size=200)
    theirs, cheaper = further @ [1, 2, 3] + 1, rng.normal(size=30)
    partitions = in_order(200, 100, "x", {})
    own = LinearRegression().fit(values[:100], energy[:100])
    curve = resplits.learning_curve(
        fit,
        TrainingRows.of_tables(values, None),
        energy,
        np.zeros(200),
        {"hot": FurtherSet({"original": (np.arange(30), further)}, theirs + cheaper, cheaper)},
        partitions=partitions,
        split={"by": "order", "seed": 0},
        sizes=[20],
        repeats=2,
        own_model=own,
    )
    assert curve["size"].tolist() == [20, 20, 100, 100, 20, 20]
    assert curve["repeat"].tolist() == [0, 0, 0, 0, 1, 1]
    assert curve["tested_on"].tolist() == [HELD_OUT, "hot"] * 3
    assert curve["mae"][2] == pytest.approx(np.abs(own.predict(values[100:]) - energy[100:]).mean())
    assert curve["mae"][3] == pytest.approx(np.abs(own.predict(further) - theirs).mean())
    assert len(set(curve["mae"].tolist())) == 6


def test_further_geometries_have_rows_in_metrics_and_summary(frames, table):
    mine, hot = table, {name: column[:60].copy() for name, column in table.items()}
    hot["partition"], hot["predicted"] = np.full(60, "hot"), hot["energy"] + 7.0
    hot["transform"] = np.repeat(["original", "moved"], 30)
    hot["conformer"] = np.tile(np.arange(30), 2)
    both = {name: np.concatenate([column, hot[name]]) for name, column in mine.items()}
    metrics = pd.DataFrame(predictions.metrics(both))
    rows = metrics.set_index(["partition", "transform"])
    assert rows.loc[("hot", "original"), "mae"] == pytest.approx(7)
    assert rows.loc[("hot", "original"), "n"] == 30
    assert rows.loc[("hot", "original"), "defect_max"] == 0
    alone = pd.DataFrame(predictions.metrics(mine))
    pd.testing.assert_frame_equal(
        metrics[metrics["partition"] != "hot"].reset_index(drop=True), alone
    )
    curve = frames[1]["bad"]
    curve = pd.concat([curve, curve.assign(tested_on="hot", mae=9.0)])
    names = STUDY["experiments"]
    found = summary.summary(STUDY, dict.fromkeys(names, metrics), dict.fromkeys(names, curve))
    assert found["tested_on"].tolist() == [HELD_OUT, "hot"] * 3
    assert found["experiment"].tolist() == ["bad", "bad", "half", "half", "dull", "dull"]
    assert found.loc[1, "test_mae_kcal_mol"] == pytest.approx(7)
    assert found.loc[1, "resplit_mae_mean_kcal_mol"] == 9
    assert summary.held_out(found)["experiment"].tolist() == list(names)


@pytest.mark.parametrize(
    ("value", "text", "tex"),
    [
        (6.678, "6.68", "6.68"),
        (1864.2, "1864", "1864"),
        (3.3e-8, "3e-08", r"\ensuremath{3 \times 10^{-8}}"),
        (3.3e-15, "< 1e-9", r"\ensuremath{< 10^{-9}}"),
        (-3.3e-15, "< 1e-9", r"\ensuremath{< 10^{-9}}"),
        (0.0, "0", "0"),
        (8.5, "8.50", "8.50"),
        (-0.864, "-0.864", r"\ensuremath{-0.864}"),
        (1234567.0, "1e+06", r"\ensuremath{1 \times 10^{6}}"),
    ],
)
def test_numbers_for_people(value, text, tex):
    assert significant(value) == text
    assert latex.number(text) == tex


def test_a_verdict_for_each_claim_and_what_was_seen():
    assert verdicts.verdict(claimed=True, holds=True) == "kept"
    assert verdicts.verdict(claimed=True, holds=False) == "claim broken"
    assert verdicts.verdict(claimed=False, holds=False) == "not kept, not claimed"
    assert verdicts.verdict(claimed=False, holds=True) == "kept, not claimed"


def test_constant_predictions_and_equal_energies_are_remarked(rng):
    energy = rng.normal(size=50)
    assert predictions.remark(energy, rng.normal(size=50)) == ""
    assert predictions.remark(energy, np.full(50, 3.0)) == verdicts.ONE_VALUE
    assert predictions.remark(1e-6 * energy, energy) == predictions.NOTHING_TO_LEARN
    assert np.isnan(predictions.errors(1e-6 * energy, energy)["r2"])


def test_absurd_predictions_are_counted(rng):
    energy, partitions = rng.uniform(10, 20, size=100), partition(100, 50, 0, "x")
    predicted = energy.copy()
    table = {
        "conformer": np.tile(np.arange(100), 2),
        "partition": np.tile(partitions, 2),
        "transform": np.repeat(["original", "moved"], 100),
        "energy": np.tile(energy, 2),
        "predicted": np.concatenate([predicted, predicted + 1e9]),
    }
    assert predictions.absurd(table) == ""
    first, second = np.flatnonzero(partitions == "test")[:2]
    table["predicted"][first] += 990
    assert predictions.absurd(table) == ""
    table["predicted"][first], table["predicted"][second] = -1e20, np.nan
    assert predictions.absurd(table).startswith("the energies predicted of 2 of 100 conformers")
    table["predicted"][second] = 15
    assert "by up to 1.0e+20 kcal/mol. The errors" in predictions.absurd(table)


def test_a_constant_model_is_not_invariant(rng):
    """Trees with fewer rows than two leaves need predict one value: that keeps no symmetry."""
    energy, values = rng.normal(size=90), rng.normal(size=(90, 4))
    conformers, partitions = np.arange(90), partition(90, 39, 0, "x")
    train = partitions == "train"
    model = hist_gradient_boosting(min_samples_leaf=20).fit(values[train], energy[train])
    tables = {name: (conformers, values + step) for name, step in (("original", 0), ("moved", 9))}
    zeros = np.zeros(90)
    table = predictions.predictions(
        lambda v: (model.predict(v), None), tables, energy, zeros, partitions
    )
    note = predictions.remark_on(table, zeros)
    assert note == verdicts.ONE_VALUE
    metrics = {"bad": pd.DataFrame(predictions.metrics(table, note))}
    study = STUDY | {
        "transforms": {"moved": {"kind": "translation"}},
        "experiments": {"bad": STUDY["experiments"]["bad"]},
    }
    (row,) = summary.symmetry(study, metrics, {}).to_dict("records")
    assert row["holds"]
    assert (row["verdict"], row["note"]) == ("constant", verdicts.ONE_VALUE)
    found = summary.symmetry(study, metrics, {})
    assert claims.sentence(found).endswith("Constant predictions say nothing: bad.\n")


def test_no_claim_is_judged_where_the_level_breaks_the_symmetry(frames):
    found = summary.symmetry(STUDY, frames[0], {"mmff94": ["moved"], "uff": ["mirrored"]})
    moved = found[found["transform"] == "moved"]
    assert set(moved["verdict"]) == {"the level breaks it"}
    assert set(moved["note"]) == {"MMFF94 tells these atoms apart"}
    assert "the level breaks it" not in found.loc[found["transform"] != "moved", "verdict"].tolist()
    assert claims.broken(found, NO_ROTATIONS) == []
    assert "A level itself breaks moved: this judges no model." in claims.sentence(found)


def test_no_claim_is_judged_by_a_motion_that_moves_nothing(frames):
    found = summary.symmetry(STUDY, frames[0], {}, ["mirrored"])
    still, moved = (found[found["transform"] == name] for name in ("mirrored", "moved"))
    assert set(still["verdict"]) == {"moves nothing"}
    assert set(still["note"]) == {"leaves every atom of this molecule where it is"}
    assert moved["verdict"].tolist() == [verdicts.NOT_KEPT, "claim broken", "claim broken"]
    said = claims.sentence(found)
    assert said.startswith("No experiment claims a symmetry that was tried; ")
    assert said.endswith("Nothing is moved by mirrored: this judges no model.\n")
    probed = STUDY | {"transforms": {"mirrored": {"kind": "same_element_swap"}}}
    probes = summary.symmetry(probed, frames[0], {}, ["mirrored"])
    assert set(probes["verdict"]) == {"probe"}


def test_the_levels_behind_an_experiment():
    features = {
        "soap": {"kind": "soap"},
        "terms": {"kind": "energy_terms", "variant": "mmff94s"},
        "types": {"kind": "force_field_terms", "labels": "mmff_types", "pairs": "radius_grid"},
    }
    study = {"energies": {"level": "gfn2_xtb"}, "features": features, "experiments": {}}

    def behind(**experiment) -> list[str]:
        return levels_behind(study | {"experiments": {"x": experiment}}, "x")

    assert behind(features="soap") == ["gfn2_xtb"]
    assert behind(features="soap", baseline="uff") == ["gfn2_xtb", "uff"]
    assert behind(features=["terms", "types"]) == ["gfn2_xtb", "mmff94s", "mmff94"]


def test_tables_for_people_can_have_mev_and_files_keep_kcal(tmp_path):
    table = pd.DataFrame({"experiment": ["a"], "mae_kcal_mol": [0.5], "test_r2": [0.9]})
    headings = {"experiment": "Experiment", "mae_kcal_mol": "MAE (kcal/mol)", "test_r2": "R²"}
    paths = [tmp_path / f"t.{ending}" for ending in ("csv", "md", "tex", "html")]
    readable.write(table, headings, paths, unit="meV")
    csv, *rest = (path.read_text(encoding="utf-8") for path in paths)
    assert "mae_kcal_mol" in csv
    assert "0.5" in csv
    for text in rest:
        assert "meV" in text
        assert "kcal" not in text
        assert "21.7" in text  # 0.5 kcal/mol
        assert "0.9" in text


def test_the_largest_change_judges_a_claim_and_not_the_usual_one():
    seen = {"defect_rms": 5e-7, "defect_max": 2e-6, "mae": 1.0}
    assert verdicts.judged(seen, True, 1e-6)["verdict"] == "claim broken"
    conformers, changes = np.arange(100), np.linspace(0, 3, 100)
    tables = {"original": (conformers, np.zeros(100)), "moved": (conformers, changes)}
    known = np.zeros(100), np.zeros(100), np.repeat(["train", "test"], 50)
    found = predictions.metrics(predictions.predictions(lambda v: (v, None), tables, *known))
    frame = pd.DataFrame(found).set_index(["partition", "transform"])
    assert frame.loc[("test", "moved"), "defect_max"] == 3
    rms = np.sqrt(np.mean(changes[50:] ** 2))
    assert frame.loc[("test", "moved"), "defect_rms"] == pytest.approx(rms)


def test_the_studys_own_model_stands_for_the_first_split_alone(rng):
    values = rng.normal(size=(200, 1))
    energy = values[:, 0] + rng.normal(size=200)
    absurd = LinearRegression().fit(values, energy + 1e3)
    curve = random_splits(values, energy, sizes=[50], repeats=3, own_model=absurd)
    frame = pd.DataFrame(curve).set_index(["repeat", "size"])["mae"]
    assert frame[(0, 100)] > 900
    assert (frame.drop((0, 100)) < 10).all()
    assert len(frame) == 6


def test_a_motion_of_two_symmetries_is_claimed_by_both_alone(frames, monkeypatch):
    study = STUDY | {"transforms": {"moved": {"kind": "random_pose"}}}
    for symmetries, claimed in (({"translation"}, False), ({"translation", "rotation"}, True)):
        monkeypatch.setattr(summary, "claimed", lambda study, name, held=symmetries: held)
        assert set(summary.symmetry(study, frames[0], {})["claimed"]) == {claimed}
