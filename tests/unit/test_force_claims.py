"""Forces on trial: what honest forces keep, and what others are caught at."""

import numpy as np
import pandas as pd
import pytest

from confsym.energies.force_fields import mmff94
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.symmetry import force_claims
from confsym.transforms.moved import moved_with_vectors
from confsym.transforms.order import order_after
from confsym.transforms.registry import TRANSFORMS

SMILES = "CCC(C)O"


def settings_of(kind: str) -> dict:
    row = TRANSFORMS[kind]
    return {"kind": kind} | {name: p["default"] for name, p in row.parameters.items()}


KINDS = [kind for kind, row in TRANSFORMS.items() if row.keeps_energy]
STUDY = {
    "transforms": {kind: settings_of(kind) for kind in TRANSFORMS},
    "features": {"terms": {"kind": "force_field_terms"}, "raw": {"kind": "raw_coordinates"}},
    "models": {"linear": {"kind": "linear_force_field"}},
    "experiments": {
        name: {"features": features, "model": "linear", "learn": "energies_and_forces"}
        for name, features in (("claims", "terms"), ("claims_nothing", "raw"))
    },
}


class MMFF94:
    """MMFF94 itself, as RDKit computes it."""

    def __init__(self, target):
        self.target = target

    def energies_and_forces(self, positions):
        energy, gradients = mmff94(self.target, positions, "x")
        return energy, -gradients


class Tethered:
    """Each atom on a spring to a place in space: a true gradient that keeps no symmetry."""

    def energies_and_forces(self, positions):
        stiff = 1 + np.arange(positions.shape[1])[:, None]
        return (stiff * (positions - 1) ** 2).sum(axis=(1, 2)) / 2, -stiff * (positions - 1)


class Leaning(MMFF94):
    """MMFF94 with forces that are a little off."""

    def energies_and_forces(self, positions):
        energy, forces = super().energies_and_forces(positions)
        return energy, forces * (1 + 1e-5)


@pytest.fixture
def butanol(conformers):
    target, positions = conformers(SMILES, 30)
    positions += 0.03 * np.random.default_rng(0).normal(size=positions.shape)
    return target, positions, Topology.from_description(molecule.describe("x", SMILES))


def tried(models: dict, butanol, **verdicts) -> pd.DataFrame:
    target, positions, topology = butanol
    symmetry = pd.DataFrame(
        {
            "experiment": name,
            "transform": kind,
            "claimed": name == "claims" and row.keeps_energy,
            "verdict": verdicts.get(kind, "kept" if row.keeps_energy else "probe"),
            "note": "said so" if kind in verdicts else "",
        }
        for name in models
        for kind, row in TRANSFORMS.items()
    )
    found = force_claims.table(STUDY, models, symmetry, positions, target, topology, seed=1)
    return found.set_index(["experiment", "test"])


@pytest.mark.parametrize("kind", TRANSFORMS)
def test_vectors_follow_by_the_linear_part_of_a_motion(kind, butanol, rng):
    """T(x + v) − T(x) = T v, for displacements that leave the centroid where it is."""
    target, positions, _ = butanol
    vectors = rng.normal(size=positions.shape)
    vectors -= vectors.mean(axis=1, keepdims=True)
    transform = settings_of(kind)
    before, turned = moved_with_vectors(positions, vectors, target, transform)
    after, _ = moved_with_vectors(positions + vectors, vectors, target, transform)
    np.testing.assert_allclose(after - before, turned, atol=1e-12)
    assert (order_after(positions.shape[1], transform) < positions.shape[1]).all()


def test_honest_forces_keep_all_claims(butanol):
    found = tried({"claims": MMFF94(butanol[0])}, butanol)
    tests = found.loc["claims"]
    others = [force_claims.NET_FORCE, force_claims.NET_TORQUE, force_claims.GRADIENT]
    assert tests.index.tolist() == [*KINDS, *others]
    assert set(tests["verdict"]) == {"kept"}
    assert tests["largest"].max() < 1e-8
    assert (tests["rms"] <= tests["largest"]).all()


