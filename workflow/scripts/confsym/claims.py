"""The verdict on all claims of a study."""

import pandas as pd

from confsym.evaluation import CLAIM_BROKEN, HOLDS_BELOW, KEPT, PROBE


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
        f"up to {row.defect_max:.1e} kcal/mol"
        for row in symmetry.itertuples()
        if row.verdict == CLAIM_BROKEN
    ]
    spreads = rotations[rotations["claimed"] & (rotations["spread_max_kcal_mol"] > HOLDS_BELOW)]
    return found + [
        f"{row.experiment} claims to be unmoved by rotation, and its predictions spread by up to "
        f"{row.spread_max_kcal_mol:.1e} kcal/mol over {row.rotations} rotations"
        for row in spreads.itertuples()
    ]


def sentence(symmetry: pd.DataFrame) -> str:
    """Sum up a study all of whose claims hold."""
    asked = symmetry[symmetry["verdict"] != PROBE]
    kept = asked[asked["verdict"] == KEPT]
    lost = asked[~asked["holds"]]
    largest = f" (to {kept['defect_max'].max():.0e} kcal/mol)" if len(kept) else ""
    worst = f", by up to {lost['defect_max'].max():.3g} kcal/mol" if len(lost) else ""
    others = len(asked) - len(kept)
    return (
        f"All {len(kept)} claims of {asked['experiment'].nunique()} experiments hold{largest}; of "
        f"the {others} symmetries that nobody claims {len(lost)} are broken{worst}.\n"
    )


def complaint(molecule: str, found: list[str]) -> str:
    """Say in one sentence which claims are contradicted, and what to do."""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return (
        f"molecules.{molecule}: {found[0]}{more}; see tables/symmetry.csv, and mend the claim in "
        "the registry, or, where tiny penalties make round-off of a model large, raise its penalty."
    )
