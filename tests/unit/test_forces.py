"""Errors of forces, what a config can get wrong about them, and their figures."""

import copy

import numpy as np
import pandas as pd
import pytest

from confsym.energies.labels import Labels
from confsym.evaluation import force_curves, force_summary, forces
from confsym.figures.force_errors import force_errors
from confsym.figures.force_parity import force_parity
from confsym.storage.files import write_csv
from confsym.study.forces import contradictions
from confsym.study.geometries import contradictions as of_geometries

STUDY = {
    "energies": {"level": "mmff94", "gradients": False},
    "features": {
        "cloud": {"kind": "point_cloud"},
        "terms": {"kind": "force_field_terms"},
        "sorted": {"kind": "inverse_distances", "order": "sorted"},
    },
    "models": {
        "gp": {"kind": "gradient_gp"},
        "linear": {"kind": "linear_force_field"},
        "ridge": {"kind": "ridge"},
    },
    "experiments": {
        "gp": {
            "features": "cloud",
            "model": "gp",
            "train_on": "original",
            "learn": "energies_and_forces",
        },
        "linear": {
            "features": ["terms"],
            "model": "linear",
            "train_on": "original",
            "learn": "energies_and_forces",
        },
        "ridge": {
            "features": "terms",
            "model": "ridge",
            "train_on": "original",
            "learn": "energies",
        },
    },
}


# What a config can get wrong.


def problems(name: str, **changes) -> list[str]:
    study = copy.deepcopy(STUDY)
    study["experiments"][name] |= changes
    return list(contradictions(study))


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("ridge", {"learn": "energies_and_forces"}, "models.ridge is of kind ridge, which learns"),
        ("gp", {"learn": "energies"}, "give experiments.gp learn: energies_and_forces"),
        ("linear", {"augmentation": {"copies": 2}}, "learns forces and has augmentation"),
        ("linear", {"train_on": "random_pose"}, "has train_on 'random_pose'"),
        ("linear", {"features": ["terms", "sorted"]}, "needs derivatives of features.sorted: kind"),
        ("linear", {"features": "cloud"}, "needs derivatives of features.cloud: kind point_cloud"),
    ],
)
def test_what_cannot_learn_forces_is_a_sentence(name, changes, said):
    (sentence,) = problems(name, **changes)
    assert said in sentence
    assert sentence.endswith(".")


def test_a_right_study_has_no_problem():
    assert problems("gp") == []


def test_a_file_without_forces_cannot_teach_them():
    study = copy.deepcopy(STUDY)
    study["energies"]["level"] = "given"
    study["molecules"] = {
        "x": {"geometries": {"file": "x.xyz", "energy": "energy", "energy_unit": "eV"}}
    }
    study["split"] = {"by": "shuffle", "train": 10}
    assert any(
        "names no forces, which experiments.gp.learn asks for" in sentence
        for sentence in of_geometries(study)
    )


# Errors.


@pytest.fixture
def known(rng) -> forces.Forces:
    computed = rng.normal(size=(20, 3, 3))
    return forces.Forces(np.arange(20), computed, computed + 0.1 * rng.normal(size=computed.shape))


def test_errors_by_hand():
    computed = np.array([[[1.0, 0, 0], [0, 2, 0]], [[0, 0, 0], [0, 0, 4]]])
    predicted = np.array([[[0.0, 1, 0], [0, 3, 0]], [[1, 0, 0], [0, 0, -4]]])
    found = forces.errors(computed, predicted)
    assert found["mae_kcal_mol_angstrom"] == pytest.approx((1 + 1 + 1 + 1 + 8) / 12)
    assert found["rmse_kcal_mol_angstrom"] == pytest.approx(np.sqrt((1 + 1 + 1 + 1 + 64) / 12))
    assert found["max_error_kcal_mol_angstrom"] == 8
    assert found["cosine"] == pytest.approx((0 + 1 - 1) / 3)  # the atom without a force is left out


