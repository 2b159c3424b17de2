"""Linear regression by gradient descent: settings that get nowhere, and ones that arrive."""

import numpy as np
import pandas as pd

from confsym.concepts.gradient_descent import GradientDescentRegressor, curvatures, descend
from confsym.concepts.page import TopicResults
from confsym.concepts.sample import Sample, sizes, skeleton
from confsym.features.raw import raw_coordinates
from confsym.models.scaling import Standardizer
from confsym.storage.numbers import Number

TITLE = "Linear regression by gradient descent"
CAPTION = """
The model is a weight for each column and a bias, the loss the mean squared error on {conformers}
training conformers, its gradient JAX's. **Left:** root mean square error on these conformers by
epoch. With raw coordinates as they come, a step of {notes_rate} and {notes_epochs} epochs it goes
from {notes_start} to {notes_end} kcal/mol, while the mean energy alone gives {mean_rmse}: in these
epochs the bias moves from 0 to {notes_bias} of the {mean_energy} kcal/mol that it has to reach.
The largest step that is safe for these columns, one over the largest eigenvalue of the loss's
Hessian, is {raw_rate}. With internal coordinates of the heavy atoms as columns ({columns} of them)
and the largest safe step, unscaled columns reach {unscaled_end} kcal/mol in {shown_epochs} epochs
and standardised ones {scaled_end}; least squares in closed form has {closed_rmse}. **Middle:**
distance of weights and bias from that closed form, relative to its size, for the first so many
standardised columns; all come within {reached}. **Right:** epochs to a distance of {tolerance},
against the condition number of the Hessian, its largest eigenvalue over its smallest; the line is
the condition number times -ln {tolerance}, what the slowest direction of all would need. At a
condition number of {condition_least} it takes {epochs_least} epochs, at {condition_most} it takes
{epochs_most}.
"""

NOTES_RATE, NOTES_EPOCHS = 1e-6, 1000  # of the notes' unfinished fragments
CONFORMERS = 500  # enough to be well determined, few enough for some 100,000 epochs
TOLERANCE = 1e-6
SHOWN_EPOCHS = 10_000
CHUNK = 2000  # epochs in one compiled call
MOST_EPOCHS = 1_000_000


def measure(sample: Sample) -> TopicResults:
    """Descend with the notes' settings and better ones; count epochs to the closed form."""
    learn = sample.train[:CONFORMERS]
    energy = sample.energy[learn]
    raw = raw_coordinates(sample.positions[learn], sample.topology)[1]
    values = Standardizer().fit_transform(determined(skeleton(sample)[1][learn]))
    skeleton_values = determined(skeleton(sample)[1][learn])
    runs = {
        "raw": GradientDescentRegressor(NOTES_RATE, NOTES_EPOCHS, standardize=False).fit(
            raw, energy
        ),
        "unscaled": GradientDescentRegressor(None, SHOWN_EPOCHS, standardize=False).fit(
            skeleton_values, energy
        ),
        "standardised": GradientDescentRegressor(None, SHOWN_EPOCHS).fit(skeleton_values, energy),
    }
    losses = pd.concat(
        [
            pd.DataFrame({"run": name, "epoch": epoch, "rmse": np.sqrt(model.losses_[epoch - 1])})
            for name, model in runs.items()
            for epoch in [np.array(sizes(1, len(model.losses_), 60))]
        ]
    )
    paths = [
        convergence(values[:, :count], energy).assign(columns=count)
        for count in sizes(min(3, values.shape[1]), values.shape[1], 6)
    ]
    distance = pd.concat(paths)
    epochs = pd.DataFrame(
        [
            (path["columns"].iloc[0], condition(values[:, :count]), path["epoch"].iloc[-1])
            for path in paths
            for count in [path["columns"].iloc[0]]
        ],
        columns=["columns", "condition_number", "epochs"],
    )
    residual = energy - closed_predictions(values, energy)
    numbers = _numbers(runs, energy, epochs) + [
        Number("raw_rate", 1 / curvatures(raw)[-1], "", "largest safe step, raw coordinates"),
        Number("closed_rmse", np.sqrt(np.mean(residual**2)), "kcal/mol", "closed form"),
        Number(
            "reached",
            max(path["distance"].iloc[-1] for path in paths),
            "",
            "largest distance at the end of a path",
        ),
    ]
    return TopicResults({"losses": losses, "distance": distance, "epochs": epochs}, numbers)


