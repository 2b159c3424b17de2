import numpy as np
import pytest

from confsym.errors import StudyError
from confsym.split import TEST, TRAIN, partition, shuffled


def test_sizes_and_seed():
    one = partition(200, 120, 0, "x")
    assert (one == TRAIN).sum() == 120
    assert (one == TEST).sum() == 80
    assert (partition(200, 120, 0, "x") == one).all()
    assert (partition(200, 120, 1, "x") != one).any()


def test_the_first_of_the_shuffle_train():
    chosen = np.flatnonzero(partition(200, 120, 3, "x") == TRAIN)
    assert chosen.tolist() == sorted(shuffled(200, 3)[:120].tolist())


@pytest.mark.parametrize(("conformers", "fits"), [(169, False), (170, True)])
def test_fifty_have_to_be_held_out(conformers, fits):
    if fits:
        assert (partition(conformers, 120, 0, "x") == TEST).sum() == 50
        return
    with pytest.raises(StudyError, match=r"molecules\.x: its ensemble has 169 .* = 170;"):
        partition(conformers, 120, 0, "x")
