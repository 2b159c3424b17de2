"""Crystals: their energies, the ways to describe them anew, and what representations keep."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from ase import Atoms
from dscribe.descriptors import SOAP

from confsym.conformers.split import partition
from confsym.crystals import claims, experiments, features, motions, structures
from confsym.crystals.motions import MOTIONS, moved
from confsym.crystals.registry import EXPERIMENTS
from confsym.errors import StudyError
from confsym.evaluation.verdicts import NOT_KEPT
from confsym.figures import drawing, periodicity
from confsym.registry import resolve
from confsym.storage.files import write_csv
from studies import section

DEFAULTS = {key: entry["default"] for key, entry in section("crystals").items()}
DRAWN = {key: DEFAULTS[key] for key in ("elements", "rattle", "strain", "seed")}
SETTINGS = {key: DEFAULTS[key] for key in ("elements", "cutoff", "seed")}
STYLE = drawing.__file__.replace("drawing.py", "confsym.mplstyle")


def some(cells: int, **changes) -> list[Atoms]:
    return structures.random_crystals(**DRAWN | {"cells": cells} | changes)


def arrays(crystals: list[Atoms]) -> np.ndarray:
    return np.array([[*one.cell.array, *one.positions] for one in crystals])


@pytest.fixture(scope="module")
def crystals() -> list[Atoms]:
    return some(30)


@pytest.fixture(scope="module")
def predictions() -> dict:
    crystals = some(90)
    energy = structures.energies(crystals)
    return experiments.fit_and_predict(crystals, energy, partition(90, 40, 0, "crystals"), SETTINGS)


# Structures.


def test_crystals_follow_their_seed_and_more_begin_with_the_same():
    first = some(20)
    assert (arrays(first) == arrays(some(20))).all()
    assert (arrays(first) == arrays(some(30)[:20])).all()
    assert (arrays(first) != arrays(some(20, seed=1))).any(axis=(1, 2)).all()


def test_crystals_are_drawn_as_the_config_says():
    crystals = some(400)
    copper = np.array([(one.numbers == 29).sum() for one in crystals])
    assert {tuple(sorted(set(one.symbols))) for one in crystals} == {
        *[("Cu",), ("Au",)],
        ("Au", "Cu"),
    }
    assert copper.mean() == pytest.approx(2, abs=0.2)
    constant = (3.61 * copper + 4.08 * (4 - copper)) / 4  # Å
    cells = np.array([one.cell.array for one in crystals])
    strain = cells / constant[:, None, None] - np.eye(3)
    assert 0.029 < np.abs(strain).max() <= 0.03 + 1e-8
    shifts = np.array([one.positions for one in crystals]) - structures.BASIS @ cells
    assert shifts.std() == pytest.approx(0.1, rel=0.03)


@pytest.mark.parametrize("elements", [["Al", "Ni"], ["Pt", "Pd"], ["Ag", "Au"]])
def test_other_metals_have_energies(elements):
    """At rest and pure the energy is next to zero; strained and rattled it is above it."""
    quiet = some(40, elements=elements, rattle=0.001, strain=0.0)
    pure = [one for one in quiet if len(set(one.symbols)) == 1]
    assert len(pure) > 1
    assert np.abs(structures.energies(pure)).max() < 30  # EMT's constants are not experiment's
    assert structures.energies(some(40, elements=elements)).min() > 0


def test_a_file_of_crystals_has_every_digit_and_the_same_bytes(crystals, tmp_path):
    for name in ("one", "two"):
        structures.write(tmp_path / name, crystals)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    back = structures.read(tmp_path / "one")
    assert (arrays(back) == arrays(crystals)).all()
    assert [str(one.symbols) for one in back] == [str(one.symbols) for one in crystals]
    assert all(one.pbc.all() for one in back)
    assert (structures.energies(back) == structures.energies(crystals)).all()


# Motions.


@pytest.mark.parametrize("motion", MOTIONS)
def test_no_motion_changes_the_energy_per_atom(motion, crystals):
    before, after = structures.energies(crystals), structures.energies(moved(crystals, motion, 3))
    assert np.abs(after - before).max() < 1e-9 * np.abs(before).max()


def test_what_is_no_motion_changes_the_energy_per_atom(crystals):
    swapped = [one.copy() for one in crystals]
    for one in swapped:
        one.numbers = np.where(one.numbers == 29, 79, 29)
    assert np.abs(structures.energies(swapped) - structures.energies(crystals)).min() > 1e-3


@pytest.mark.parametrize("motion", MOTIONS)
def test_motions_describe_each_crystal_anew_and_follow_their_seed(motion, crystals):
    copies = moved(crystals, motion, 3)
    again = moved(crystals, motion, 3)
    assert [one.cell.array.tolist() for one in copies] == [one.cell.array.tolist() for one in again]
    assert [one.positions.tolist() for one in copies] == [one.positions.tolist() for one in again]
    volume = 8 if motion == "supercell" else 1
    changed = 0
    for one, copy in zip(crystals, copies, strict=True):
        assert copy.pbc.all()
        assert copy.cell.volume == pytest.approx(volume * one.cell.volume, rel=1e-12)
        assert len(copy) == volume * len(one)
        same = len(copy) == len(one) and (copy.positions == one.positions).all()
        changed += not (same and (copy.cell.array == one.cell.array).all())
    assert changed >= 28  # four atoms in another order are in the same one now and then
    if motion != "supercell":
        other = moved(crystals, motion, 4)
        places = [[*one.cell.array.ravel(), *one.positions.ravel()] for one in (*copies, *other)]
        assert not np.array_equal(places[: len(copies)], places[len(copies) :])


def test_motions_are_what_their_names_say(crystals):
    one = crystals[0]
    rng = np.random.default_rng(0)
    assert np.linalg.det(motions.rotation(one, rng).cell) > 0
    assert np.linalg.det(motions.reflection(one, rng).cell) < 0
    cell = motions.cell_choice(one, rng).cell.array
    change = cell @ np.linalg.inv(one.cell.array)
    assert np.linalg.det(change) == pytest.approx(1)
    assert np.abs(change - change.round()).max() < 1e-12
    shifts = (motions.image(one, rng).positions - one.positions) @ np.linalg.inv(one.cell.array)
    assert np.abs(shifts - shifts.round()).max() < 1e-12
    assert len(np.unique(shifts.round(), axis=0)) > 1  # not all atoms by the same vector


# Features.


@pytest.mark.parametrize("motion", MOTIONS)
@pytest.mark.parametrize("name", EXPERIMENTS)
def test_claims_of_features(name, motion, crystals):
    """What is claimed holds to round-off, what is not claimed is seen to fail."""
    of = resolve(EXPERIMENTS[name].function)
    values, after = of(crystals, SETTINGS), of(moved(crystals, motion, 5), SETTINGS)
    defect = np.abs(after - values).max() / np.abs(values).max()
    if motion in EXPERIMENTS[name].claimed:
        assert defect < 1e-12
    else:
        assert defect > 1e-2


def test_a_sum_over_a_supercell_is_eight_times_as_large(crystals):
    of_cell = features.soap_sum(crystals, SETTINGS)
    of_supercell = features.soap_sum(moved(crystals, "supercell", 0), SETTINGS)
    np.testing.assert_allclose(of_supercell, 8 * of_cell, rtol=1e-11, atol=1e-11)
    np.testing.assert_array_equal(features.soap_mean(crystals, SETTINGS), of_cell / 4)


@pytest.mark.parametrize("cutoff", [3.0, 5.0])
def test_neighbours_across_the_boundary_are_all_there(cutoff, crystals):
    """A second way: no period, but a cluster of so many cells that its surface is far away."""
    spectrum = SOAP(species=["Cu", "Au"], r_cut=cutoff, n_max=4, l_max=4, sigma=0.5)
    settings = SETTINGS | {"cutoff": cutoff}
    chosen = [motions.cell_choice(one, np.random.default_rng(1)) for one in crystals[:3]]
    for one, row in zip(chosen, features.soap_mean(chosen, settings), strict=True):
        shifts = np.array(list(product(range(-5, 6), repeat=3))) @ one.cell.array
        places = (shifts[:, None] + one.positions).reshape(-1, 3)
        cluster = Atoms(np.tile(one.numbers, len(shifts)), places)
        values = spectrum.create(cluster, centers=one.positions, n_jobs=1)
        slow = [values[one.numbers == number].sum(axis=0) / 4 for number in (29, 79)]
        np.testing.assert_allclose(row, np.concatenate(slow), rtol=1e-10, atol=1e-10)


def test_a_listing_is_the_crystal(crystals):
    supercells = moved(crystals[:2], "supercell", 0)
    values = features.listing([crystals[0], *supercells], SETTINGS)
    assert values.shape == (3, 9 + 4 * 32)
    assert values[0, :9].tolist() == crystals[0].cell.array.ravel().tolist()
    assert values[0, 9:21].tolist() == crystals[0].positions.ravel().tolist()
    assert (values[0, 21:105] == 0).all()
    assert values[0, 105:109].tolist() == crystals[0].numbers.tolist()
    assert (values[0, 109:] == 0).all()
    assert (values[1:, 105:] > 0).all()


# Claims.


def test_predictions_have_every_crystal_and_every_held_out_one_moved(predictions):
    table = pd.DataFrame(predictions)
    counts = table.groupby(["experiment", "transform", "partition"]).size()
    for name in EXPERIMENTS:
        assert counts[name, "original"].to_dict() == {"test": 50, "train": 40}
        for motion in MOTIONS:
            assert counts[name, motion].to_dict() == {"test": 50}
    still = table[(table["transform"] == "original") & (table["partition"] == "test")]
    error = (still["predicted"] - still["energy"]).abs().groupby(still["experiment"]).mean()
    assert error["soap_mean"] < 0.5 * error["listing"]  # of but 40 training crystals


def test_what_is_claimed_is_found_and_nothing_else(predictions):
    table = claims.symmetry(predictions)
    assert list(table) == list(claims.HEADINGS)
    assert len(table) == len(EXPERIMENTS) * len(MOTIONS)
    assert (table["claimed"] == table["holds"]).all()
    assert set(table["verdict"]) == {"kept", NOT_KEPT}
    one = table.set_index(["experiment", "transform"]).loc[("soap_sum", "supercell")]
    rows = pd.DataFrame(predictions).set_index(["experiment", "transform", "partition"])
    moved_ones = rows.loc[("soap_sum", "supercell", "test"), "predicted"].to_numpy()
    still = rows.loc[("soap_sum", "original", "test"), "predicted"].to_numpy()
    assert one["defect_max"] == np.abs(moved_ones - still).max()


def test_verdicts_are_counted(predictions):
    counts = claims.verdicts(claims.symmetry(predictions)).set_index("experiment")
    assert list(counts) == ["kept", "claim broken", "kept, not claimed", NOT_KEPT]
    assert counts["kept"].to_dict() == {"listing": 0, "soap_sum": 6, "soap_mean": 7}
    assert counts[NOT_KEPT].to_dict() == {"listing": 7, "soap_sum": 1, "soap_mean": 0}


def test_a_broken_claim_is_one_sentence(predictions, monkeypatch):
    boastful = replace(EXPERIMENTS["soap_sum"], claimed=frozenset(motions.MOTIONS))
    monkeypatch.setitem(EXPERIMENTS, "soap_sum", boastful)
    table = claims.symmetry(predictions)
    assert table["verdict"].tolist().count("claim broken") == 1
    with pytest.raises(StudyError, match=r"1 of 14 claims .* worst soap_sum under supercell by "):
        claims.verdicts(table)


def test_the_figure(predictions, tmp_path):
    drawing.use_style(STYLE)
    table = claims.symmetry(predictions)
    paths = [tmp_path / f"{name}.{ending}" for name in "ab" for ending in ("svg", "pdf")]
    for pair in (paths[:2], paths[2:]):
        figure = periodicity.periodicity(predictions, table, "Cu-Au")
        *panels, matrix = figure.axes
        assert len(panels) == len(EXPERIMENTS)
        for axes in panels:
            assert "(meV/atom)" in axes.get_xlabel()
            assert len(axes.collections[0].get_offsets()) == 50
        cells = [text.get_text() for text in matrix.texts]
        assert len(cells) == len(table)
        assert [text == "0" for text in cells] == table["holds"].tolist()
        drawing.save(figure, pair)
    for one, other in zip(paths[:2], paths[2:], strict=True):
        assert one.read_bytes() == other.read_bytes()


def test_a_table_of_predictions_is_the_same_twice(predictions, tmp_path):
    crystals = some(90)
    energy = structures.energies(crystals)
    again = experiments.fit_and_predict(
        crystals, energy, partition(90, 40, 0, "crystals"), SETTINGS
    )
    for name, table in (("one", predictions), ("two", again)):
        write_csv(tmp_path / name, table)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
