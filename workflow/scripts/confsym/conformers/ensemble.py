"""An ensemble of conformers, and its file."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from confsym.errors import StudyError
from confsym.storage.files import write_npz


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Conformers of one molecule.

    Parameters
    ----------
    positions
        (n, atoms, 3) Å, float64.
    numbers
        (atoms,) atomic numbers.
    attempt
        (n,) which embedding attempt each conformer was, ascending: what identifies a conformer.
    """

    positions: np.ndarray
    numbers: np.ndarray
    attempt: np.ndarray

    def __len__(self) -> int:
        return len(self.positions)

    def take(self, conformers: np.ndarray) -> "Ensemble":
        """Choose some of the conformers."""
        return replace(self, positions=self.positions[conformers], attempt=self.attempt[conformers])

    def find(self, other: "Ensemble") -> np.ndarray:
        """(len(other),) where each conformer of `other` stands in this ensemble.

        Raises
        ------
        StudyError
            If one is not there.
        """
        missing = ~np.isin(other.attempt, self.attempt)
        if missing.any():
            raise StudyError(
                f"the conformer of attempt {other.attempt[missing][0]} is not in the ensemble that "
                "it should come from; delete the molecule's folder conformers/moved, so that its "
                "copies are made again."
            )
        return np.searchsorted(self.attempt, other.attempt)

    def write(self, path: str | Path, **further_arrays: np.ndarray) -> None:
        """Write as NPZ, with `further_arrays` arrays beside the three."""
        write_npz(
            path,
            positions=self.positions,
            numbers=self.numbers,
            attempt=self.attempt,
            **further_arrays,
        )


def read(path: str | Path) -> Ensemble:
    """Read an NPZ that `Ensemble.write` wrote."""
    with np.load(path) as arrays:
        return Ensemble(arrays["positions"], arrays["numbers"], arrays["attempt"])


def concatenate(ensembles: list[Ensemble]) -> Ensemble:
    """Join ensembles of one molecule in the order given."""
    return Ensemble(
        np.concatenate([ensemble.positions for ensemble in ensembles]),
        ensembles[0].numbers,
        np.concatenate([ensemble.attempt for ensemble in ensembles]),
    )


def read_converged(path: str | Path, conformers: int) -> np.ndarray:
    """(conformers,) whether each minimisation converged; empty text where none was asked for."""
    with np.load(path) as arrays:
        return arrays["converged"] if "converged" in arrays else np.full(conformers, "")


def require_conformers(ensemble: Ensemble, name: str) -> None:
    """Refuse an ensemble without conformers.

    Raises
    ------
    StudyError
        If there are none.
    """
    if len(ensemble) == 0:
        raise StudyError(
            f"molecules.{name}: no attempt gave a conformer; raise embedding.max_attempts, set "
            "embedding.random_coordinates, or check that the SMILES can exist in space."
        )
