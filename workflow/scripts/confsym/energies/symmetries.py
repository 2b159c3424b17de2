"""Whether a level of theory itself keeps the symmetries that models are tried for.

A force field assigns its types to the molecule once. Where it tells apart atoms that the bonds
cannot, as MMFF94 does in azulenes (its types depend on which bonds of a Kekulé form are double),
exchanging them changes the energy, and models of that level are not judged by it.
"""

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from rdkit import Chem

from confsym.conformers.ensemble import Ensemble
from confsym.registry import resolve
from confsym.storage.files import Table
from confsym.storage.numbers import significant
from confsym.transforms.order import order_after
from confsym.transforms.registry import TRANSFORMS

CONFORMERS = 16  # that are tried in each motion: a level is a function of the molecule, not of luck
KEPT_BELOW = 1e-4  # kcal/mol: above the convergence of tight binding, below any real difference


def trial(
    function: str,
    molecule: Chem.Mol,
    original: Ensemble,
    moved: Mapping[str, Ensemble],
    transforms: Mapping[str, Mapping[str, Any]],
    name: str,
    settings: Mapping[str, Any] = MappingProxyType({}),
) -> Table:
    """Compare a level's energies of moved conformers with those of the same conformers unmoved.

    Parameters
    ----------
    function
        The level's, `package.module:function`.
    molecule
        Molecule with hydrogens, in the Kekulé form that the level is given.
    original
        All conformers.
    moved
        For each transform its moved conformers.
    transforms
        The config's section transforms.
    name
        The study's name for the molecule, for error messages.
    settings
        Further arguments of the level's function: those of a level of the study's own.

    Returns
    -------
    table
        A row for each transform that is no probe: transform, conformers,
        largest_change_kcal_mol, kept, and atoms: the fewest that any motion exchanged which
        changed the energy, numbers with a space between; empty where it is kept.
    """
    level = partial(resolve(function), **settings)
    rows = []
    for transform, settings in transforms.items():
        if not TRANSFORMS[settings["kind"]].keeps_energy:
            continue
        moved_sample = moved[transform].take(np.arange(min(CONFORMERS, len(moved[transform]))))
        unmoved = original.take(original.find(moved_sample)).positions
        order = order_after(len(original.numbers), settings)
        reordered = Chem.RenumberAtoms(molecule, order.tolist())
        energies_after, energies_before = (
            level(reordered, moved_sample.positions, name),
            level(molecule, unmoved, name),
        )
        change = energies_after[0] - energies_before[0]
        changed = ~(np.abs(change) < KEPT_BELOW)  # not-a-number is no proof of anything
        displaced = (moved_sample.positions[changed] != unmoved[changed][:, order]).any(axis=2)
        fewest = min(displaced, key=np.count_nonzero, default=np.zeros(len(order), bool))
        rows.append(
            {
                "transform": transform,
                "conformers": len(moved_sample),
                "largest_change_kcal_mol": float(np.max(np.abs(change))),
                "kept": not changed.any(),
                "atoms": " ".join(map(str, order[fewest].tolist())),
            }
        )
    columns = ("transform", "conformers", "largest_change_kcal_mol", "kept", "atoms")
    return {column: np.array([row[column] for row in rows]) for column in columns}


def untried(transforms: Mapping[str, Mapping[str, Any]]) -> Table:
    """The table of `trial` where energies of moved conformers cannot be computed.

    A level of quantum chemistry keeps every motion that changes no energy, since it knows the
    nuclei alone; here that is taken for granted, and no conformer is tried.
    """
    names = [
        name for name, settings in transforms.items() if TRANSFORMS[settings["kind"]].keeps_energy
    ]
    return {
        "transform": np.array(names),
        "conformers": np.zeros(len(names), int),
        "largest_change_kcal_mol": np.full(len(names), np.nan),
        "kept": np.ones(len(names), bool),
        "atoms": np.full(len(names), ""),
    }


def complaint(table: Table, level: str, name: str) -> list[str]:
    """A sentence about each transform that the level breaks."""
    return [
        f"molecules.{name}: {level} itself breaks {transform}: exchanging atoms {atoms} "
        f"changes its energy by up to {significant(change)} kcal/mol, since it tells them apart; "
        "that motion judges no claim."
        for transform, change, kept, atoms in zip(
            *(table[key] for key in ("transform", "largest_change_kcal_mol", "kept", "atoms")),
            strict=True,
        )
        if not kept
    ]
