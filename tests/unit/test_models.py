import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, Matern, WhiteKernel
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.utils.estimator_checks import parametrize_with_checks

from confsym.energies.force_fields import mmff94
from confsym.features.point_cloud import point_cloud
from confsym.features.registry import FEATURES
from confsym.models.build import build
from confsym.models.farthest_point import FarthestPointSelector
from confsym.models.gaussian_process import AdditiveGP
from confsym.models.kernel import KERNELS, LeaveOneOutKernelRidge, distances
from confsym.models.leave_one_out import above_round_off, ridge_errors
from confsym.models.linear import LeaveOneOutRidge
from confsym.models.registry import MODELS
from confsym.models.scaling import FAINT, Standardizer
from confsym.molecules.molecule import describe
from confsym.molecules.topology import Topology
from confsym.registry import Row, arguments, resolve
from confsym.study.experiments import model_settings
from molecules import three_atoms


def defaults(kind: str) -> dict:
    """Defaults of a kind of models."""
    return defaults_of(MODELS[kind])


def defaults_of(row: Row) -> dict:
    """Each parameter's default; an example of those that have none."""
    parameters = row.parameters.items()
    return {name: p["default"] if "default" in p else p["examples"][0] for name, p in parameters}


@pytest.fixture
def data(rng):
    values = rng.normal(size=(120, 4))
    return values, np.sin(values[:, 0]) + values[:, 1] ** 2 + values[:, 2] + 0.05 * rng.normal(
        size=120
    )


@parametrize_with_checks(
    [
        LeaveOneOutKernelRidge(),
        LeaveOneOutRidge(),
        Standardizer(),
        AdditiveGP(),
        FarthestPointSelector(),
    ]
)
def test_estimators_are_scikit_learns(estimator, check):
    check(estimator)


@pytest.fixture
def cloud_data(rng):
    """Three atoms, the first bonded to the others."""
    positions = np.array([[0, 0, 0], [1.4, 0, 0], [0, 1, 0]]) + 0.1 * rng.normal(size=(120, 3, 3))
    _, values = point_cloud(positions, three_atoms(8, 6, 1))
    return values, np.linalg.norm(positions[:, 1] - positions[:, 2], axis=1)


@pytest.mark.parametrize("kind", [kind for kind, row in MODELS.items() if row.function])
def test_each_kind_fits_and_repeats_itself(kind, data, cloud_data):
    values, target = cloud_data if MODELS[kind].reads == "point_cloud" else data
    settings = defaults(kind) | ({"steps": 100} if "steps" in MODELS[kind].parameters else {})
    width = values.shape[1]
    given = MODELS[kind].function, MODELS[kind].takes, settings, [width]
    one, same = (build(*given).fit(values, target).predict(values) for _ in range(2))
    assert (one == same).all()
    error = np.abs(one - target).mean()
    assert error < (1.0 if kind == "mean" else 0.9) * np.abs(target - target.mean()).mean() + 1e-12


def test_mean_predicts_the_mean(data):
    values, target = data
    predicted = resolve(MODELS["mean"].function)().fit(values, target).predict(values[:3])
    assert predicted == pytest.approx([target.mean()] * 3)


def test_boosting_is_scikit_learns_default():
    from sklearn.ensemble import HistGradientBoostingRegressor

    ours = resolve(MODELS["hist_gradient_boosting"].function)(**defaults("hist_gradient_boosting"))
    plain = HistGradientBoostingRegressor(random_state=0).get_params()
    assert plain.pop("early_stopping") == "auto"  # off below 10,000 rows; here it always is
    found = ours[-1].get_params()
    assert found.pop("early_stopping") is False
    assert found == plain


@pytest.mark.parametrize(
    ("name", "reference"), [("matern", Matern(1.7, nu=2.5)), ("rbf", RBF(1.7))]
)
def test_kernels_against_scikit_learn(name, reference, data):
    values, _ = data
    for scaled in (cdist(values, values) / 1.7, distances(values, values) / 1.7):
        np.testing.assert_allclose(KERNELS[name](scaled), reference(values), rtol=1e-12, atol=0)


def test_leave_one_out_error_against_leaving_one_out(data):
    values, target = data[0][:30], data[1][:30]
    model = LeaveOneOutKernelRidge("rbf", [0.01], [1.0]).fit(values, target)
    standard = (target - target.mean()) / target.std()
    gamma = 0.5 / np.mean(cdist(values, values) ** 2)
    errors = []
    for left_out in range(30):
        rest = np.arange(30) != left_out
        plain = KernelRidge(alpha=0.01, kernel="rbf", gamma=gamma).fit(values[rest], standard[rest])
        errors.append(plain.predict(values[[left_out]])[0] - standard[left_out])
    expected = np.sqrt(np.mean(np.square(errors))) * target.std()
    assert model.leave_one_out_rmse_ == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize("columns", [4, 29, 30, 60])
