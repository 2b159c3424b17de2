"""What each experiment on crystals claims, against what was seen."""

import pandas as pd

from confsym.conformers.split import TEST
from confsym.crystals.motions import MOTIONS
from confsym.crystals.registry import EXPERIMENTS
from confsym.errors import StudyError
from confsym.evaluation.predictions import metrics
from confsym.evaluation.verdicts import judged, verdict
from confsym.storage.files import Table
from confsym.storage.numbers import significant

HOLDS_BELOW = 1e-6  # meV/atom: ten thousand times the round-off of a ridge on SOAP

HEADINGS = {
    "experiment": "Experiment",
    "transform": "Transform",
    "claimed": "Claimed",
    "defect_rms": "Defect, RMS (meV/atom)",
    "defect_max": "Defect, largest (meV/atom)",
    "mae": "MAE (meV/atom)",
    "holds": "Holds",
    "verdict": "Verdict",
}
VERDICTS = [verdict(claimed, holds) for claimed in (True, False) for holds in (True, False)]


def of_experiment(predictions: Table, name: str) -> Table:
    """One experiment's rows of a table of predictions."""
    own = predictions["experiment"] == name
    return {column: values[own] for column, values in predictions.items()}


def symmetry(predictions: Table) -> pd.DataFrame:
    """Hold the claims against the predictions of held-out crystals.

    Parameters
    ----------
    predictions
        From `confsym.crystals.experiments.fit_and_predict`.

    Returns
    -------
    DataFrame
        Columns as in `HEADINGS`: an experiment and a motion a row. `holds` says that no prediction
        changed by more than 1e-6 meV/atom.
    """
    rows = []
    for name, experiment in EXPERIMENTS.items():
        own = of_experiment(predictions, name)
        errors = pd.DataFrame(metrics(own | {"conformer": own["crystal"]}))
        errors = errors.set_index(["partition", "transform"])
        for motion in MOTIONS:
            row = {"experiment": name, "transform": motion}
            claimed = motion in experiment.claimed
            rows.append(row | judged(errors.loc[(TEST, motion)], claimed, HOLDS_BELOW))
    return pd.DataFrame(rows)


def verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """Count each experiment's verdicts in the table from `symmetry`.

    Raises
    ------
    StudyError
        If a claim is broken.
    """
    broken = table[table["verdict"] == verdict(True, False)]
    if len(broken):
        # What is not a number is worse than any.
        worst = broken.loc[broken["defect_max"].fillna(float("inf")).idxmax()]
        raise StudyError(
            f"crystals: {len(broken)} of {int(table['claimed'].sum())} claims of symmetry are "
            f"broken, worst {worst['experiment']} under {worst['transform']} by "
            f"{significant(worst['defect_max'], 2, 2)} meV/atom (limit {HOLDS_BELOW:g}); see "
            "results/crystals/tables/symmetry.md, and mend the features or withdraw the claim."
        )
    counts = pd.crosstab(table["experiment"], table["verdict"])
    counts = counts.reindex(index=list(EXPERIMENTS), columns=VERDICTS, fill_value=0)
    return counts.rename_axis(columns=None).reset_index()
