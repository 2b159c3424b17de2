"""The last words of a run that succeeds: what came out, and what to look at first."""

import os
from collections.abc import Collection, Iterable

from confsym.conformers.split import HELD_OUT
from confsym.storage.files import read_csv, read_json
from confsym.storage.numbers import significant

LINES = 10  # of a screen
FIRST_FILES = 3
# What to look at, in this order.
VIEWS = ("tables/summary.html", "figures/symmetry.svg", "figures/conformers.html")
OTHER_VIEWS = ("figures/parity/notes.svg", "figures/learning_curves.svg")


def lines(molecules: Iterable[str], up_to_date: Collection[str], folder: str) -> list[str]:
    """At most ten lines: each molecule's outcome, and the files to open first.

    Parameters
    ----------
    molecules
        Names.
    up_to_date
        Every file that is up to date. No other is read, since it may be of an earlier study.
    folder
        The study's, as the command names it (--directory): files to open begin with it.
    """
    outcomes = [outcome for name in molecules if (outcome := _outcome(name, up_to_date))]
    views = [
        f"results/{folder}/{view}"
        for folder, names in [
            ("comparison", ("figures/errors.svg", "tables/winners.html")),
            *((name, (*VIEWS, *OTHER_VIEWS)) for name in molecules),
            ("crystals", ("figures/periodicity.svg", "tables/symmetry.md")),
        ]
        for view in names
    ]
    first = [view for view in views if view in up_to_date][:FIRST_FILES]
    paths = [f"  {os.path.join(folder, view)}" for view in first]
    opening = ["Open first:", *paths] if first else []
    return [*_fitted(outcomes, LINES - len(opening)), *opening]


def _fitted(outcomes: list[list[str]], max_lines: int) -> list[str]:
    """Outcomes with their verdicts; without where there is no room, and then the first of them."""
    full = [line for outcome in outcomes for line in outcome]
    if len(full) <= max_lines:
        return full
    short = [outcome[0] for outcome in outcomes]
    if len(short) <= max_lines:
        return short
    return [*short[: max_lines - 1], f"and {len(short) - max_lines + 1} molecules more"]


def _outcome(molecule: str, up_to_date: Collection[str]) -> list[str]:
    """What came out of a molecule's conformers and experiments; the verdict."""
    folder = f"results/{molecule}"
    counts, summary, verdict = (
        path if path in up_to_date else None
        for path in (
            f"{folder}/conformers/pruning.json",
            f"{folder}/tables/summary.csv",
            f"{folder}/tables/verdict.md",
        )
    )
    facts = []
    if counts:
        facts.append(f"{read_json(counts)['kept']} conformers")
    if summary:
        facts.append(_best_and_worst(read_csv(summary)))
    sentences = [f"{molecule}: {'; '.join(facts)}."] if facts else []
    if verdict:
        with open(verdict, encoding="utf-8") as text:
            sentences.append(text.read().strip())
    return sentences


def _best_and_worst(summary: dict) -> str:
    """By the held-out error, averaged over splits; the table has the best first."""
    columns = ("experiment", "resplit_mae_mean_kcal_mol", "tested_on")
    ranked = [
        f"{name} (held-out MAE {significant(error)} kcal/mol)"
        for name, error, tested_on in zip(*(summary[column] for column in columns), strict=True)
        if tested_on == HELD_OUT
    ]
    if len(ranked) == 1:
        return f"experiment {ranked[0]}"
    return f"best experiment {ranked[0]}, worst {ranked[-1]}"
