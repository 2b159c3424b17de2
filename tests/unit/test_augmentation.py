"""Moved copies to train on, and what they are held against."""

import itertools

import numpy as np
import pandas as pd
import pytest
from rdkit import Chem
from sklearn.linear_model import LinearRegression

from confsym.conformers.ensemble import Ensemble
from confsym.conformers.split import partition
from confsym.energies.force_fields import mmff94
from confsym.evaluation import predictions, resplits
from confsym.models.training import TrainingRows
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.study.experiments import families
from confsym.symmetry import augmentation
from confsym.transforms import copies

SMILES = "CC(C)CO"
EVERY = {"motions": list(copies.MOTIONS), "displacement": 0.7, "seed": 3}


def fit(conformer, values, target):
    return LinearRegression().fit(values, target)


@pytest.fixture
def parts(conformers):
    target, positions = conformers(SMILES, 20)
    topology = Topology.from_description(molecule.describe("x", SMILES))
    return Ensemble(positions, topology.numbers, np.arange(20)), target, topology


def subsets() -> list[list[str]]:
    sizes = range(1, len(copies.MOTIONS) + 1)
    return [list(some) for n in sizes for some in itertools.combinations(copies.MOTIONS, n)]


@pytest.mark.parametrize("motions", subsets(), ids="-".join)
def test_a_copy_has_the_energy_of_its_conformer(motions, parts):
    """Whatever it is moved by: the molecule, atoms in the copy's order, is as it was."""
    ensemble, target, topology = parts
    settings = EVERY | {"motions": motions}
    positions, after = copies.moved_copy(ensemble, target, topology, settings, 0)
    if "relabelling" in motions:
        order = _order(after, topology)
        target = Chem.RenumberAtoms(target, order)
    elif "rotation" not in motions and "equivalent_swap" not in motions:
        shift = positions - ensemble.positions
        assert np.abs(shift).max() <= 0.7
        assert np.ptp(shift, axis=1).max() < 1e-12
        assert np.ptp(shift, axis=0).min() > 0.1  # each conformer by its own
    assert np.abs(positions - ensemble.positions).max() > 0.1
    np.testing.assert_allclose(
        mmff94(target, positions, "x")[0],
        mmff94(parts[1], ensemble.positions, "x")[0],
        rtol=1e-10,
        atol=1e-8,
    )


def _order(after: Topology, before: Topology) -> list[int]:
    """Which old atom stands at each place: the order whose bonds are the new ones."""
    from confsym.transforms.order import relabelled_order

    place = copies.MOTIONS.index("relabelling")
    order = relabelled_order(len(before.numbers), [EVERY["seed"], 0, place])
    assert (before.relabelled(order).bonds == after.bonds).all()
    assert (before.numbers[order] == after.numbers).all()
    return order.tolist()


def test_copies_differ_and_repeat_themselves(parts):
    found = [copies.moved_copy(*parts, EVERY, copy)[0] for copy in (0, 0, 1)]
    assert (found[0] == found[1]).all()
    assert np.abs(found[0] - found[2]).max() > 0.1
    other, _ = copies.moved_copy(*parts, EVERY | {"seed": 4}, 0)
    assert np.abs(found[0] - other).max() > 0.1


def entry(features: str, copies: int | None = None, **more) -> dict:
    found = {"features": features, "model": "hgb", "train_on": "original"} | more
    if copies is not None:
        found["augmentation"] = {"copies": copies, "motions": ["rotation"]}
    return found


STUDY = {
    "features": {
        "raw": {"kind": "raw_coordinates"},
        "sorted": {"kind": "inverse_distances", "order": "sorted"},
        "coulomb": {"kind": "coulomb_eigenvalues"},
    },
    "experiments": {
        "sixteen": entry("raw", 16),
        "none": entry("raw"),
        "four": entry("raw", 4),
        "moved": entry("raw", train_on="random_pose"),
        "invariant": entry("sorted"),
        "other_model": entry("coulomb", model="ridge"),
        "difference": entry("sorted", baseline="uff"),
    },
}


