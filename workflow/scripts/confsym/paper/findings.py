"""Which numbers of a finished study are worth quoting."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from confsym.conformers.split import HELD_OUT, TEST, TRAIN
from confsym.evaluation.intervals import ENERGY as ENERGY_ITSELF
from confsym.evaluation.intervals import FORCE
from confsym.evaluation.summary import held_out
from confsym.evaluation.verdicts import HOLDS_BELOW, KEPT, UNJUDGED
from confsym.paper.quoting import with_spread
from confsym.storage.numbers import SUPERSCRIPT, Number, fixed, significant, typeset

ENERGY, SLOPE = "kcal/mol", "kcal/mol/Å"
SUMMARY = "tables/summary.csv"
SYMMETRY = "tables/symmetry.csv"
ROTATIONS = "tables/rotations.csv"
INTERVALS = "tables/intervals.csv"
SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
TOTAL = 1e5  # kcal/mol: from here on numbers would have an exponent
NO_MOTION = "no motion"
NOMINAL = 0.95  # of the interval whose honesty is quoted


def of_conformers(
    description: Mapping[str, Any],
    conformers: pd.DataFrame,
    split: pd.DataFrame,
    energies: pd.DataFrame,
    level: tuple[str, str, str],
    attempts: int | None,
) -> Iterator[Number]:
    """Numbers of the molecule, its conformers and their energies.

    Parameters
    ----------
    description
        The molecule's `molecule.json`.
    conformers, split, energies
        `ensemble.csv`, `split.csv`, and the energies of the molecule's level.
    level
        That level's name and label, and where the config says it.
    attempts
        How many conformers were embedded, before pruning; None where they come from a file.
    """
    formula = description["formula"]
    yield Number("formula", formula, "", "molecule.json: formula", formula_in_print(formula))
    yield Number("charge", int(description["charge"]), "e", "molecule.json: charge")
    source = "molecule.json: canonical_smiles"
    yield Number("canonical_smiles", description["canonical_smiles"], "", source)
    yield Number("atoms", len(description["atoms"]), "", "molecule.json: atoms")
    if attempts is not None:
        yield Number("attempts", attempts, "", "the config: embedding.attempts")
    source = "conformers/ensemble.csv"
    yield Number("conformers", len(conformers), "", f"{source}: rows")
    stereoisomers = conformers["stereoisomer"].nunique(dropna=False)
    yield Number("stereoisomers", int(stereoisomers), "", f"{source}: stereoisomer")
    for name, partition in (("training_conformers", TRAIN), ("held_out_conformers", TEST)):
        count = int((split["partition"] == partition).sum())
        yield Number(name, count, "", f"split.csv: partition {partition}")
    energy, source = energies["energy_kcal_mol"], f"energies/{level[0]}.csv: energy_kcal_mol"
    yield Number("level", level[1], "", f"the config: {level[2]}")
    mean = float(energy.mean())
    # A total energy of 216,571 kcal/mol is no 2 × 10⁵.
    text = typeset(significant(mean, 4, commas=abs(mean) >= TOTAL))
    yield Number("energy_mean", mean, ENERGY, f"{source}, mean", text)
    yield Number("energy_std", float(energy.std()), ENERGY, f"{source}, standard deviation")
    spread = float(energy.max() - energy.min())
    yield Number("energy_range", spread, ENERGY, f"{source}, largest less smallest")


def formula_in_print(formula: str) -> str:
    """Write RDKit's C4H14N2+2 as C₄H₁₄N₂²⁺."""
    atoms, sign, charge = re.fullmatch(r"([^+-]*)([+-]?)(\d*)", formula).groups()
    return atoms.translate(SUBSCRIPT) + charge.translate(SUPERSCRIPT) + sign.translate(SUPERSCRIPT)