def test_forces_of_round_off_have_no_cosine(rng):
    computed = rng.normal(size=(50, 4, 3))
    predicted = computed.copy()
    computed[:, 3], predicted[:, 3] = 1e-15 * rng.normal(size=(2, 50, 3))
    assert forces.errors(computed, predicted)["cosine"] == pytest.approx(1)


def test_no_force_at_all_has_no_cosine():
    nothing = np.zeros((2, 3, 3))
    assert np.isnan(forces.errors(nothing, nothing)["cosine"])


def test_deviations_stand_in_the_table_where_they_were_asked(known):
    sure = known._replace(deviation=np.abs(known.computed) + 1)
    table = pd.DataFrame(forces.table({"train": known, "test": sure}, np.array([8, 1, 1])))
    here = table["partition"] == "test"
    found = forces.vectors(table[here], "std").reshape(known.computed.shape)
    np.testing.assert_array_equal(found, sure.deviation)
    assert table.loc[~here, ["std_x", "std_y", "std_z"]].isna().all(axis=None)
    assert "std_x" not in forces.table({"test": known}, np.array([8, 1, 1]))


def test_metrics_by_partition_and_element(known):
    table = forces.table({"train": known, "md_600K": known}, np.array([8, 1, 1]))
    found = pd.DataFrame(forces.metrics(table)).set_index(["partition", "element"])
    assert found["n"].to_dict() == {
        ("train", "all"): 60,
        ("train", "O"): 20,
        ("train", "H"): 40,
        ("md_600K", "all"): 60,
        ("md_600K", "O"): 20,
        ("md_600K", "H"): 40,
    }
    of_oxygen = forces.errors(known.computed[:, 0], known.predicted[:, 0])
    for name, value in of_oxygen.items():
        assert found.loc[("train", "O"), name] == pytest.approx(value)


def test_a_table_keeps_atoms_and_conformers_together(known):
    table = pd.DataFrame(forces.table({"test": known}, np.array([8, 1, 1])))
    row = table[(table["conformer"] == 7) & (table["atom"] == 2)]
    assert row["element"].item() == "H"
    assert forces.vectors(row, "force")[0] == pytest.approx(known.computed[7, 2])
    assert forces.vectors(row, "predicted")[0] == pytest.approx(known.predicted[7, 2])


# Learning curves.


class Remembered:
    """A model whose forces and energies miss by one over the number of its conformers."""

    def __init__(self, conformers):
        self.error = 1 / len(conformers)

    def energies_and_forces(self, positions):
        energy = positions[:, 0, 0]
        return energy + self.error, np.ones_like(positions) + self.error


def test_curves_of_energies_and_forces(rng):
    positions = rng.normal(size=(40, 2, 3))
    energy = positions[:, 0, 0]
    below = np.full(40, 3.0)
    labels = Labels(energy + below, below, np.full((40, 2, 3), 1.5), np.full((40, 2, 3), 0.5))
    whole = force_curves.LabelledSet(positions, labels)
    partitions = np.array(["train"] * 20 + ["test"] * 20)
    split = {"by": "shuffle", "train": 20, "seed": 0}
    energies, found = force_curves.learning_curves(
        Remembered,
        whole,
        {"hot": whole.take(np.arange(5))},
        partitions=partitions,
        split=split,
        sizes=[5, 10],
        repeats=2,
        own_model=Remembered(range(20)),
    )
    for table, column in ((energies, "mae"), (found, "mae_kcal_mol_angstrom")):
        assert table["size"].tolist() == [5, 5, 10, 10, 20, 20] * 2
        assert table["tested_on"].tolist() == ["held out", "hot"] * 6
        assert table[column] == pytest.approx(1 / table["size"])


