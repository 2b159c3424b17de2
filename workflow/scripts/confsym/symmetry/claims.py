"""The verdict on all claims of a study."""

import numpy as np
import pandas as pd

from confsym.evaluation.predictions import (
    CLAIM_BROKEN,
    CONSTANT,
    HOLDS_BELOW,
    KEPT,
    LEVEL_BREAKS,
    UNJUDGED,
)
from confsym.storage.numbers import significant


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


def _up_to(change: float) -> str:
    if not np.isfinite(change):
        return "what is not a finite number"
    return f"up to {significant(change, 2, 2)} kcal/mol"


def sentence(symmetry: pd.DataFrame) -> str:
    """Sum up a study all of whose claims hold."""
    asked = symmetry[~symmetry["verdict"].isin(UNJUDGED)]
    kept = asked[asked["verdict"] == KEPT]
    lost = asked[~asked["holds"]]
    constant = symmetry.loc[symmetry["verdict"] == CONSTANT, "experiment"].unique().tolist()
    level = symmetry.loc[symmetry["verdict"] == LEVEL_BREAKS, "transform"].unique().tolist()
    unjudged = [
        *([f"Constant predictions say nothing: {', '.join(constant)}."] if constant else []),
        *([f"A level itself breaks {', '.join(level)}: nobody is judged by it."] if level else []),
    ]
    verdict = f"{_on_claims(kept, asked)}; {_on_the_rest(lost, len(asked) - len(kept))}."
    return " ".join([verdict, *unjudged]) + "\n"


def _on_claims(kept: pd.DataFrame, asked: pd.DataFrame) -> str:
    if not len(kept):
        return "No experiment claims a symmetry that was tried"
    claims = f"All {len(kept)} claims" if len(kept) > 1 else "The one claim"
    experiments = asked["experiment"].nunique()
    of_them = f"{experiments} experiment{'s' * (experiments > 1)}"
    change = significant(kept["defect_max"].max(), 1)
    hold = "hold" if len(kept) > 1 else "holds"
    return f"{claims} of {of_them} {hold} (largest change: {change} kcal/mol)"


def _on_the_rest(lost: pd.DataFrame, tried: int) -> str:
    if not tried:
        return "nothing was tried that nobody claims"
    worst = f", by up to {significant(lost['defect_max'].max())} kcal/mol" if len(lost) else ""
    if tried == 1:
        return f"the one symmetry that nobody claims is {'broken' if len(lost) else 'kept'}{worst}"
    broken = "is broken" if len(lost) == 1 else "are broken"
    return f"of the {tried} symmetries that nobody claims {len(lost)} {broken}{worst}"


def complaint(molecule: str, found: list[str]) -> str:
    """Say in one sentence which claims are contradicted, and what to do."""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return (
        f"molecules.{molecule}: {found[0]}{more}; see tables/symmetry.csv, and mend the claim in "
        "the registry, or, where tiny penalties make round-off of a model large, raise its penalty."
    )