def of_claims(symmetry: pd.DataFrame) -> Iterator[Number]:
    """Numbers of the verdict on all claims.

    Parameters
    ----------
    symmetry
        From `confsym.evaluation.summary.symmetry`.
    """
    judged = symmetry[~symmetry["verdict"].isin(UNJUDGED)]
    kept, unclaimed = judged[judged["verdict"] == KEPT], judged[~judged["claimed"]]
    not_kept = unclaimed[~unclaimed["holds"]]
    yield Number(
        "experiments", int(symmetry["experiment"].nunique()), "", f"{SYMMETRY}: experiment"
    )
    yield Number("claims", int(judged["claimed"].sum()), "", f"{SYMMETRY}: claimed")
    claiming = int(judged.loc[judged["claimed"], "experiment"].nunique())
    yield Number("experiments_that_claim", claiming, "", f"{SYMMETRY}: experiment, claimed")
    yield Number("claims_that_hold", len(kept), "", f"{SYMMETRY}: verdict")
    yield Number("symmetries_not_claimed", len(unclaimed), "", f"{SYMMETRY}: claimed")
    yield Number("symmetries_not_kept", len(not_kept), "", f"{SYMMETRY}: claimed, holds")
    for name, rows in (("claims_largest_change", kept), ("not_kept_largest_change", not_kept)):
        if len(rows):
            largest = float(rows["defect_max"].max())
            yield Number(name, largest, ENERGY, f"{SYMMETRY}: defect_max, largest")


def of_experiments(
    summary: pd.DataFrame, symmetry: pd.DataFrame, rotations: pd.DataFrame
) -> Iterator[Number]:
    """Numbers of each experiment, best held-out error first.

    Parameters
    ----------
    summary, symmetry, rotations
        From `confsym.evaluation.summary` and `confsym.symmetry.rotations`.
    """
    held_out_rows = held_out(summary)
    best = held_out_rows.iloc[0]
    source = f"{SUMMARY}: resplit_mae_mean_kcal_mol, smallest"
    yield Number("best_experiment", best["experiment"], "", source)
    text = with_spread(best["resplit_mae_mean_kcal_mol"], _spread(best))
    yield Number("best_mae_with_spread", best["resplit_mae_mean_kcal_mol"], ENERGY, source, text)
    judged = symmetry[~symmetry["verdict"].isin(UNJUDGED)]
    by_experiment = rotations.set_index("experiment")
    for row in held_out_rows.itertuples():
        name = row.experiment
        yield from _errors(row)
        further = summary[(summary["experiment"] == name) & (summary["tested_on"] != HELD_OUT)]
        for test in further.itertuples():
            source = f"{SUMMARY}: test_mae_kcal_mol where tested_on is {test.tested_on}"
            quantity = f"{name}/mae_on/{test.tested_on}"
            yield Number(quantity, test.test_mae_kcal_mol, ENERGY, source)
        claims = judged[judged["experiment"] == name]
        if len(claims):
            worst = claims.loc[claims["defect_max"].idxmax()]
            source = f"{SYMMETRY}: defect_max, largest of what is judged"
            yield Number(f"{name}/largest_change", float(worst["defect_max"]), ENERGY, source)
            # Which of several changes by round-off is largest says nothing.
            transform = worst["transform"] if worst["defect_max"] > HOLDS_BELOW else NO_MOTION
            yield Number(f"{name}/largest_change_when", transform, "", source)
        for quantity, column in (
            ("rotational_spread", "spread_rms_kcal_mol"),
            ("rotational_spread_largest", "spread_max_kcal_mol"),
            ("mae_averaged_over_rotations", "mae_averaged_kcal_mol"),
        ):
            value = float(by_experiment.loc[name, column])
            yield Number(f"{name}/{quantity}", value, ENERGY, f"{ROTATIONS}: {column}")


