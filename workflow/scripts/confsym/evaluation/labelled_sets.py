"""Geometries whose energies and forces are known, read from the files of a job."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from confsym.conformers import ensemble
from confsym.conformers.split import TEST, TRAIN
from confsym.energies import labels
from confsym.evaluation.force_curves import LabelledSet
from confsym.evaluation.forces import Forces
from confsym.evaluation.further_sets import FurtherSet, inside
from confsym.evaluation.geometries import Geometries
from confsym.models.labelled import ForceModel
from confsym.molecules.topology import Topology
from confsym.registry import ORIGINAL

FILES = ("energies", "gradients", "baseline", "baseline_gradients")


def read(
    files: Mapping[str, Any], tests: Mapping[str, str]
) -> tuple[LabelledSet, dict[str, LabelledSet]]:
    """Read a molecule's conformers and its further sets.

    Parameters
    ----------
    files
        Paths: ensemble, energies, gradients, baseline and baseline_gradients (lists, empty without
        a cheaper level); and those of all further sets, called test_ensembles and so on.
    tests
        Folders of the further sets, by name.

    Returns
    -------
    whole : LabelledSet
    further : dict
        Further sets by name.
    """
    known = labels.read(*(files[name] for name in FILES))
    whole = LabelledSet(ensemble.read(files["ensemble"]).positions, known)
    further = {}
    for name, folder in tests.items():
        theirs = {kind: inside(folder, files[f"test_{kind}"]) for kind in ("ensemble", *FILES)}
        first = (theirs[kind][0] for kind in ("energies", "gradients"))
        below = (theirs[kind] for kind in ("baseline", "baseline_gradients"))
        positions = ensemble.read(theirs["ensemble"][0]).positions
        further[name] = LabelledSet(positions, labels.read(*first, *below))
    return whole, further


def without_tables(further: Mapping[str, LabelledSet], topology: Topology) -> dict[str, FurtherSet]:
    """The energies of further sets, with geometries where other models have tables of features."""
    return {
        name: FurtherSet(
            {ORIGINAL: (np.arange(len(one.positions)), Geometries(one.positions, topology))},
            one.labels.energy,
            one.labels.baseline,
        )
        for name, one in further.items()
    }


def deviations(
    model: ForceModel,
    whole: LabelledSet,
    partition: np.ndarray,
    further: Mapping[str, LabelledSet],
    known: bool,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Standard deviations that a model knows itself, of held-out conformers and further sets.

    They take longer than predictions, so that training conformers and moved ones have none.

    Parameters
    ----------
    model, whole, partition, further
        As in `predicted`.
    known
        Whether the model knows them.

    Returns
    -------
    energies, forces : dict
        By set (n,) kcal/mol and (n, atoms, 3) kcal/mol/Å; empty where the model knows none.
    """
    sets = {TEST: whole.some(np.flatnonzero(partition == TEST))} | dict(further) if known else {}
    found = {name: model.deviations(one.positions) for name, one in sets.items()}
    return tuple({name: pair[place] for name, pair in found.items()} for place in range(2))


def predicted(
    model: ForceModel,
    whole: LabelledSet,
    partition: np.ndarray,
    further: Mapping[str, LabelledSet],
    deviations: Mapping[str, np.ndarray],
) -> dict[str, Forces]:
    """Predict forces: those of training conformers, held-out ones, and further sets.

    Parameters
    ----------
    model
        Fitted to what the labels differ by from the cheaper level.
    whole
        All conformers.
    partition : (conformers,)
        "train" or "test".
    further
        Further sets by name.
    deviations
        Of the forces of some of these sets.
    """
    numbers = {name: np.flatnonzero(partition == name) for name in (TRAIN, TEST)}
    sets = {name: whole.some(rows) for name, rows in numbers.items()} | dict(further)
    found = {}
    for name, one in sets.items():
        forces = one.labels.baseline_forces + model.energies_and_forces(one.positions)[1]
        conformer = numbers.get(name, np.arange(len(forces)))
        found[name] = Forces(conformer, one.labels.forces, forces, deviations.get(name))
    return found
