"""The verdict on all claims of a study."""

import numpy as np
import pandas as pd

from confsym.evaluation.predictions import (
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
        From `comparison.symmetry`.
    rotations
        From `rotations.table`.
    """
    found = [
        f"{row.experiment} claims to be unmoved by {row.transform}, and its predictions change by "
        f"{_up_to(row.defect_max)}"
        for row in symmetry.itertuples()
        if row.verdict == CLAIM_BROKEN
    ]
    # What is not a number is not within the limit either.
    spreads = rotations[rotations["claimed"] & ~(rotations["spread_max_kcal_mol"] <= HOLDS_BELOW)]
    return found + [
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
    lost = trial[(trial["subject"] != ENERGIES) & (trial["verdict"] == CLAIM_BROKEN)]
    return [
        f"{row.experiment} makes a claim on {row.subject} ({row.test}), and "
        + (
            f"{significant(row.measured, 2, 2)} {row.unit} is more than "
            f"{significant(row.limit, 1, nothing=0)}"
            if np.isfinite(row.measured)
            else row.note.rstrip(".")
        )
        for row in lost.itertuples()
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
    said = [_on_subject(name, trial[trial["subject"] == name]) for name in others]
    return " ".join([sentence(symmetry).strip(), *filter(None, said)]) + "\n"


def _on_subject(subject: str, rows: pd.DataFrame) -> str:
    """One sentence on the tests of a subject; nothing where nothing was tried."""
    asked = rows[~rows["verdict"].isin(UNJUDGED)]
    kept, rest = asked[asked["verdict"] == KEPT], asked[~asked["claimed"]]
    if not len(asked):
        return ""
    count, tried = len(kept), len(rest)
    lost = int((rest["verdict"] == NOT_KEPT).sum())
    experiments = len(set(kept["experiment"]))
    of_them = f"{experiments} experiment{'s' * (experiments > 1)}"
    holds = f"all {count} claims of {of_them} hold" if count > 1 else "the one claim holds"
    parts = [holds if count else "no experiment claims anything"]
    if tried:
        tests = f"the {tried} tests" if tried > 1 else "the one test"
        parts.append(f"of {tests} that nobody claims to pass {lost} fail{'s' * (lost == 1)}")
    return f"{subject.capitalize()}: {'; '.join(parts)}."


def sentence(symmetry: pd.DataFrame) -> str:
    """Sum up the symmetries of energies of a study all of whose claims hold."""
    asked = symmetry[~symmetry["verdict"].isin(UNJUDGED)]
    kept = asked[asked["verdict"] == KEPT]
    lost = asked[~asked["holds"]]
    constant = symmetry.loc[symmetry["verdict"] == CONSTANT, "experiment"].unique().tolist()
    level, still = (
        symmetry.loc[symmetry["verdict"] == why, "transform"].unique().tolist()
        for why in (LEVEL_BREAKS, MOVES_NOTHING)
    )
    unjudged = [
        *([f"Constant predictions say nothing: {', '.join(constant)}."] if constant else []),
        *([f"A level itself breaks {', '.join(level)}: this judges no model."] if level else []),
        *([f"Nothing is moved by {', '.join(still)}: this judges no model."] if still else []),
    ]
    verdict = f"{_on_claims(kept)}; {_on_the_rest(lost, len(asked) - len(kept))}."
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


def _on_the_rest(lost: pd.DataFrame, tried: int) -> str:
    if not tried:
        return "no other symmetry was tried"
    worst = f", by up to {significant(lost['defect_max'].max())} kcal/mol" if len(lost) else ""
    if tried == 1:
        return f"the one symmetry that nobody claims is {'broken' if len(lost) else 'kept'}{worst}"
    broken = "is broken" if len(lost) == 1 else "are broken"
    return f"of the {tried} symmetries that nobody claims {len(lost)} {broken}{worst}"


def complaint(molecule: str, found: list[str]) -> str:
    """Say in one sentence which claims are contradicted, and what to do."""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return (
        f"molecules.{molecule}: {found[0]}{more}; see tables/trial.csv, and mend the claim in "
        "the registry, or, where tiny penalties make round-off of a model large, raise its penalty."
    )
