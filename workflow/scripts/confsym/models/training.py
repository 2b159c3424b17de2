"""The rows that a model trains on: conformers, and moved copies of them where a study augments."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from confsym.storage.parquet import read_feature_sets


@dataclass(frozen=True, eq=False)
class TrainingRows:
    """Features of every conformer and of its copies.

    Parameters
    ----------
    values
        (conformers, features) of the conformers themselves, in order.
    copied
        (copies,) which conformer each copy is of.
    copies
        (copies, features) of the copies.
    """

    values: np.ndarray
    copied: np.ndarray
    copies: np.ndarray

    @classmethod
    def of_tables(
        cls, values: np.ndarray, augmented: tuple[np.ndarray, np.ndarray] | None
    ) -> "TrainingRows":
        """Join the conformers' own table and that of their copies (copied, copies), if any."""
        if augmented is None:
            augmented = np.empty(0, dtype=int), np.empty((0, values.shape[1]))
        return cls(values, *augmented)

    def of(self, conformers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rows of some conformers, in ascending order, and then of all their copies.

        Returns
        -------
        conformer : (rows,)
            Which conformer each row is of.
        values : (rows, features)
        """
        conformers = np.sort(conformers)
        chosen = np.isin(self.copied, conformers)
        return (
            np.concatenate([conformers, self.copied[chosen]]),
            np.concatenate([self.values[conformers], self.copies[chosen]]),
        )


def read_training(
    paths: Sequence[str | Path], copies: Sequence[str | Path]
) -> tuple[TrainingRows, list[int]]:
    """Read the tables that a model trains on: those of every conformer, and of moved copies if any.

    Returns
    -------
    rows : TrainingRows
    widths : list of int
        How many columns each feature set has.
    """
    _, values, widths = read_feature_sets(paths)
    return TrainingRows.of_tables(values, read_feature_sets(copies)[:2] if copies else None), widths