def determined(values: np.ndarray, tolerance: float = 0.01) -> np.ndarray:
    """Drop each column that those before it determine: (n, p) to (n, fewer).

    A standardised column stays if more than `tolerance` of its norm lies outside their span; nearer
    ones would ask for millions of epochs.
    """
    scaled = Standardizer().fit_transform(values)
    basis = np.zeros((len(scaled), 0))
    kept = []
    for column, column_values in enumerate(scaled.T):
        residual = column_values - basis @ (basis.T @ column_values)
        residual -= basis @ (basis.T @ residual)
        if np.linalg.norm(residual) > tolerance * np.sqrt(len(scaled)):
            kept.append(column)
            basis = np.column_stack([basis, residual / np.linalg.norm(residual)])
    return values[:, kept]


def closed_form(values: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(p + 1,) weights and bias of least squares."""
    design = np.column_stack([values, np.ones(len(values))])
    return np.linalg.lstsq(design, target, rcond=None)[0]


def closed_predictions(values: np.ndarray, target: np.ndarray) -> np.ndarray:
    """(n,) what least squares predicts for the data that it was fitted to."""
    return np.column_stack([values, np.ones(len(values))]) @ closed_form(values, target)


def condition(values: np.ndarray) -> float:
    """Condition number of the Hessian of the squared loss."""
    found = curvatures(values)
    return float(found[-1] / found[0])


def convergence(values: np.ndarray, target: np.ndarray) -> pd.DataFrame:
    """Distance from the closed form, relative to its norm, by epoch, until it is small enough.

    Returns
    -------
    DataFrame
        epoch, distance: some 100 epochs from the first; the last is the first one within
        `TOLERANCE`, or the last of `MOST_EPOCHS`.
    """
    goal = closed_form(values, target)
    size, rate = np.linalg.norm(goal), 1 / curvatures(values)[-1]
    weights, bias, distances = np.zeros(values.shape[1]), 0.0, []
    for _ in range(MOST_EPOCHS // CHUNK):
        weights, bias, (_, path, biases) = descend(weights, bias, values, target, rate, CHUNK)
        apart = np.column_stack([path, biases]) - goal
        distances.append(np.linalg.norm(apart, axis=1) / size)
        if distances[-1].min() <= TOLERANCE:
            break
    whole = np.concatenate(distances)
    inside = np.flatnonzero(whole <= TOLERANCE)
    last = int(inside[0]) if len(inside) else len(whole) - 1
    shown = np.unique(np.concatenate([np.arange(0, last, max(1, last // 100)), [last]]))
    return pd.DataFrame({"epoch": shown, "distance": whole[shown]})


def _numbers(runs: dict, energy: np.ndarray, epochs: pd.DataFrame) -> list[Number]:
    root = {name: np.sqrt(model.losses_) for name, model in runs.items()}
    energies = [
        Number("notes_start", root["raw"][0], "kcal/mol", "error before the first epoch"),
        Number("notes_end", root["raw"][-1], "kcal/mol", "error after the notes' epochs"),
        Number("notes_bias", runs["raw"].intercept_, "kcal/mol", "bias after the notes' epochs"),
        Number("mean_energy", energy.mean(), "kcal/mol", "mean energy"),
        Number("mean_rmse", energy.std(), "kcal/mol", "error of the mean energy"),
        Number("unscaled_end", root["unscaled"][-1], "kcal/mol", "error, columns unscaled"),
        Number("scaled_end", root["standardised"][-1], "kcal/mol", "error, columns standardised"),
    ]
    first, last = epochs.iloc[0], epochs.iloc[-1]
    return [
        *energies,
        Number("conformers", len(energy), "", "training conformers"),
        Number("columns", runs["standardised"].n_features_in_, "", "columns"),
        Number("notes_rate", NOTES_RATE, "", "the notes' step"),
        Number("notes_epochs", NOTES_EPOCHS, "", "the notes' epochs"),
        Number("shown_epochs", SHOWN_EPOCHS, "", "epochs with the largest safe step"),
        Number("tolerance", TOLERANCE, "", "distance from the closed form that is small enough"),
        Number("condition_least", first["condition_number"], "", "smallest condition number"),
        Number("epochs_least", int(first["epochs"]), "", "epochs at the smallest"),
        Number("condition_most", last["condition_number"], "", "largest condition number"),
        Number("epochs_most", int(last["epochs"]), "", "epochs at the largest"),
    ]
