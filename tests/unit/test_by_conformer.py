"""Where rows are split inside a training, a conformer and its copies are on one side."""

import joblib
import numpy as np
import pytest
from sklearn.linear_model import Ridge
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict

from confsym.features.point_cloud import point_cloud
from confsym.models import fitted
from confsym.models.build import build
from confsym.models.kernel import LeaveOneOutKernelRidge, distances, rbf
from confsym.models.leave_one_out import (
    conformers,
    leave_one_out_errors,
    ridge_errors,
    tuning_rows,
)
from confsym.models.linear import LeaveOneOutRidge
from confsym.models.network import equivariant
from confsym.models.registry import MODELS
from molecules import three_atoms

ALPHAS = [1e-4, 1e-2, 1.0]


@pytest.fixture
def copied(rng):
    """Conformers in two to four rows each, listed as a study does: originals first."""
    groups = np.concatenate([np.arange(15), np.tile(np.arange(15), 1), [3, 3, 7]])
    values = rng.normal(size=(15, 4))[groups] + 0.1 * rng.normal(size=(len(groups), 4))
    return groups, values, rng.normal(size=15)[groups]


def left_out(model, groups, values, target) -> float:
    """Root mean square error, each conformer predicted by a model that never saw it."""
    predicted = cross_val_predict(model, values, target, groups=groups, cv=LeaveOneGroupOut())
    return float(np.sqrt(np.mean((predicted - target) ** 2)))


def test_ridge_against_scikit_learn_fitted_without_each_conformer(copied):
    groups, values, target = copied
    left, singular, _ = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
    found = list(ridge_errors(left, singular, target, ALPHAS, groups))
    assert [alpha for _, alpha in found] == ALPHAS
    for error, alpha in found:
        expected = left_out(Ridge(alpha, solver="svd"), groups, values, target)
        assert error == pytest.approx(expected, rel=1e-9)


def test_kernel_ridge_against_fitting_without_each_conformer(copied):
    groups, values, target = copied
    gram = rbf(distances(values, values))
    for error, alpha in leave_one_out_errors(gram, target, ALPHAS, groups):
        errors = np.empty_like(target)
        for group in np.unique(groups):
            out, rest = groups == group, groups != group
            penalised = gram[np.ix_(rest, rest)] + alpha * np.eye(rest.sum())
            solution = np.linalg.solve(penalised, target[rest])
            errors[out] = gram[np.ix_(out, rest)] @ solution - target[out]
        assert error == pytest.approx(np.sqrt(np.mean(errors**2)), rel=1e-8)


def test_groups_of_one_are_leaving_out_one(copied):
    _, values, target = copied
    gram = rbf(distances(values, values))
    alone = np.arange(len(target))
    plain = list(leave_one_out_errors(gram, target, ALPHAS))
    assert list(leave_one_out_errors(gram, target, ALPHAS, alone)) == plain


@pytest.mark.parametrize("kind", ["ridge", "kernel_ridge"])
def test_a_twin_gives_nothing_away(kind, rng):
    """Of noise nothing can be learned; who has seen a conformer's twin believes that it can."""
    values, noise = rng.normal(size=(60, 80)), rng.normal(size=60)
    groups = np.tile(np.arange(60), 3)
    settings = {"kind": kind, "alpha": [1e-6, 1e3]}
    if kind == "kernel_ridge":
        settings |= {"kernel": "rbf", "length_scale": [1], "tuning_size": 1000}
        settings |= {"inducing_points": 1000}
    rows = values[groups] + 1e-3 * rng.normal(size=(180, 80))
    rest = rows, noise[groups]
    given = MODELS[kind].function, MODELS[kind].takes, settings, [80]
    assert fitted.fit(*given, groups, *rest)[-1].alpha_ == 1e3
    fooled = build(*given).fit(*rest)
    assert fooled[-1].alpha_ == 1e-6