def test_ridge_against_scikit_learn(columns, rng):
    """Fewer columns than rows, as many as the intercept leaves, and more."""
    values, target = rng.normal(size=(30, columns)), rng.normal(size=30)
    for alpha in (1e-3, 10.0):
        model = LeaveOneOutRidge([alpha]).fit(values, target)
        plain = Ridge(alpha, solver="svd")
        left_out = cross_val_predict(plain, values, target, cv=LeaveOneOut()) - target
        error = np.sqrt(np.mean(left_out**2))
        assert model.leave_one_out_rmse_ == pytest.approx(error, rel=1e-9)
        expected = plain.fit(values, target).predict(values)
        np.testing.assert_allclose(model.predict(values), expected, rtol=1e-9, atol=1e-9)
    assert LeaveOneOutRidge([1e3, 1e-3]).fit(values, values[:, 0]).alpha_ == 1e-3


def lacking(rng) -> dict:
    """Columns (10, 30) that leave fewer directions than rows or columns do."""
    plain, few = rng.normal(size=(10, 30)), rng.normal(size=(10, 3))
    return {
        "a row twice": plain[[0, 0, *range(2, 10)]],
        "columns that depend on three": few @ rng.normal(size=(3, 30)),
        "few columns that depend on one": few[:, [0, 0]],
        "constant columns": np.ones((10, 30)),
    }


@pytest.mark.parametrize("what", lacking(np.random.default_rng(0)))
def test_ridge_errors_where_directions_are_missing(what, rng):
    """Null directions that LAPACK finds are not centred; against refits."""
    values, target = lacking(rng)[what], rng.normal(size=10)
    left, singular, _ = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
    for error, alpha in ridge_errors(left, singular, target, [1e-4, 1e-2, 1.0, 100.0]):
        plain = Ridge(alpha, solver="svd")
        left_out = cross_val_predict(plain, values, target, cv=LeaveOneOut()) - target
        assert error == pytest.approx(np.sqrt(np.mean(left_out**2)), rel=1e-8)


def test_round_off_chooses_no_penalty(rng):
    """Where columns outnumber rows tiny penalties are alike, and so are the errors."""
    values, target = rng.normal(size=(40, 300)), rng.normal(size=40)
    left, singular, _ = np.linalg.svd(values - values.mean(axis=0), full_matrices=False)
    errors = [error for error, _ in ridge_errors(left, singular, target, [1e-12, 1e-9, 1e-6])]
    np.testing.assert_allclose(errors, errors[0], rtol=1e-7)
    assert errors[1] == pytest.approx(errors[0], rel=1e-11)


def test_no_penalty_is_below_round_off():
    assert above_round_off([1e-3, 1e-15, 1e-12, 1.0], trace=10.0) == [1e-13, 1e-12, 1e-3, 1.0]
    assert above_round_off([1e-15, 1e-14], trace=100.0) == [1e-12]


def test_predictions_against_scikit_learns_kernel_ridge(data):
    values, target = data
    model = LeaveOneOutKernelRidge("rbf", [1e-3], [2.0]).fit(values[:80], target[:80])
    gamma = 0.5 / model.length_scale_**2
    plain = KernelRidge(alpha=1e-3, kernel="rbf", gamma=gamma)
    plain.fit(values[:80], (target[:80] - target[:80].mean()) / target[:80].std())
    expected = plain.predict(values[80:]) * target[:80].std() + target[:80].mean()
    np.testing.assert_allclose(model.predict(values[80:]), expected, rtol=1e-8)


def test_the_best_candidate_is_chosen_on_the_first_points_alone(data):
    values, target = data
    grid = {"alphas": [1e-4, 1e-1, 10.0], "length_scales": [0.2, 1.0, 5.0]}
    chosen = LeaveOneOutKernelRidge("matern", **grid, tuning_size=60).fit(values, target)
    alone = LeaveOneOutKernelRidge("matern", **grid).fit(values[:60], target[:60])
    assert chosen.alpha_ == alone.alpha_
    assert chosen.length_scale_ == pytest.approx(alone.length_scale_)
    for alpha in grid["alphas"]:
        for length in grid["length_scales"]:
            rival = LeaveOneOutKernelRidge("matern", [alpha], [length]).fit(
                values[:60], target[:60]
            )
            assert alone.leave_one_out_rmse_ <= rival.leave_one_out_rmse_ + 1e-12


def test_near_copies_of_a_few_points_are_no_trouble(rng):
    """As in a minimised ensemble: most pairs lie in the same minimum."""
    minima = rng.normal(size=(3, 5))
    which = rng.integers(3, size=300)
    values = minima[which] + 1e-7 * rng.normal(size=(300, 5))
    model = LeaveOneOutKernelRidge().fit(values, which.astype(float))
    assert np.abs(model.predict(values) - which).max() < 1e-3