def test_the_best_experiment_stands_first(known, tmp_path):
    table = forces.table({"train": known, "test": known}, np.array([8, 1, 1]))
    metrics = pd.DataFrame(forces.metrics(table))
    of_few = forces.metrics(table, "learned from 5 of 20 training conformers")
    write_csv(tmp_path / "force_metrics.csv", of_few)
    of_few = pd.read_csv(tmp_path / "force_metrics.csv")
    curve = pd.DataFrame(
        {
            "size": [20, 20],
            "repeat": [0, 1],
            "tested_on": "held out",
            "mae_kcal_mol_angstrom": [0.4, 0.6],
        }
    )
    better = curve.assign(mae_kcal_mol_angstrom=[0.1, 0.3])
    found = force_summary.summary(
        STUDY, {"gp": metrics, "linear": of_few}, {"gp": curve, "linear": better}
    )
    assert found["experiment"].tolist() == ["linear", "gp"]
    assert set(found) == set(force_summary.HEADINGS)
    assert found["n_test"].tolist() == [20, 20]
    assert found["note"].tolist() == ["learned from 5 of 20 training conformers", ""]
    assert found["resplit_mae_mean_kcal_mol_angstrom"].tolist() == pytest.approx([0.2, 0.5])


# Figures.


def test_a_parity_panel_for_each_set(known):
    table = pd.DataFrame(
        forces.table({"train": known, "test": known, "hot": known}, np.array([8, 1, 1]))
    )
    figure = force_parity(table, "water")
    axes = [one for one in figure.axes if one.get_xlabel()]
    assert [one.get_xlabel() for one in axes] == ["computed force component (kcal/mol/Å)"] * 3
    texts = [text.get_text() for text in axes[0].texts]
    assert any("180 components" in text and "RMSE" in text for text in texts)


def test_large_forces_are_drawn_where_they_are(known):
    large = known._replace(computed=-2e4 + known.computed, predicted=-2e4 + known.predicted)
    figure = force_parity(pd.DataFrame(forces.table({"test": large}, np.array([8, 1, 1]))), "x")
    assert figure.axes[0].get_xlabel() == "computed force component (kcal/mol/Å)"
    assert figure.axes[0].get_xlim()[1] < -1e4


def test_errors_against_size_and_energy(known):
    table = pd.DataFrame(forces.table({"train": known, "test": known}, np.array([8, 1, 1])))
    curve = pd.DataFrame(
        {
            "size": [10, 10, 20, 20],
            "tested_on": ["held out", "hot"] * 2,
            "mae_kcal_mol_angstrom": [0.4, 0.8, 0.2, 0.5],
        }
    )
    figure = force_errors({"gp": curve}, {"gp": table}, np.linspace(0, 9, 20), "water")
    left, right = figure.axes
    assert left.get_legend_handles_labels()[1] == ["gp", "gp, hot"]
    (line,) = right.lines
    assert len(line.get_xdata()) == 8
    assert (np.diff(line.get_xdata()) > 0).all()


def test_molecules_side_by_side():
    def table(maes: dict[str, float]) -> pd.DataFrame:
        rows = [
            dict.fromkeys(force_summary.HEADINGS, number)
            | {"experiment": experiment, "tested_on": tested_on}
            | {"resplit_mae_mean_kcal_mol_angstrom": mae}
            for number, (experiment, mae) in enumerate(maes.items())
            for tested_on in ("held out", "hot")
        ]
        return pd.DataFrame(rows)

    exact = force_summary.comparison({"m": table({"a": 2e-13, "b": 1e-13, "c": 0.1})}, {"m": "UFF"})
    assert exact["rank"].tolist() == [1.5, 1.5, 3]
    tables = {"m": table({"a": 1.0, "b": 2.0}), "k": table({"b": 0.5, "a": 0.5})}
    found = force_summary.comparison(tables, {"m": "UFF", "k": "GFN2-xTB"})
    assert found["level"].tolist() == ["UFF", "UFF", "GFN2-xTB", "GFN2-xTB"]
    assert list(found) == list(force_summary.COMPARED_HEADINGS)
    assert found["molecule"].tolist() == ["m", "m", "k", "k"]
    assert found["rank"].tolist() == [1, 2, 1.5, 1.5]
    assert found["resplit_mae_mean_kcal_mol_angstrom"].tolist() == [1, 2, 0.5, 0.5]