def test_rows_that_repeat_each_other_are_of_one_conformer(rng):
    values, target = rng.normal(size=(40, 6)), rng.normal(size=40)
    assert conformers(values, target, None) is None
    groups = np.append(np.arange(39), 0)
    assert conformers(values, target, groups) is groups
    values[[5, 17, 30]] = values[5] + 1e-13 * rng.normal(size=(3, 6))
    target[[5, 17, 30]] = target[5] + 1e-6 * rng.normal(size=3)
    values[8] = values[20]  # of other energy: the columns do not see what differs

    def found(groups) -> list[list[int]]:
        member = conformers(values, target, groups)
        together = (np.flatnonzero(member == one).tolist() for one in np.unique(member))
        return sorted(rows for rows in together if len(rows) > 1)

    assert found(None) == [[5, 17, 30]]
    assert found(groups) == [[0, 39], [5, 17, 30]]
    groups[30] = 0
    assert found(groups) == [[0, 5, 17, 30, 39]]


def test_columns_that_tell_nothing_apart_join_nothing(rng):
    """And where a geometry or two are all there is, something is chosen too."""
    target, groups = rng.normal(size=40), np.tile(np.arange(20), 2)
    two = np.repeat(rng.normal(size=(2, 6)), 20, axis=0)
    for values in (np.ones((40, 6)), two):
        assert conformers(values, target, None) is None
        assert (conformers(values, target, groups) == groups).all()
    assert conformers(np.ones((40, 6)), np.ones(40), None) is None
    assert (conformers(two, two[:, 0], None) == np.repeat([0, 1], 20)).all()
    for values, wanted in ((np.ones((40, 6)), target), (two, target), (two, two[:, 0])):
        for model in (LeaveOneOutRidge(), LeaveOneOutKernelRidge()):
            assert np.isfinite(model.fit(values, wanted).leave_one_out_rmse_)


@pytest.mark.parametrize("kind", ["ridge", "kernel_ridge", "symmetrised_kernel_ridge"])
def test_a_file_with_each_geometry_twice(kind, clouds, rng):
    """In a row of its own each, moved: chosen as if the study had said so, and not fooled."""
    values, target = clouds[0][:40], clouds[1][:40] + 0.1 * rng.normal(size=40)
    if kind != "symmetrised_kernel_ridge":
        values = rng.normal(size=(40, 60))
        target = values[:, 0] + 0.5 * rng.normal(size=40)
    settings = {name: p["default"] for name, p in MODELS[kind].parameters.items()}
    row = MODELS[kind]
    given = row.function, row.takes, settings, [values.shape[1]]
    again, shuffled = np.tile(np.arange(40), 2), rng.permutation(80)
    rest = values[again][shuffled], target[again][shuffled]
    model, told = (
        fitted.fit(*given, conformer, *rest) for conformer in (np.arange(80), again[shuffled])
    )
    once = fitted.fit(*given, np.arange(40), values, target)
    choices = [getattr(one, "steps", [(0, one)])[-1][1] for one in (model, told, once)]
    assert choices[0].alpha_ == choices[1].alpha_ > min(settings["alpha"])
    error, same, plain = (choice.leave_one_out_rmse_ for choice in choices)
    assert error == same
    assert error == pytest.approx(plain, rel=0.1)


def test_leave_one_out_error_of_ridge_on_rows_twice_against_refits(rng):
    """More columns than geometries, so that each reproduces its own twin."""
    again = np.tile(np.arange(20), 2)
    values, target = rng.normal(size=(20, 30))[again], rng.normal(size=20)[again]
    for alpha in (1e-6, *ALPHAS):
        found = LeaveOneOutRidge([alpha]).fit(values, target).leave_one_out_rmse_
        expected = left_out(Ridge(alpha, solver="svd"), again, values, target)
        assert found == pytest.approx(expected, rel=1e-6)