def test_round_off_does_not_move_a_conformer_across_a_split(rng):
    """With 256 points some splits coincide with values."""
    values = rng.normal(size=(256, 3))
    model = resolve(MODELS["hist_gradient_boosting"].function)(max_iter=50)
    model.fit(values, values.sum(axis=1))
    for nudge in (-3e-16, 3e-16):
        assert (model.predict(values + nudge) == model.predict(values)).all()


def test_nearly_constant_columns_stay_small(rng):
    values = rng.normal(size=(50, 3))
    values[:, 1] = 5.0
    values[:, 2] = 2.0 + 1e-12 * rng.normal(size=50)
    scaler = Standardizer().fit(values)
    held_out = np.array([[0.0, 5.1, 2.0 + 1e-6]])
    assert np.abs(scaler.transform(held_out)[0, 1:]).max() < 0.2
    assert scaler.transform(values)[:, 0].std() == pytest.approx(1)


def test_columns_that_training_reaches_with_tails_alone_stay_small(rng):
    """Four columns of one set, two of another, and one of neither; spreads of 1 and of a tail."""
    spread = np.array([1, 1e-2, 1e-25, 0, 1e6, 1e-20, 1e-20])
    values = spread * rng.normal(size=(40, 7))
    scaler = Standardizer([1, 1, 1, 1, 2, 2, 0]).fit(values)
    own = values.std(axis=0)
    least = np.maximum(own[:2], 0).max() * FAINT, own[4] * FAINT
    np.testing.assert_allclose(
        scaler.scale_, [own[0], own[1], least[0], 1, own[4], least[1], own[6]], rtol=1e-9
    )
    assert (Standardizer(np.zeros(7)).fit(values).scale_ == Standardizer().fit(values).scale_).all()


KINDS_WITH_TAILS = [name for name, row in FEATURES.items() if row.tails]


@pytest.mark.parametrize("model", ["ridge", "least_squares", "kernel_ridge", "estimator"])
@pytest.mark.parametrize("kind", KINDS_WITH_TAILS)
def test_held_out_conformers_may_reach_what_training_ones_do_not(kind, model, conformers):
    """Ridge on FCHL19 of this molecule once predicted 1e25 standard deviations."""
    smiles = "NCC(=O)OCC(F)CS"
    target, positions = conformers(smiles, 100)
    energy, _ = mmff94(target, positions, "x")
    study = {
        "features": {"f": {"kind": kind} | defaults_of(FEATURES[kind])},
        "models": {"m": {"kind": model} | defaults(model)},
        "experiments": {"e": {"features": "f", "model": "m"}},
    }
    if model == "estimator":
        study["models"]["m"] |= {"class": "sklearn.linear_model.Ridge", "scale": True}
        study["models"]["m"]["parameters"] = {}
    topology = Topology.from_description(describe("x", smiles))
    row, entry = FEATURES[kind], study["features"]["f"]
    _, values = resolve(row.function)(positions, topology, **arguments(entry))
    settings = model_settings(study, "e")
    assert settings["tails"] == [True]
    fitted = build(MODELS[model].function, MODELS[model].takes, settings, [values.shape[1]])
    fitted.fit(values[:40], energy[:40])
    assert np.abs(fitted.predict(values[40:]) - energy.mean()).max() < 10 * np.ptp(energy)


def test_feature_sets_with_tails_are_told_apart():
    study = {
        "features": {"soap": {"kind": "soap"}, "terms": {"kind": "force_field_terms"}},
        "models": {"ridge": {"kind": "ridge"}, "hgb": {"kind": "hist_gradient_boosting"}},
        "experiments": {
            "both": {"features": ["terms", "soap"], "model": "ridge"},
            "one": {"features": "terms", "model": "ridge"},
            "trees": {"features": "soap", "model": "hgb"},
        },
    }
    assert model_settings(study, "both") == {"kind": "ridge", "tails": [False, True]}
    assert model_settings(study, "one") == {"kind": "ridge"}
    assert model_settings(study, "trees") == {"kind": "hist_gradient_boosting"}
    settings = defaults("ridge") | {"tails": [False, True, False, True]}
    built = build(MODELS["ridge"].function, MODELS["ridge"].takes, settings, [1, 2, 1, 2])
    assert built[0].tails.tolist() == [0, 2, 2, 0, 4, 4]


