"""Any regressor with scikit-learn's interface, by the name of its class."""

import inspect
import logging
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from sklearn.base import is_regressor
from sklearn.pipeline import make_pipeline

from confsym.errors import StudyError
from confsym.models.scaling import Standardizer
from confsym.own import blamed, load, uninstalled
from confsym.registry import code_parts

log = logging.getLogger("confsym")

SEED = 0  # of a class that takes one and is given none: other runs would differ


def estimator(
    parameters: Mapping[str, Any], scale: bool, tails: np.ndarray | None = None, **class_entry: str
) -> Any:
    """Make a regressor of the class that a study names, with one thread and a seed.

    Parameters
    ----------
    parameters
        What the class is made with.
    scale
        Whether to standardise the columns first.
    tails
        See `Standardizer`.
    class_entry
        `class`: its module and name.

    Raises
    ------
    StudyError
        If there is no such class, it is no regressor, or does not take the parameters.
    """
    model = _built(class_entry["class"], parameters, "the model's class")
    return make_pipeline(Standardizer(tails), model) if scale else model


def complaint(name: str, settings: Mapping[str, Any]) -> str | None:
    """Say what is wrong with an entry of section models of this kind; None if nothing is.

    Parameters
    ----------
    name
        The study's name for the model.
    settings
        `class`, `parameters` and `scale`.
    """
    module, _ = code_parts(settings["class"])
    if problem := uninstalled(module, f"models.{name}.class"):
        return problem
    try:
        _built(settings["class"], settings["parameters"], f"models.{name}")
    except StudyError as error:
        return str(error)
    return None


def _built(code: str, parameters: Mapping[str, Any], config_key: str) -> Any:
    """A new regressor; `config_key` begins the sentence about what is wrong with it."""
    regressor_class = load(code, config_key)
    if not inspect.isclass(regressor_class):
        raise StudyError(
            f"config: {config_key} is {code}, which is no class; name a regressor's class."
        )
    accepted = inspect.signature(regressor_class).parameters
    if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in accepted.values()):
        for key in parameters:
            if key not in accepted:
                raise StudyError(
                    f"config: {config_key} has the parameter {key!r}, which {code} does not take; "
                    f"it takes {', '.join(accepted)}."
                )
    with blamed(f"config: {config_key}: making {code} with {dict(parameters)}"):
        model = regressor_class(**parameters)
    if not is_regressor(model):
        raise StudyError(
            f"config: {config_key} is {code}, which is no regressor of scikit-learn's kind; name a "
            "class that predicts numbers."
        )
    if parameters.get("n_jobs") not in (None, 1):
        raise StudyError(
            f"config: {config_key} has n_jobs {parameters['n_jobs']}, but each job of a study has "
            "one thread; leave n_jobs out, and give Snakemake more cores."
        )
    settings = model.get_params(deep=False)
    if settings.get("n_jobs", 1) != 1:
        model.set_params(n_jobs=1)
    if settings.get("random_state", SEED) is None:
        _say_seed(code)
        model.set_params(random_state=SEED)
    # scikit-learn does this at the start of `fit`; here no job has run yet.
    with blamed(f"config: {config_key}: making {code} with {dict(parameters)}"):
        getattr(model, "_validate_params", dict)()
    return model


@cache
def _say_seed(code: str) -> None:
    """Once a job, however many models it fits."""
    log.info("%s takes a random_state and is given none; it is %d", code, SEED)