def test_choices_are_made_on_whole_conformers():
    groups = np.concatenate([np.arange(100)] * 5)
    few = tuning_rows(groups, 60)
    assert len(few) == 60
    chosen, counts = np.unique(groups[few], return_counts=True)
    assert (counts == 5).all()
    assert chosen.max() > 50  # not the first ones
    assert (few == tuning_rows(groups, 60)).all()
    assert len(tuning_rows(groups, 3)) == 10  # two at least, or there is nothing to leave out
    assert len(tuning_rows(groups, 500)) == 500
    for alone in (None, np.arange(100)):
        assert tuning_rows(alone, 60) == slice(60)


@pytest.fixture
def clouds(rng):
    places = np.array([[0, 0, 0], [1.4, 0, 0], [0, 1, 0]]) + 0.1 * rng.normal(size=(90, 3, 3))
    return point_cloud(places, three_atoms(8, 6, 1))[1], np.linalg.norm(places[:, 1], axis=1)


@pytest.mark.parametrize(
    "kind", ["ridge", "kernel_ridge", "symmetrised_kernel_ridge", "additive_gp", "mean"]
)
def test_without_copies_conformers_change_no_bit(kind, clouds):
    """Neither of a fitted model nor, so, of its file."""
    values, target = clouds
    settings = {name: p["default"] for name, p in MODELS[kind].parameters.items()}
    settings |= {"tuning_size": 40} if "tuning_size" in settings else {}
    given = MODELS[kind].function, MODELS[kind].takes, settings, [values.shape[1]]
    one = fitted.fit(*given, np.arange(90), *clouds)
    plain = build(*given).fit(values, target)
    assert joblib.hash(one) == joblib.hash(plain)


def test_the_choice_is_that_of_the_drawn_conformers_alone(copied):
    groups, values, target = copied
    few = tuning_rows(groups, 20)
    settings = {"kernel": "rbf", "alphas": ALPHAS, "length_scales": [0.5, 2.0]}
    whole = LeaveOneOutKernelRidge(**settings, tuning_size=20).fit(values, target, groups)
    alone = LeaveOneOutKernelRidge(**settings).fit(values[few], target[few], groups[few])
    assert whole.length_scale_ == pytest.approx(alone.length_scale_)


@pytest.mark.parametrize("kind", ["additive_gp", "symmetrised_kernel_ridge"])
def test_other_models_are_told_which_rows_are_copies(kind, clouds, monkeypatch):
    told = []

    def drawn(groups, size):
        told.append(groups)
        return tuning_rows(groups, size)

    monkeypatch.setattr(f"{MODELS[kind].function.partition(':')[0]}.tuning_rows", drawn)
    settings = {name: p["default"] for name, p in MODELS[kind].parameters.items()}
    groups = np.concatenate([np.arange(30)] * 3)
    width = [clouds[0].shape[1]]
    row, settings = MODELS[kind], settings | {"tuning_size": 50}
    model = fitted.fit(row.function, row.takes, settings, width, groups, *clouds)
    assert len(told) == 1
    assert (told[0] == groups).all()
    assert np.isfinite(model.predict(clouds[0])).all()


def test_the_networks_validation_conformers_have_no_copy_in_training(clouds, monkeypatch):
    seen = []

    class Enough(Exception):
        pass

    def train(*arguments):
        seen.append(arguments[6])
        raise Enough

    monkeypatch.setattr(equivariant, "train", train)
    network = equivariant.equivariant_network(channels=8, gaussians=8, seed=1)
    for groups in (np.concatenate([np.arange(30)] * 3), None, np.arange(90)):
        with pytest.raises(Enough):
            network.fit(*clouds, groups=groups)
    with pytest.raises(Enough):
        network.fit(*(np.concatenate([part[:30]] * 3) for part in clouds))
    copied, plain, alone, repeated = seen
    assert (repeated == copied).all()
    assert copied.reshape(3, 30).sum(axis=1).tolist() == [3, 3, 3]
    assert (copied.reshape(3, 30) == copied[:30]).all()
    assert (plain == alone).all()
    assert plain.sum() == 9
