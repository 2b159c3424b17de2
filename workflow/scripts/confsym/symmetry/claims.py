"""The verdict on all claims of a study."""

import numpy as np
import pandas as pd

from confsym.evaluation.verdicts import (
    CLAIM_BROKEN,
    CONSTANT,
    HOLDS_BELOW,
    KEPT,
    LEVEL_BREAKS,
    MOVES_NOTHING,
    NOT_KEPT,
    UNJUDGED,
)
from confsym.storage.numbers import significant
from confsym.symmetry.trial import ENERGIES


def broken(symmetry: pd.DataFrame, rotations: pd.DataFrame) -> list[str]:
    """Say which claims what was seen contradicts.

    Parameters
    ----------
    symmetry
        From `evaluation.summary.symmetry`.
    rotations
        The table `rotations`, a row an experiment.
    """
    sentences = [
        f"{row.experiment} claims to be unmoved by {row.transform}, and its predictions change by "
        f"{_up_to(row.defect_max)}"
        for row in symmetry.itertuples()
        if row.verdict == CLAIM_BROKEN
    ]
    # What is not a number is not within the limit either.
    spreads = rotations[rotations["claimed"] & ~(rotations["spread_max_kcal_mol"] <= HOLDS_BELOW)]
    return sentences + [
        f"{row.experiment} claims to be unmoved by rotation, and its predictions spread by "
        f"{_up_to(row.spread_max_kcal_mol)} over {row.rotations} rotations"
        for row in spreads.itertuples()
    ]


def broken_elsewhere(trial: pd.DataFrame) -> list[str]:
    """Say which claims on other subjects than energies what was seen contradicts.

    Parameters
    ----------
    trial
        From `trial.table`.
    """
    contradicted = trial[(trial["subject"] != ENERGIES) & (trial["verdict"] == CLAIM_BROKEN)]
    return [
        f"{row.experiment} makes a claim on {row.subject} ({row.test}), and "
        + (
            f"{significant(row.measured, 2, 2)} {row.unit} is more than "
            f"{significant(row.limit, 1, nothing=0)}"
            if np.isfinite(row.measured)
            else row.note.rstrip(".")
        )
        for row in contradicted.itertuples()
    ]


def _up_to(change: float) -> str:
    if not np.isfinite(change):
        return "what is not a finite number"
    return f"up to {significant(change, 2, 2)} kcal/mol"


def verdict(symmetry: pd.DataFrame, trial: pd.DataFrame) -> str:
    """Sum up a study all of whose claims hold, subject by subject, in one line.

    Parameters
    ----------
    symmetry
        From `summary.symmetry`.
    trial
        From `trial.table`.
    """
    others = [name for name in trial["subject"].unique() if name != ENERGIES]
    sentences = [_on_subject(name, trial[trial["subject"] == name]) for name in others]
    return " ".join([sentence(symmetry).strip(), *filter(None, sentences)]) + "\n"


def _on_subject(subject: str, rows: pd.DataFrame) -> str:
    """One sentence on the tests of a subject; nothing where nothing was tried."""
    judged = rows[~rows["verdict"].isin(UNJUDGED)]
    kept, unclaimed = judged[judged["verdict"] == KEPT], judged[~judged["claimed"]]
    if not len(judged):
        return ""
    count, unclaimed_tests = len(kept), len(unclaimed)
    failed = int((unclaimed["verdict"] == NOT_KEPT).sum())
    experiments = len(set(kept["experiment"]))
    of_them = f"{experiments} experiment{'s' * (experiments > 1)}"
    holds = f"all {count} claims of {of_them} hold" if count > 1 else "the one claim holds"
    parts = [holds if count else "no experiment claims it"]
    if unclaimed_tests:
        tests = f"{unclaimed_tests} tests" if unclaimed_tests > 1 else "the one test"
        not_kept = "is not kept" if failed == 1 else "are not kept"
        parts.append(f"of {tests} that nobody claims {failed} {not_kept}")
    return f"{subject.capitalize()}: {'; '.join(parts)}."


def sentence(symmetry: pd.DataFrame) -> str:
    """Sum up the symmetries of energies of a study all of whose claims hold."""
    judged = symmetry[~symmetry["verdict"].isin(UNJUDGED)]
    kept = judged[judged["verdict"] == KEPT]
    not_held = judged[~judged["holds"]]
    constant = symmetry.loc[symmetry["verdict"] == CONSTANT, "experiment"].unique().tolist()
    level_breaks, idle_transforms = (
        symmetry.loc[symmetry["verdict"] == why, "transform"].unique().tolist()
        for why in (LEVEL_BREAKS, MOVES_NOTHING)
    )
    unjudged = [
        *([f"Constant predictions say nothing: {', '.join(constant)}."] if constant else []),
        *(
            [f"A level itself breaks {', '.join(level_breaks)}: this judges no model."]
            if level_breaks
            else []
        ),
        *(
            [f"Nothing is moved by {', '.join(idle_transforms)}: this judges no model."]
            if idle_transforms
            else []
        ),
    ]
    verdict = f"{_on_claims(kept)}; {_on_the_rest(not_held, len(judged) - len(kept))}."
    return " ".join([verdict, *unjudged]) + "\n"


def _on_claims(kept: pd.DataFrame) -> str:
    if not len(kept):
        return "No experiment claims a symmetry that was tried"
    claims = f"All {len(kept)} claims" if len(kept) > 1 else "The one claim"
    experiments = kept["experiment"].nunique()
    of_them = f"{experiments} experiment{'s' * (experiments > 1)}"
    change = significant(kept["defect_max"].max(), 1)
    hold = "hold" if len(kept) > 1 else "holds"
    return f"{claims} of {of_them} {hold} (largest change: {change} kcal/mol)"


def _on_the_rest(failed: pd.DataFrame, count: int) -> str:
    if not count:
        return "no other symmetry was tried"
    worst = ""
    if len(failed):
        worst = f" (largest change: {significant(failed['defect_max'].max())} kcal/mol)"
    if count == 1:
        kept = "is not kept" if len(failed) else "is kept"
        return f"the one symmetry that nobody claims {kept}{worst}"
    not_kept = "is not kept" if len(failed) == 1 else "are not kept"
    return f"of the {count} symmetries that nobody claims {len(failed)} {not_kept}{worst}"


def complaint(molecule: str, claims: list[str]) -> str:
    """Say in one sentence which claims are contradicted, and what to do."""
    more = f" (and {len(claims) - 1} more)" if len(claims) > 1 else ""
    return (
        f"molecules.{molecule}: {claims[0]}{more}; see tables/trial.csv, and mend the claim "
        "in the registry, or, where tiny penalties make round-off of a model large, raise its "
        "penalty."
    )
