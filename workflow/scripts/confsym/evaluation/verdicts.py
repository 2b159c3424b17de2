"""What is made of a claim and of what was seen, in a word or two.

Apart from the predictions: what judges anything else has no use for how those are made.
"""

from collections.abc import Mapping
from typing import Any

HOLDS_BELOW = 1e-6  # kcal/mol: far above the round-off of any model here, far below any error
KEPT, CLAIM_BROKEN, PROBE = "kept", "claim broken", "probe"
KEPT_UNCLAIMED, NOT_KEPT = "kept, not claimed", "not kept, not claimed"  # no promise, none broken
LEVEL_BREAKS, CONSTANT = "the level breaks it", "constant"
NO_FORCES, NO_PATH, MOVES_NOTHING = "no forces", "no path", "moves nothing"
# Verdicts that say nothing about a claim.
UNJUDGED = (PROBE, LEVEL_BREAKS, CONSTANT, NO_FORCES, NO_PATH, MOVES_NOTHING)
NOWHERE = "leaves every atom of this molecule where it is"
ONE_VALUE = "predicts one value for all conformers, which says nothing of symmetry or of skill"


def judged(metrics_row: Mapping[str, Any], claimed: bool, limit: float) -> dict[str, Any]:
    """Hold a claim against one row of `metrics`: it holds if no prediction moved beyond the limit.

    Returns
    -------
    dict
        `claimed`, `defect_rms`, `defect_max`, `mae`, `holds`, `verdict`.
    """
    numbers = {name: metrics_row[name] for name in ("defect_rms", "defect_max", "mae")}
    holds = bool(metrics_row["defect_max"] <= limit)
    return {"claimed": claimed} | numbers | {"holds": holds, "verdict": verdict(claimed, holds)}


def verdict(claimed: bool, holds: bool) -> str:
    """Say in a word or two how a claim and what was seen go together."""
    if claimed:
        return KEPT if holds else CLAIM_BROKEN
    return KEPT_UNCLAIMED if holds else NOT_KEPT
