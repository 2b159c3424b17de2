"""Geometries whose energies and forces are known, read from the files of a job."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from confsym.conformers import ensemble
from confsym.conformers.split import TEST, TRAIN
from confsym.energies import labels
from confsym.evaluation.force_curves import LabelledSet
from confsym.evaluation.forces import Forces
from confsym.evaluation.further_sets import FurtherSet, paths_inside
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
    own_labels = labels.read(*(files[name] for name in FILES))
    conformers = LabelledSet(ensemble.read(files["ensemble"]).positions, own_labels)
    further_sets = {}
    for name, folder in tests.items():
        paths = {kind: paths_inside(folder, files[f"test_{kind}"]) for kind in ("ensemble", *FILES)}
        label_paths = (paths[kind][0] for kind in ("energies", "gradients"))
        baseline_paths = (paths[kind] for kind in ("baseline", "baseline_gradients"))
        positions = ensemble.read(paths["ensemble"][0]).positions
        further_sets[name] = LabelledSet(positions, labels.read(*label_paths, *baseline_paths))
    return conformers, further_sets


def without_tables(
    further_sets: Mapping[str, LabelledSet], topology: Topology
) -> dict[str, FurtherSet]:
    """The energies of further sets, with geometries where other models have tables of features."""
    return {
        name: FurtherSet(
            {
                ORIGINAL: (
                    np.arange(len(labelled_set.positions)),
                    Geometries(labelled_set.positions, topology),
                )
            },
            labelled_set.labels.energy,
            labelled_set.labels.baseline,
        )
        for name, labelled_set in further_sets.items()
    }


def deviations(
    model: ForceModel,
    conformers: LabelledSet,
    partition: np.ndarray,
    further_sets: Mapping[str, LabelledSet],
    has_deviations: bool,
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Standard deviations that a model knows itself, of held-out conformers and further sets.

    They take longer than predictions, so that training conformers and moved ones have none.

    Parameters
    ----------
    model, conformers, partition, further_sets
        As in `predicted`.
    has_deviations
        Whether the model knows them.

    Returns
    -------
    energies, forces : dict
        By set (n,) kcal/mol and (n, atoms, 3) kcal/mol/Å; empty where the model knows none.
    """
    sets = (
        {TEST: conformers.take(np.flatnonzero(partition == TEST))} | dict(further_sets)
        if has_deviations
        else {}
    )
    deviations_by_set = {
        name: model.deviations(labelled_set.positions) for name, labelled_set in sets.items()
    }
    return tuple(
        {name: pair[index] for name, pair in deviations_by_set.items()} for index in range(2)
    )


def predicted(
    model: ForceModel,
    conformers: LabelledSet,
    partition: np.ndarray,
    further_sets: Mapping[str, LabelledSet],
    deviations: Mapping[str, np.ndarray],
) -> dict[str, Forces]:
    """Predict forces: those of training conformers, held-out ones, and further sets.

    Parameters
    ----------
    model
        Fitted to what the labels differ by from the cheaper level.
    conformers
        All conformers.
    partition : (conformers,)
        "train" or "test".
    further_sets
        Further sets by name.
    deviations
        Of the forces of some of these sets.
    """
    numbers = {name: np.flatnonzero(partition == name) for name in (TRAIN, TEST)}
    sets = {name: conformers.take(rows) for name, rows in numbers.items()} | dict(further_sets)
    forces_by_set = {}
    for name, labelled_set in sets.items():
        forces = (
            labelled_set.labels.baseline_forces
            + model.energies_and_forces(labelled_set.positions)[1]
        )
        conformer = numbers.get(name, np.arange(len(forces)))
        forces_by_set[name] = Forces(
            conformer, labelled_set.labels.forces, forces, deviations.get(name)
        )
    return forces_by_set
