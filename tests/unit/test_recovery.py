"""The force field found again: constants against MMFF94's own, and what each term is worth."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from confsym.energies.force_fields import mmff94
from confsym.energies.terms import TERMS, mmff_terms
from confsym.features.force_field_terms import force_field_terms
from confsym.features.registry import FEATURES
from confsym.models.build import build
from confsym.models.registry import MODELS
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.rediscovery import constants
from confsym.rediscovery.ablation import COLUMNS, ablation, kind_of

INFORMED = {name: p["default"] for name, p in FEATURES["force_field_terms"].parameters.items()} | {
    "labels": "mmff_types",
    "pairs": "mmff_radii",
}
LEAST_SQUARES = partial(
    build, MODELS["least_squares"].function, (), {"kind": "least_squares", "rcond": 1e-12}, []
)


def fitted(conformers, smiles: str, attempts: int = 500) -> tuple:
    target, positions = conformers(smiles, attempts)
    topology = Topology.from_description(molecule.describe("x", smiles))
    names, values = force_field_terms(positions, topology, **INFORMED)
    return target, positions, topology, names, values


@pytest.mark.parametrize("smiles", ["CC(F)CC(C)O", "CC(=O)NC", "CS(=O)CCl", "CC#CCN"])
def test_constants_that_are_determined_are_those_of_mmff94(smiles, conformers):
    target, positions, topology, names, values = fitted(conformers, smiles)
    energy, _ = mmff94(target, positions, "x")
    model = LEAST_SQUARES().fit(values, energy)
    uncertainty = constants.uncertainties(model, values, energy)
    table = constants.constants(names, constants.coefficients(model), uncertainty, topology, target)
    assert list(table.columns) == list(constants.HEADINGS)
    sure = table[table["determined"]]
    assert len(sure) > 0.5 * len(table)
    assert set(sure["term"]) >= {"bond", "angle", "stretch_bend", "torsion", "van_der_waals"}
    assert sure["difference"].abs().max() < 1e-4
    np.testing.assert_allclose(table["recovered"] - table["mmff94"], table["difference"])


def test_constants_that_no_conformer_can_tell_are_called_undetermined(conformers):
    """The same column twice: each could take all of the other's coefficient."""
    _, _, _, _, values = fitted(conformers, "CC(F)CC(C)O")
    energy = values @ np.ones(values.shape[1])
    twice = np.column_stack([values, values[:, 0]])
    model = LEAST_SQUARES().fit(twice, energy)
    uncertainty = constants.uncertainties(model, twice, energy)
    assert uncertainty[0] > constants.DETERMINED
    assert uncertainty[-1] > constants.DETERMINED
    assert np.median(uncertainty) < constants.DETERMINED


def test_each_term_is_learned_from_its_own_columns_and_missed_by_the_others(conformers):
    target, positions, _, names, values = fitted(conformers, "CC(F)CC(=O)NC", 600)
    terms = mmff_terms(target, positions, "x")
    train = np.arange(len(terms)) < 450
    table = ablation(LEAST_SQUARES, names, values, terms, train).set_index("term")
    assert tuple(COLUMNS) == TERMS  # the order of the energies that are given
    assert list(table.index) == [*COLUMNS, "all"]
    assert table["columns"][:-1].sum() == len(names) == table.loc["all", "columns"]
    assert table["mae_alone_kcal_mol"].max() < 1e-6
    spread = table["energy_std_kcal_mol"]
    assert spread.tolist()[:-1] == pytest.approx(terms.std(axis=0).tolist())
    needed = table.loc[["van_der_waals", "electrostatic", "torsion"], "mae_without_kcal_mol"]
    assert (needed > 1e-2).all()
    assert pd.isna(table.loc["all", "mae_without_kcal_mol"])


def test_a_term_without_columns_has_no_error_of_its_own(conformers):
    target, positions, _, names, values = fitted(conformers, "CCCO", 200)
    terms = mmff_terms(target, positions, "x")
    train = np.arange(len(terms)) < 150
    table = ablation(LEAST_SQUARES, names, values, terms, train).set_index("term")
    assert table.loc["out_of_plane", "columns"] == 0
    assert np.isnan(table.loc["out_of_plane", "mae_alone_kcal_mol"])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bond_C1-H5_2", "bond"),
        ("stretch_bend_C1-C1-H5_1", "stretch_bend"),
        ("coulomb_14_C1(+0.0e)…H5(+0.0e)", "coulomb_14"),
        ("coulomb_C1(+0.0e)…H5(+0.0e)", "coulomb"),
        ("out_of_plane_C3(-C1, -O6, =O7)_2", "out_of_plane"),
    ],
)
def test_kind_of_a_column(name, kind):
    assert kind_of(name) == kind
