"""Kernels that are centred on some of the training rows."""

import logging

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from confsym.evaluation.predictions import metrics
from confsym.features.point_cloud import point_cloud
from confsym.models import fitted, inducing, symmetrised_kernel
from confsym.models.gaussian_process import AdditiveGP
from confsym.models.kernel import KERNELS, LeaveOneOutKernelRidge
from confsym.models.symmetrised_kernel import SymmetrisedKernelRidge
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.storage import files

PENALTY = 1e-4


@pytest.fixture
def data(rng):
    values = rng.normal(size=(200, 4))
    noise = 0.05 * rng.normal(size=200)
    return values, np.sin(values[:, 0]) + values[:, 1] ** 2 + values[:, 2] + noise


def models(inducing_points: int) -> dict:
    return {
        "kernel_ridge": LeaveOneOutKernelRidge(
            "matern", [PENALTY], [2.0], inducing_points=inducing_points
        ),
        "additive_gp": AdditiveGP(["linear", "rbf"], [3, 1], inducing_points=inducing_points),
    }


def test_rows_farthest_from_each_other_against_all_distances(rng):
    points = rng.normal(size=(60, 3))
    chosen = [int(np.linalg.norm(points - points.mean(axis=0), axis=1).argmin())]
    apart = cdist(points, points)
    while len(chosen) < 12:
        chosen.append(int(apart[chosen].min(axis=0).argmax()))
    assert inducing.farthest_rows(points, 12).tolist() == sorted(chosen)
    assert inducing.farthest_rows(points, 100).tolist() == list(range(60))


def test_rows_that_repeat_others_are_not_chosen(rng):
    points = np.repeat(rng.normal(size=(5, 3)), 4, axis=0)
    assert len(inducing.farthest_rows(points, 20)) == 5


def test_weights_against_the_formula(data):
    """(K_mn K_nm + penalty K_mm) w = K_mn y, as Quiñonero-Candela and Rasmussen write it."""
    values, target = data
    inner, cross = (
        KERNELS["matern"](cdist(some, values[:30]) / 2.5) for some in (values[:30], values)
    )
    found = inducing.regressed(inner.copy(), lambda rows: cross[rows], target, PENALTY)
    expected = np.linalg.solve(cross.T @ cross + PENALTY * inner, cross.T @ target)
    np.testing.assert_allclose(found.weights, expected, rtol=1e-6)


@pytest.mark.parametrize("block", [7, 1000])
def test_weights_do_not_depend_on_blocks(data, block, monkeypatch):
    values, target = data
    inner, cross = (KERNELS["rbf"](cdist(some, values[:30])) for some in (values[:30], values))
    whole = inducing.regressed(inner.copy(), lambda rows: cross[rows], target, PENALTY)
    monkeypatch.setattr(inducing, "BLOCK", block)
    found = inducing.regressed(inner.copy(), lambda rows: cross[rows], target, PENALTY)
    np.testing.assert_allclose(found.weights, whole.weights, rtol=1e-7)


@pytest.mark.parametrize("kind", models(1))
def test_a_subset_of_all_rows_is_the_whole(kind, data, rng, monkeypatch):
    """The same function and deviations as from the matrix of all pairs."""
    values, target = data
    whole = models(200)[kind].fit(values, target)
    assert whole.approximation_ == ""
    repeated = np.concatenate([values, values[:1]]), np.append(target, target[0])
    monkeypatch.setattr(inducing, "farthest_rows", lambda points, count: np.arange(200))
    subset = models(200)[kind].fit(*repeated)
    assert subset.approximation_ == "kernel centred on 200 of 201 training rows"
    plain = models(201)[kind].fit(*repeated)
    others = rng.normal(size=(40, 4))
    deviation = {"return_std": True} if kind == "additive_gp" else {}
    np.testing.assert_allclose(
        subset.predict(others, **deviation), plain.predict(others, **deviation), atol=1e-7
    )


@pytest.mark.parametrize("kind", models(1))
def test_a_subset_learns_from_all_rows(kind, data, rng, caplog):
    """Better than from so many rows alone, worse than from all, and it says so."""
    values = rng.normal(size=(600, 4))
    target = np.sin(values[:, 0]) + values[:, 1] ** 2 + values[:, 2]
    train, test = (values[:400], target[:400]), (values[400:], target[400:])

    def error(count: int, rows: int) -> float:
        model = models(count)[kind].fit(*(part[:rows] for part in train))
        return float(np.abs(model.predict(test[0]) - test[1]).mean())

    with caplog.at_level(logging.INFO):
        assert error(400, 400) < error(60, 400) < error(60, 60)
    assert [record.getMessage() for record in caplog.records] == [
        "kernel centred on 60 of 400 training rows"
    ]


@pytest.mark.parametrize("kind", models(1))
def test_up_to_the_limit_nothing_changes(kind, data):
    values, target = data
    one, other = (models(count)[kind].fit(values, target) for count in (200, 5000))
    assert (one.predict(values) == other.predict(values)).all()


def test_deviations_grow_away_from_the_inducing_points(data):
    values, target = data
    model = AdditiveGP(["rbf"], inducing_points=30).fit(values, target)
    near = model.predict(values, return_std=True)[1]
    far = model.predict(values + 20, return_std=True)[1]
    assert (near >= 0.99 * np.sqrt(model.noise_) * model.spread_).all()
    assert (far > near.max()).all()


def test_metrics_name_the_subset(data, tmp_path):
    values, target = data
    model = models(30)["kernel_ridge"].fit(values, target)
    said = fitted.approximation(model)
    table = {
        "conformer": np.arange(200),
        "partition": np.repeat(["train", "test"], 100),
        "transform": np.repeat(["original"], 200),
        "energy": target,
        "predicted": model.predict(values),
    }
    files.write_csv(tmp_path / "metrics.csv", metrics(table, approximation=said))
    named = files.read_csv(tmp_path / "metrics.csv")["approximation"].tolist()
    assert named == ["kernel centred on 30 of 200 training rows"] * 2
    assert "approximation" not in metrics(table)


def test_the_symmetrised_kernel_by_columns_is_the_same(conformers, monkeypatch):
    """Ridge regression on as many columns as the kernel's rows have is no approximation."""
    _, positions = conformers("CC(C)O", 60)
    topology = Topology.from_description(molecule.describe("x", "CC(C)O"))
    rows = np.concatenate(
        [point_cloud(positions * (1 + 0.001 * step), topology)[1] for step in range(8)]
    )
    target = np.sin(rows[:, 0]) + rows[:, 4]
    model = SymmetrisedKernelRidge(width=1.0, separated=1, alphas=[1e-4])
    by_pairs = model.fit(rows, target).predict(rows)
    assert len(rows) > len(model.weights_)
    monkeypatch.setattr(symmetrised_kernel, "MOST_PAIRED", 10)
    by_columns = model.fit(rows, target).predict(rows)
    np.testing.assert_allclose(by_columns, by_pairs, atol=1e-8)
