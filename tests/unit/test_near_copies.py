import numpy as np
import pytest

from confsym.conformers.near_copies import near_copies, nearest, remarks
from confsym.geometry.internal import pair_distances


def test_the_nearest_against_all_pairs(rng):
    train, tested = rng.normal(size=(40, 5, 3)), rng.normal(size=(30, 5, 3))
    first, second = np.triu_indices(5, 1)
    known, asked = (pair_distances(one, first, second) for one in (train, tested))
    slow = [min(np.sqrt(np.mean((a - b) ** 2)) for b in known) for a in asked]
    assert nearest(train, tested) == pytest.approx(slow, rel=1e-9)


def test_copies_are_found_however_they_are_turned(rng):
    train, turn = rng.normal(size=(40, 5, 3)), np.linalg.qr(rng.normal(size=(3, 3)))[0]
    copies = train[:7] @ turn + 3.0
    close = train[7:10] * 1.002
    tested = {"held out": rng.normal(size=(20, 5, 3)), "md": np.concatenate([copies, close])}
    table = near_copies(train, tested).set_index("tested_on")
    assert table["n"].tolist() == [20, 10]
    assert table["copies"].tolist() == [0, 7]
    assert table["near_copies"].tolist() == [0, 10]
    (said,) = remarks(table.reset_index(), "acac")
    assert said.startswith("molecules.acac: 10 of 10 geometries of md are nearer than 0.02 Å")
    assert "7 of them the same" in said
