"""Any regressor by the name of its class: its own numbers, and sentences for mistakes."""

import logging

import numpy as np
import pytest
import yaml
from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor
from sklearn.linear_model import Ridge
from test_study import SCHEMA, problem

from confsym.errors import StudyError
from confsym.models import estimator as module
from confsym.models import fitted
from confsym.models.estimator import complaint, estimator
from confsym.models.registry import MODELS
from confsym.provenance import imports
from confsym.study import check, experiments
from studies import ROOT, TINY

FOREST = {
    "kind": "estimator",
    "class": "sklearn.ensemble.RandomForestRegressor",
    "parameters": {"n_estimators": 20},
    "scale": False,
}


@pytest.fixture
def data(rng):
    values = rng.normal(size=(80, 3)) * [1, 10, 100]
    return values, values @ [1, 0.1, 0.01] + np.sin(values[:, 0])


def fit(settings, values, target):
    row = MODELS["estimator"]
    conformer = np.arange(len(values))
    return fitted.fit(row.function, row.takes, settings, [3], conformer, values, target)


def test_predictions_are_scikit_learns_own(data):
    values, target = data
    plain = RandomForestRegressor(n_estimators=20, random_state=0).fit(values[:60], target[:60])
    ours = fit(FOREST, values[:60], target[:60])
    np.testing.assert_array_equal(ours.predict(values[60:]), plain.predict(values[60:]))


def test_scaled_columns_are_scikit_learns_too(data):
    values, target = data
    settings = {"kind": "estimator", "class": "sklearn.linear_model.Ridge"}
    settings |= {"parameters": {"alpha": 2.0}, "scale": True}
    mean, spread = values[:60].mean(axis=0), values[:60].std(axis=0)
    plain = Ridge(alpha=2.0).fit((values[:60] - mean) / spread, target[:60])
    found = fit(settings, values[:60], target[:60]).predict(values[60:])
    expected = plain.predict((values[60:] - mean) / spread)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_missing_seed_is_set_and_said_once(caplog):
    module._say_seed.cache_clear()
    with caplog.at_level(logging.INFO, logger="confsym"):
        made = [estimator(FOREST["parameters"], False, **{"class": FOREST["class"]})] * 2
    assert [one.random_state for one in made] == [0, 0]
    said = [record.getMessage() for record in caplog.records]
    assert said == [f"{FOREST['class']} takes a random_state and is given none; it is 0"]
    given = estimator({"random_state": 7}, False, **{"class": FOREST["class"]})
    assert given.random_state == 7
    linear = estimator({}, False, **{"class": "sklearn.linear_model.LinearRegression"})
    assert "random_state" not in linear.get_params()


def test_one_thread_even_where_a_class_takes_all():
    forest = estimator({}, False, **{"class": "sklearn.ensemble.ExtraTreesRegressor"})
    assert isinstance(forest, ExtraTreesRegressor)
    assert forest.n_jobs == 1


MISTAKES = [
    ("sklearn.ensemble.RandomForestRegresor", {}, "did you mean 'RandomForestRegressor'?"),
    ("sklearn.ensembl.Forest", {}, "No module named 'sklearn.ensembl'"),
    ("nothing_installed.Forest", {}, "no package nothing_installed is installed"),
    ("confsym.models.scaling.Standardizer", {}, "of no installed package"),
    ("sklearn.ensemble.RandomForestClassifier", {}, "is no regressor"),
    ("sklearn.base.clone", {}, "is no class"),
    ("sklearn.linear_model.Ridge", {"alfa": 1}, "the parameter 'alfa'"),
    ("sklearn.linear_model.Ridge", {"alpha": -1}, "in the range [0.0, inf)"),
    ("sklearn.ensemble.ExtraTreesRegressor", {"max_depth": "deep"}, "must be an int"),
    ("sklearn.ensemble.RandomForestRegressor", {"n_jobs": 4}, "one thread"),
]


@pytest.mark.parametrize(("name", "parameters", "says"), MISTAKES)
def test_mistakes_are_one_sentence(name, parameters, says):
    found = complaint("forest", {"class": name, "parameters": parameters, "scale": False})
    assert found.startswith("config: models.forest")
    assert says in found
    assert "\n" not in found
    assert found[-1] in ".?"


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "models.forest has no 'class'"),
        ({"class": "RandomForestRegressor"}, "such as sklearn.ensemble.RandomForestRegressor"),
        ({"class": FOREST["class"], "parameters": [1]}, "must be a mapping"),
        ({"class": FOREST["class"], "scale": "yes"}, "a boolean"),
        ({"class": FOREST["class"], "parameters": {"max_depth": float("nan")}}, "finite"),
    ],
)
def test_the_schema_knows_what_an_entry_needs(settings, says):
    config = yaml.safe_load(TINY.read_text(encoding="utf-8"))
    config["models"]["forest"] = {"kind": "estimator"} | settings
    assert says in check.problem(config, SCHEMA)


def test_a_study_with_a_wrong_class_is_refused():
    config = yaml.safe_load(TINY.read_text(encoding="utf-8"))
    config["models"]["forest"] = FOREST | {"class": "sklearn.ensemble.RandomForestRegresor"}
    assert "did you mean" in problem(config)
    config["models"]["forest"] = FOREST
    assert problem(config) is None


def test_what_fails_in_fitting_is_one_sentence(data):
    values, target = data
    settings = FOREST | {"class": "sklearn.neighbors.KNeighborsRegressor"}
    settings |= {"parameters": {"n_neighbors": 300}}
    with pytest.raises(StudyError, match=r"fitting sklearn.neighbors.*n_neighbors <= n_samples"):
        fit(settings, values, target)


def test_the_package_of_the_class_is_in_the_software_of_the_job():
    study = {"models": {"mine": FOREST | {"class": "lxml.Regressor"}}, "features": {}}
    study["experiments"] = {"one": {"features": [], "model": "mine"}}
    row = experiments.model_row(study, "one")
    script = ROOT / "workflow/scripts/fit_model.py"
    without = imports.software(imports.closure(script, MODELS["estimator"].modules))
    recorded = imports.software(imports.closure(script, row.modules), row.modules)
    assert {name.partition("==")[0] for name in {*recorded} - {*without}} == {"lxml"}


def test_a_figure_names_the_class():
    study = {"features": {"raw": {"kind": "raw_coordinates"}}, "models": {"forest": FOREST}}
    study["experiments"] = {"mine": {"features": "raw", "model": "forest"}}
    assert experiments.title(study, "mine") == "mine: raw coordinates; RandomForestRegressor"