def gp_likelihood(model: AdditiveGP, values, target) -> float:
    """The likelihood of standardised data, by scikit-learn, where all kernels see all columns."""
    parts = {
        "linear": lambda variance, _: ConstantKernel(variance / 4) * DotProduct(1e-12),
        "rbf": lambda variance, length: ConstantKernel(variance) * RBF(length),
        "matern": lambda variance, length: ConstantKernel(variance) * Matern(length, nu=2.5),
    }
    kernel = WhiteKernel(model.noise_)
    for name, variance, length in zip(model.kernels, model.variances_, model.lengths_, strict=True):
        kernel += parts[name](variance, length)
    reference = GaussianProcessRegressor(kernel, optimizer=None, alpha=0)
    scaled = Standardizer().fit_transform(values)
    return reference.fit(scaled, (target - target.mean()) / target.std())


@pytest.mark.parametrize("kernels", [["linear"], ["rbf"], ["matern"], ["linear", "rbf"]])
def test_gaussian_process_against_scikit_learn(kernels, data):
    """Each block holds all four columns, so that scikit-learn's kernels can do the same."""
    values, target = data
    model = AdditiveGP(kernels, [4] * len(kernels)).fit(np.tile(values, len(kernels)), target)
    reference = gp_likelihood(model, values, target)
    assert model.log_marginal_likelihood_ == pytest.approx(
        reference.log_marginal_likelihood_value_, rel=1e-7
    )
    others = np.random.default_rng(3).normal(size=(30, 4))
    found, deviation = model.predict(np.tile(others, len(kernels)), return_std=True)
    expected, wanted = reference.predict(
        Standardizer().fit(values).transform(others), return_std=True
    )
    np.testing.assert_allclose(found, target.mean() + target.std() * expected, atol=1e-6)
    np.testing.assert_allclose(deviation, target.std() * wanted, rtol=1e-5)


def test_gradient_of_the_likelihood_against_differences(data):
    values, target = data
    model = AdditiveGP(["linear", "rbf", "matern"], [2, 1, 1])
    blocks = [values[:, :2], values[:, 2:3], values[:, 3:]]
    parts = [model._ingredient(k, b, b) for k, b in zip(model.kernels, blocks, strict=True)]
    place = np.array([0.3, -0.2, 0.4, 0.1, -0.3, -2.0])
    _, gradient = model._objective(place, parts, target)
    for axis in range(6):
        step = 1e-5 * np.eye(6)[axis]
        up, down = (model._objective(place + s, parts, target)[0] for s in (step, -step))
        assert gradient[axis] == pytest.approx((up - down) / 2e-5, rel=1e-5, abs=1e-6)


def test_gaussian_process_tells_parts_apart_and_knows_how_well_it_knows(rng):
    values = rng.normal(size=(400, 6))
    target = (
        values[:, :5] @ [1, -2, 0, 3, 1] + np.sin(2 * values[:, 5]) + 0.1 * rng.normal(size=400)
    )
    model = AdditiveGP(["linear", "rbf"], [5, 1]).fit(values[:200], target[:200])
    predicted, deviation = model.predict(values[200:], return_std=True)
    error = predicted - target[200:]
    assert np.abs(error).mean() < 0.12
    assert 0.85 < np.std(error / deviation) < 1.2
    alone = AdditiveGP(["rbf"]).fit(values[:200], target[:200])
    assert np.abs(alone.predict(values[200:]) - target[200:]).mean() > 0.15
    far = model.predict(values[200:] + 20, return_std=True)[1]
    assert (far > 5 * deviation.max()).all()


def test_gaussian_process_wants_a_kernel_for_each_block(data):
    with pytest.raises(ValueError, match="2 kernels"):
        AdditiveGP(["rbf", "rbf"], [4]).fit(*data)


def test_least_squares_takes_columns_that_depend_on_each_other(rng):
    values = rng.normal(size=(60, 5))
    values = np.column_stack([values, values[:, 0] + values[:, 1], np.full(60, 3.0)])
    target = values[:, :5] @ [1, 2, 3, 4, 5] + 7
    model = resolve(MODELS["least_squares"].function)(1e-12).fit(values[:40], target[:40])
    assert model[-1].rank_ == 5
    np.testing.assert_allclose(model.predict(values[40:]), target[40:], rtol=1e-12)


def test_farthest_point_selection_against_all_distances(rng):
    values = rng.normal(size=(50, 12))
    values[:, 7] = values[:, 2] + 1e-3 * rng.normal(size=50)
    kept = FarthestPointSelector(9).fit(values)
    scaled = Standardizer().fit_transform(values)
    apart = cdist(scaled.T, scaled.T)
    chosen = [int(values.var(axis=0).argmax())]
    while len(chosen) < 9:
        nearest = apart[:, chosen].min(axis=1)
        nearest[chosen] = -1
        chosen.append(int(nearest.argmax()))
    assert kept.order_.tolist() == chosen
    assert len({2, 7} & set(chosen)) == 1
    assert kept.transform(values).shape == (50, 9)
