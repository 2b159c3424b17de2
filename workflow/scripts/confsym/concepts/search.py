"""Searches for hyper-parameters: a grid, random points, and Bayesian optimisation."""

from collections.abc import Callable

import numpy as np
import optuna

Point = tuple[float, float]
Box = tuple[Point, Point]  # least and most of each of two parameters, both as log10
STARTUP = 8  # random points before the Bayesian search trusts its model


def grid(objective: Callable[[float, float], float], box: Box, trials: int, seed: int) -> list:
    """Try a square grid of at most so many points.

    Parameters
    ----------
    objective
        What is to be small, of the two parameters as log10.
    box
        Least and most of each.
    trials
        How many points to try.
    seed
        Of what is random; nothing here.

    Returns
    -------
    list of (first, second, value)
        In the order of the trials.
    """
    side = int(np.sqrt(trials))
    first, second = (np.linspace(least, most, side) for least, most in box)
    return [(float(a), float(b), objective(float(a), float(b))) for a in first for b in second]


def random(objective: Callable[[float, float], float], box: Box, trials: int, seed: int) -> list:
    """Try points drawn evenly from the box; see `grid`."""
    least, most = np.transpose(box)
    points = np.random.default_rng(seed).uniform(least, most, (trials, 2)).tolist()
    return [(a, b, objective(a, b)) for a, b in points]


def bayesian(objective: Callable[[float, float], float], box: Box, trials: int, seed: int) -> list:
    """Try points that a tree-structured Parzen estimator proposes (Optuna's); see `grid`.

    Bergstra, Bardenet, Bengio and Kégl, Advances in Neural Information Processing Systems 24
    (2011). It models where good and bad trials lie, jointly in both parameters.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=STARTUP)
    study = optuna.create_study(sampler=sampler)
    trials_done = []

    def trial(proposal: optuna.Trial) -> float:
        a, b = (proposal.suggest_float(str(index), *ends) for index, ends in enumerate(box))
        trials_done.append((a, b, objective(a, b)))
        return trials_done[-1][2]

    study.optimize(trial, n_trials=trials)
    return trials_done


SEARCHES = {"grid": grid, "random": random, "Bayesian": bayesian}