def _errors(row: Any) -> Iterator[Number]:
    """Errors of one experiment: a row of the summary."""
    name = row.experiment
    for quantity, column in (
        ("training_mae", "train_mae_kcal_mol"),
        ("held_out_mae", "test_mae_kcal_mol"),
        ("mae_over_splits", "resplit_mae_mean_kcal_mol"),
        ("moved_mae", "moved_mae_kcal_mol"),
    ):
        yield Number(f"{name}/{quantity}", getattr(row, column), ENERGY, f"{SUMMARY}: {column}")
    mean, spread = row.resplit_mae_mean_kcal_mol, _spread(row)
    if spread is not None:
        source = f"{SUMMARY}: resplit_mae_std_kcal_mol"
        yield Number(f"{name}/spread_over_splits", spread, ENERGY, source)
    text = with_spread(mean, spread)
    source = f"{SUMMARY}: resplit_mae_mean_kcal_mol ± resplit_mae_std_kcal_mol"
    yield Number(f"{name}/mae_with_spread", mean, ENERGY, source, text)
    if row.note:
        yield Number(f"{name}/note", row.note, "", f"{SUMMARY}: note")
    text = fixed(row.test_r2, 3)
    yield Number(f"{name}/r_squared", row.test_r2, "", f"{SUMMARY}: test_r2", text)


def _spread(row: Any) -> float | None:
    """Standard deviation over splits, if there are several."""
    deviation = row.resplit_mae_std_kcal_mol
    return None if pd.isna(deviation) else float(deviation)


def of_constants(experiment: str, constants: pd.DataFrame) -> Iterator[Number]:
    """Numbers of the force field found again.

    Parameters
    ----------
    experiment
        Which one found it.
    constants
        From `confsym.rediscovery.constants.constants`.
    """
    source = f"experiments/{experiment}/constants.csv"
    determined = constants[constants["determined"]]
    yield Number(f"{experiment}/constants", len(constants), "", f"{source}: rows")
    yield Number(f"{experiment}/constants_determined", len(determined), "", f"{source}: determined")
    nonzero = determined[determined["mmff94"] != 0]
    if len(nonzero):
        relative = (nonzero["difference"] / nonzero["mmff94"]).abs().max()
        where = f"{source}: difference / mmff94, largest where determined"
        yield Number(f"{experiment}/constants_largest_relative_difference", relative, "", where)


def of_calibration(calibration: pd.DataFrame) -> Iterator[Number]:
    """How many held-out energies and force components lie in the 95 % intervals of each model.

    Parameters
    ----------
    calibration
        From `confsym.evaluation.calibration.table`.
    """
    for row in calibration[calibration["nominal"] == NOMINAL].itertuples():
        source = f"tables/calibration.csv: observed of {row.quantity} where nominal is {NOMINAL}"
        name = "force_inside_interval" if row.quantity == FORCE else "inside_interval"
        yield Number(f"{row.experiment}/{name}", row.observed, "", source)


def of_intervals(intervals: pd.DataFrame) -> Iterator[Number]:
    """Half-width and coverage of each experiment's intervals, on held-out conformers.

    Parameters
    ----------
    intervals
        From `confsym.evaluation.intervals.table`.
    """
    covered = intervals[(intervals["tested_on"] == HELD_OUT) & intervals["coverage"].notna()]
    names_of = {
        ENERGY_ITSELF: ("", "kcal_mol", ENERGY),
        FORCE: ("force_", "kcal_mol_angstrom", SLOPE),
    }
    for row in covered.itertuples():
        name, column, unit = names_of[row.quantity]
        where = f"{INTERVALS}: {{}} of {row.quantity} where tested_on is {HELD_OUT}"
        column = f"half_width_{column}"
        half_width = float(getattr(row, column))
        source = where.format(column)
        yield Number(f"{row.experiment}/{name}interval_half_width", half_width, unit, source)
        text, source = fixed(row.coverage, 3), where.format("coverage")
        yield Number(f"{row.experiment}/{name}interval_coverage", row.coverage, "", source, text)