def test_a_family_differs_in_copies_alone():
    (names,) = families(STUDY).values()
    assert names == ["none", "four", "sixteen", "invariant"]
    swapped = entry("sorted", 4)
    swapped["augmentation"]["motions"] = ["equivalent_swap"]  # has nothing to do with a pose
    assert set(families({**STUDY, "experiments": {"swapped": swapped}})) == set()
    apart = STUDY | {"experiments": {"none": entry("raw"), "invariant": entry("sorted")}}
    assert families(apart) == {}


def test_families_that_differ_in_a_baseline_are_two():
    experiments = {
        "none": entry("raw"),
        "four": entry("raw", 4),
        "none_above": entry("raw", baseline="uff"),
        "four_above": entry("raw", 4, baseline="uff"),
    }
    assert families(STUDY | {"experiments": experiments}) == {
        "raw and hgb, copies moved by rotation": ["none", "four"],
        "raw and hgb above uff, copies moved by rotation": ["none_above", "four_above"],
    }


@pytest.mark.parametrize(
    ("key", "values", "said"),
    [("displacement", (1.0, 100.0), ("1.0 Å", "100.0 Å")), ("seed", (0, 5), ("0", "5"))],
)
def test_copies_that_are_moved_otherwise_are_another_family(key, values, said):
    one, other = (entry("raw", 4) for _ in values)
    for experiment, value in zip((one, other), values, strict=True):
        experiment["augmentation"][key] = value
    experiments = {"none": entry("raw"), "one": one, "other": other}
    start = f"raw and hgb, copies moved by rotation, {key}"
    assert families(STUDY | {"experiments": experiments}) == {
        f"{start} {said[0]}": ["none", "one"],
        f"{start} {said[1]}": ["none", "other"],
    }


def test_features_that_are_invariant_themselves_are_listed_once():
    four = entry("sorted", 4)
    four["augmentation"]["motions"] = ["equivalent_swap", "rotation"]
    study = STUDY | {"experiments": {"none": entry("sorted"), "four": four}}
    (names,) = families(study).values()
    assert names == ["none", "four"]


def test_errors_on_several_splits_the_first_being_the_studys(rng):
    values = rng.normal(size=(200, 3))
    energy = values @ [1.0, 2.0, 3.0] + rng.normal(size=200)
    posed, below = values + 1.0, 100 * rng.normal(size=200)
    rows = TrainingRows.of_tables(values, (np.arange(200), values + rng.normal(size=(200, 1))))
    partitions = partition(200, 120, 5, "x")
    train = partitions == "train"
    both = np.concatenate([values[train], rows.copies[train]])
    model = LinearRegression().fit(both, np.tile(energy[train], 2))
    settings = {"repeats": 2, "own_model": model}
    found, before = (
        resplits.pose_errors(
            fit,
            rows,
            posed,
            energy + below,
            below,
            partitions=partition(200, 120, seed, "x"),
            split={"by": "shuffle", "seed": seed},
            **settings,
        )
        for seed in (5, 4)
    )
    assert found["rows"].tolist() == [240, 240]
    # Fitted anew as a later repeat, the same split gives the same errors.
    assert before["mae_posed_kcal_mol"][1] == pytest.approx(found["mae_posed_kcal_mol"][0])
    for column, table in (("embedded", values), ("posed", posed)):
        expected = predictions.errors(energy[~train], model.predict(table[~train]))["mae"]
        assert found[f"mae_{column}_kcal_mol"][0] == pytest.approx(expected, rel=1e-10)


def test_the_table_says_what_is_invariant_and_how_many_rows(rng):
    errors = {
        name: pd.DataFrame(
            {
                "repeat": [0, 1],
                "rows": [100, 100],
                "mae_embedded_kcal_mol": rng.random(2),
                "mae_posed_kcal_mol": rng.random(2),
            }
        )
        for name in ("none", "four", "sixteen", "invariant")
    }
    table = augmentation.table(STUDY, errors)
    assert list(table.columns) == list(augmentation.HEADINGS)
    assert len(table) == 8
    assert table["copies"].tolist() == [0, 0, 4, 4, 16, 16, 0, 0]
    assert table["invariant"].tolist() == [False] * 6 + [True] * 2
    assert table["mae_posed_kcal_mol"][2] == errors["four"]["mae_posed_kcal_mol"][0]
