"""The canonical pose: what it keeps, and where it honestly fails."""

import numpy as np
import pytest
from rdkit import Chem
from scipy.spatial.transform import Rotation

from confsym.errors import StudyError
from confsym.features.canonical import canonical_coordinates
from confsym.geometry.principal_axes import canonical_pose
from confsym.molecules.rdkit_molecule import masses
from confsym.symmetry.canonical_pose import sensitivity
from confsym.transforms.motions import random_pose, reflection
from molecules import three_atoms


@pytest.fixture
def positions(rng):
    return rng.normal(size=(50, 8, 3)) * [3.0, 2.0, 1.0]


MASS = np.array([12.0, 12, 16, 1, 1, 1, 14, 1])


def test_the_pose_is_a_proper_motion_into_the_principal_axes(positions):
    turned, extents, skewness = canonical_pose(positions, MASS)
    weight = MASS / MASS.sum()
    for before, after, extent, third in zip(positions, turned, extents, skewness, strict=True):
        centred = before - weight @ before
        rotation, residual = Rotation.align_vectors(after, centred)  # proper ones alone
        assert residual < 1e-6
        np.testing.assert_allclose(rotation.apply(centred), after, atol=1e-10)
        tensor = sum(w * np.outer(x, x) for w, x in zip(weight, after, strict=True))
        np.testing.assert_allclose(tensor, np.diag(extent), atol=1e-12)
        cubes = [w * x[:2] ** 3 for w, x in zip(weight, after, strict=True)]
        moments = np.sum(cubes, axis=0)
        assert moments.min() > 0
        np.testing.assert_allclose(moments / extent[:2] ** 1.5, third, rtol=1e-8)
    assert (np.diff(extents, axis=1) < 0).all()


def test_a_pose_does_not_matter_and_a_mirror_image_does(positions):
    turned, *_ = canonical_pose(positions, MASS)
    posed, *_ = canonical_pose(random_pose(positions, 4, 5.0), MASS)
    np.testing.assert_allclose(posed, turned, atol=1e-11)
    mirrored, *_ = canonical_pose(reflection(positions, [1, 2, 3]), MASS)
    np.testing.assert_allclose(mirrored, turned * [1, 1, -1], atol=1e-11)


def test_nearly_equal_axes_make_the_pose_jump():
    """A square of equal atoms and a fifth above it: two axes are equal, any change decides."""
    square = np.array([[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0], [0.1, 0.05, 2]], dtype=float)
    mass = np.ones(5)
    stretched = [square * [1 + 1e-7, 1, 1], square * [1, 1 + 1e-7, 1]]
    one, other = canonical_pose(np.array(stretched), mass)[0]
    assert np.abs(stretched[0] - stretched[1]).max() < 1e-6
    assert np.abs(one - other).max() > 0.05


def test_an_undecided_sign_makes_the_pose_jump(rng):
    chain = np.array([[-2.0, 0, 0], [-1, 0.4, 0.1], [1, 0.4, -0.1], [2, 0, 0]])
    mass = np.ones(4)
    pushed = chain + np.array([[1e-6, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]])
    pulled = chain - (pushed - chain)
    one, other = canonical_pose(np.array([pushed, pulled]), mass)[0]
    assert np.abs(one - other).max() > 1


def test_sensitivity_finds_what_jumps(positions):
    positions[0] = positions[0].round()  # any conformer that is one like all others
    table = sensitivity(positions, MASS, seed=0)
    assert list(table.columns) == ["gap", "skewness", "moved_A", "mirrored_A"]
    assert len(table) == 50
    calm = (table["gap"] > 0.05) & (table["skewness"] > 0.05)
    assert calm.any()
    assert table["moved_A"][calm].max() < 1.0
    assert (table["mirrored_A"] > 0.1).all()
    turned, extents, _ = canonical_pose(positions, MASS)
    gaps = [min(e[0] - e[1], e[1] - e[2]) / e[0] for e in extents]
    np.testing.assert_allclose(table["gap"], gaps)
    assert (table["moved_A"] == sensitivity(positions, MASS, seed=0)["moved_A"]).all()
    far = 2 * np.abs(turned[:, :, 2]).max(axis=1)  # the mirror image has z the other way round
    np.testing.assert_allclose(table["mirrored_A"], far, rtol=1e-6)


