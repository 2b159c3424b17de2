"""Spread of predictions over random rotations."""

import numpy as np
import pytest

from confsym.symmetry import rotations
from confsym.transforms.motions import rotation


def test_spread_against_loops(rng):
    predicted, energy = rng.normal(size=(16, 5)), rng.normal(size=5)
    found = rotations.spread(predicted, energy)
    deviations = []
    for conformer in range(5):
        values = [predicted[turn, conformer] for turn in range(16)]
        mean = sum(values) / 16
        deviations.append((sum((v - mean) ** 2 for v in values) / 16) ** 0.5)
    assert found["spread_max_kcal_mol"] == pytest.approx(max(deviations))
    expected = (sum(d**2 for d in deviations) / 5) ** 0.5
    assert found["spread_rms_kcal_mol"] == pytest.approx(expected)
    errors = [abs(predicted[t, c] - energy[c]) for t in range(16) for c in range(5)]
    assert found["mae_kcal_mol"] == pytest.approx(sum(errors) / 80)
    averaged = [abs(predicted[:, c].sum() / 16 - energy[c]) for c in range(5)]
    assert found["mae_averaged_kcal_mol"] == pytest.approx(sum(averaged) / 5)


def test_each_conformer_is_turned_anew_each_time(rng):
    positions = rng.normal(size=(4, 3, 3))

    def first(place):
        return place[:, 0, 0]

    def length(place):
        return np.linalg.norm(place[:, 0] - place[:, 1], axis=1)

    seen = rotations.predictions(positions, first, rotations=6, seed=2)
    assert seen.shape == (6, 4)
    assert len(np.unique(seen)) == 24
    assert (seen[3] == rotation(positions, [2, 3])[:, 0, 0]).all()
    assert np.ptp(rotations.predictions(positions, length, 6, 2), axis=0).max() < 1e-12