def test_both_sides_are_seen(butanol):
    """Springs to places keep no symmetry, claimed or not; their forces are a gradient.

    A model of forces is told which atom is which, so that it does not see a relabelling.
    """
    found = tried({"claims": Tethered(), "claims_nothing": Tethered()}, butanol)
    for name, said in (("claims", "claim broken"), ("claims_nothing", "not kept, not claimed")):
        tests = found.loc[name]
        assert tests.loc[force_claims.GRADIENT, "verdict"] == "kept"
        lost = tests.drop(index=[force_claims.GRADIENT, "relabelling"])
        assert set(lost["verdict"]) == {said}
    _, positions, _ = butanol
    _, forces = Tethered().energies_and_forces(positions)
    largest = max(np.sqrt((sum(one) ** 2).sum()) for one in forces)
    assert found.loc[("claims", "net force"), "largest"] == pytest.approx(largest)
    arms = positions - positions.mean(axis=1, keepdims=True)
    torques = [
        sum(np.cross(r, f) for r, f in zip(rs, fs, strict=True))
        for rs, fs in zip(arms, forces, strict=True)
    ]
    worst = max(np.linalg.norm(one) for one in torques)
    assert found.loc[("claims", "net torque"), "largest"] == pytest.approx(worst)


def test_forces_that_are_no_gradient_are_caught(butanol):
    found = tried({"claims": Leaning(butanol[0])}, butanol)
    row = found.loc[("claims", force_claims.GRADIENT)]
    assert row["verdict"] == "claim broken"
    assert 1e-6 < row["largest"] < 1e-4


@pytest.mark.parametrize("why", ["the level breaks it", "moves nothing"])
def test_what_says_nothing_of_energies_says_nothing_of_forces(why, butanol):
    found = tried({"claims": Tethered()}, butanol, equivalent_swap=why)
    row = found.loc[("claims", "equivalent_swap")]
    assert (row["verdict"], row["note"]) == (why, "said so")


def test_slopes_of_a_narrow_function_far_up(rng):
    """exp(−x²/2w²) with w of 0.003 Å on top of 1,000 kcal/mol."""

    class Narrow:
        def energies_and_forces(self, positions):
            x = positions[:, 0, 0]
            bell = np.exp(-((x / 0.003) ** 2) / 2)
            forces = np.zeros(positions.shape)
            forces[:, 0, 0] = x / 0.003**2 * bell
            return 1000 + bell, forces

    positions = np.zeros((9, 2, 3))
    positions[:, 0, 0] = np.linspace(-0.006, 0.006, 9)
    off, doubt = force_claims.relative_errors(Narrow(), positions, 0)
    assert np.abs(off).max() < 1e-7
    assert doubt.max() < 1e-6


class Rounded(MMFF94):
    """MMFF94 on top of an energy so large that its last digits are lost."""

    def __init__(self, target, above: float):
        super().__init__(target)
        self.above = above

    def energies_and_forces(self, positions):
        energy, forces = super().energies_and_forces(positions)
        return self.above + energy, forces


def test_slopes_of_an_energy_that_round_off_hides(butanol):
    """At 1e11 kcal/mol the last digit is worth 1.5e-5, so that slopes are known to less."""
    found = tried({"claims": Rounded(butanol[0], 1e11)}, butanol)
    row = found.loc[("claims", force_claims.GRADIENT)]
    assert row["verdict"] == "kept"
    assert 1e-6 < row["limit"] <= 1e-4
    assert row["note"].startswith("the energy's round-off lets its slopes be known to ")
    _, positions, _ = butanol
    off, doubt = force_claims.relative_errors(Rounded(butanol[0], 1e11), positions, 3)
    assert (np.abs(off) <= doubt).all()


def test_an_energy_that_has_no_slope_keeps_no_claim(butanol):
    found = tried({"claims": Rounded(butanol[0], 1e14)}, butanol)  # steps of 0.016 kcal/mol
    assert found.loc[("claims", force_claims.GRADIENT), "verdict"] == "claim broken"


def test_a_change_a_little_above_the_limit_breaks_a_claim():
    for size, said in ((0.9e-6, "kept"), (2e-6, "claim broken"), (np.nan, "claim broken")):
        vectors = np.array([[0.0, 0.0, 0.0], [0.0, size, 0.0]])
        seen = force_claims._judgement(vectors, force_claims.FORCE, 1e-6, claims=True)
        assert seen["verdict"] == said
