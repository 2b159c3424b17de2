"""Gradients of every level against finite differences of its energies."""

import numpy as np
import pytest

from confsym.energies.registry import LEVELS
from confsym.registry import resolve
from differences import along

COMPUTED = [name for name, row in LEVELS.items() if row.function]


@pytest.mark.parametrize("level", COMPUTED)
@pytest.mark.parametrize("smiles", ["C[C@H](F)CO", "CC(=O)[O-]"])
def test_gradients_against_finite_differences(level, smiles, conformers, rng):
    target, positions = conformers(smiles, 30)
    level, positions = resolve(LEVELS[level].function), positions[:3]
    energies, gradients = level(target, positions, "x")
    assert gradients.shape == positions.shape
    np.testing.assert_array_equal(energies, level(target, positions, "x")[0])

    def energy(positions):
        return level(target, positions, "x")[0]

    for _ in range(3):
        direction = rng.normal(size=positions.shape)
        slopes = np.einsum("nax,nax->n", gradients, direction)
        expected = along(energy, positions, direction, step=1e-4)
        np.testing.assert_allclose(slopes, expected, rtol=0, atol=5e-3)


@pytest.mark.parametrize("level", COMPUTED)
def test_forces_neither_push_nor_turn_the_molecule(level, conformers):
    target, positions = conformers("C[C@H](F)CO", 30)
    _, gradients = resolve(LEVELS[level].function)(target, positions[:3], "x")
    assert np.abs(gradients).max() > 1
    np.testing.assert_allclose(gradients.sum(axis=1), 0, atol=1e-4)
    np.testing.assert_allclose(np.cross(positions[:3], gradients).sum(axis=1), 0, atol=1e-4)
