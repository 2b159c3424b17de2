"""One table of verdicts: an experiment, a subject and a test a row, claimed or not."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from confsym.evaluation.verdicts import CONSTANT, HOLDS_BELOW, NO_FORCES, verdict
from confsym.study.experiments import why_no_forces

ENERGIES, FORCES, SMOOTHNESS = "energies", "forces", "smoothness"
SPREAD = "largest spread over rotations"
HEADINGS = {
    "experiment": "Experiment",
    "subject": "Subject",
    "test": "Test",
    "claimed": "Claimed",
    "measured": "Measured",
    "unit": "Unit",
    "limit": "Limit",
    "verdict": "Verdict",
    "note": "Note",
}


def table(*frames: pd.DataFrame) -> pd.DataFrame:
    """Put verdicts of any subjects below each other, experiment by experiment.

    Parameters
    ----------
    frames
        Columns as in `HEADINGS`, from the functions below or from elsewhere; their order is that of
        an experiment's subjects, and the first one's that of experiments.
    """
    combined = pd.concat([frame[list(HEADINGS)] for frame in frames if len(frame)])
    ranks = {name: rank for rank, name in enumerate(combined["experiment"].unique())}
    order = combined["experiment"].map(ranks).argsort(kind="stable")
    return combined.iloc[order.to_numpy()].reset_index(drop=True)


def energies(symmetry: pd.DataFrame, rotations: pd.DataFrame) -> pd.DataFrame:
    """Verdicts on energies, from the tables `symmetry` and `rotations`."""
    by_transform = symmetry.rename(columns={"transform": "test", "defect_max": "measured"})
    constant = set(symmetry.loc[symmetry["verdict"] == CONSTANT, "experiment"])
    by_rotation = rotations.rename(columns={"spread_max_kcal_mol": "measured"})
    by_rotation = by_rotation.assign(
        test=SPREAD,
        verdict=[
            CONSTANT if name in constant else verdict(bool(claims), bool(size <= HOLDS_BELOW))
            for name, claims, size in zip(
                by_rotation["experiment"],
                by_rotation["claimed"],
                by_rotation["measured"],
                strict=True,
            )
        ],
        note="",
    )
    combined = pd.concat([by_transform, by_rotation])
    return combined.assign(subject=ENERGIES, unit="kcal/mol", limit=HOLDS_BELOW)[list(HEADINGS)]


def forces(force_symmetry: pd.DataFrame) -> pd.DataFrame:
    """Verdicts on forces, from the table of `confsym.symmetry.force_claims`."""
    renamed = force_symmetry.rename(columns={"largest": "measured"})
    return renamed.assign(subject=FORCES)[list(HEADINGS)]


def without_forces(study: Mapping[str, Any]) -> pd.DataFrame:
    """A row for each experiment that has no forces, with the reason.

    Parameters
    ----------
    study
        The config's sections features, models and experiments.
    """
    reasons = {name: why_no_forces(study, name) for name in study["experiments"]}
    rows = [
        {
            "experiment": name,
            "subject": FORCES,
            "test": "",
            "claimed": False,
            "measured": np.nan,
            "unit": "",
            "limit": np.nan,
            "verdict": NO_FORCES,
            "note": reason,
        }
        for name, reason in reasons.items()
        if reason
    ]
    return pd.DataFrame(rows, columns=list(HEADINGS))


def smoothness(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Verdicts on smoothness, from the table of `confsym.symmetry.smoothness`."""
    test = verdicts["quantity"] + ", " + verdicts["path"] + " path"
    jumps = verdicts["found"] + np.where(verdicts["note"] == "", "", ": ") + verdicts["note"]
    note = np.where(verdicts["found"] == "", verdicts["note"], jumps)
    return verdicts.assign(subject=SMOOTHNESS, test=test, note=note)[list(HEADINGS)]