SHAPES = {
    "linear, CO2": ([8, 6, 8], [[-1.16, 0, 0], [0, 0, 0], [1.16, 0, 0]]),
    "linear, no axis": ([8, 6, 16], [[-1, -1, -1], [0, 0, 0], [1.3, 1.3, 1.3]]),
    "bent": ([1, 8, 1], [[0.76, 0.59, 0], [0, 0, 0], [-0.76, 0.59, 0]]),
    "planar": ([6, 8, 1, 1], [[0, 0, 0], [1.2, 0, 0], [-0.5, 0.9, 0], [-0.5, -0.9, 0]]),
    "two axes alike": (
        [5, 9, 9, 9],
        [[0, 0, 0], [1.3, 0, 0], [-0.65, 0.65 * 3**0.5, 0], [-0.65, -0.65 * 3**0.5, 0]],
    ),
    "three axes alike": (
        [6, 1, 1, 1, 1],
        [[0, 0, 0], [0.6, 0.6, 0.6], [0.6, -0.6, -0.6], [-0.6, 0.6, -0.6], [-0.6, -0.6, 0.6]],
    ),
    "all at one place": ([6, 6, 6], [[1.0, 2, 3]] * 3),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shape", SHAPES)
def test_degenerate_molecules_have_a_pose_without_a_warning(shape):
    numbers, places = SHAPES[shape]
    table = Chem.GetPeriodicTable()
    mass = np.array([table.GetAtomicWeight(number) for number in numbers])
    positions = random_pose(np.array([places] * 20, dtype=float), 3, 5.0)
    with np.errstate(all="raise"):
        turned, extents, skewness = canonical_pose(positions, mass)
        found = sensitivity(positions, mass, seed=0)
    for values in (turned, extents, skewness, found.to_numpy()):
        assert np.isfinite(values).all()
    apart = np.linalg.norm(turned[:, :, None] - turned[:, None], axis=3)
    before = np.linalg.norm(positions[:, :, None] - positions[:, None], axis=3)
    np.testing.assert_allclose(apart, before, atol=1e-9)
    if shape.startswith("linear"):
        assert np.abs(turned[:, :, 1:]).max() < 1e-7
        assert (skewness[:, 1] == 0).all()


@pytest.mark.parametrize(
    ("shape", "numbers", "places"),
    [
        ("linear, same ends", [8, 6, 8], [[-1.16, 0, 0], [0, 0, 0], [1.16, 0, 0]]),
        *((shape, *SHAPES[shape]) for shape in ("bent", "two axes alike", "three axes alike")),
    ],
)
def test_a_pose_left_to_round_off_is_refused(shape, numbers, places):
    positions = random_pose(np.array([places] * 20, dtype=float), 3, 5.0)
    with pytest.raises(StudyError, match=r"too symmetric .* leave that feature"):
        canonical_coordinates(positions, three_atoms(*numbers))


@pytest.mark.parametrize("shape", ["linear, no axis", "planar, no symmetry"])
def test_a_pose_that_is_decided_is_the_same_after_every_motion(shape):
    shapes = SHAPES | {"planar, no symmetry": ([8, 6, 1], [[0, 0, 0], [1.2, 0, 0], [1.8, 0.9, 0]])}
    numbers, places = shapes[shape]
    positions = random_pose(np.array([places] * 20, dtype=float), 3, 5.0)
    values = canonical_coordinates(positions, three_atoms(*numbers))[1]
    np.testing.assert_allclose(values, values[:1].repeat(20, axis=0), atol=1e-7)


def test_masses():
    np.testing.assert_allclose(masses(three_atoms(8, 1, 1)), [15.999, 1.008, 1.008])
