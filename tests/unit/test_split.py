import numpy as np
import pytest

from confsym.conformers.split import TEST, TRAIN, partition, shuffled
from confsym.errors import StudyError


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


@pytest.mark.parametrize(
    ("pruned", "said", "not_said"),
    [
        ((2000, 1500, 18, "heavy"), ["1,500 of 2,000", "1,482 of them", "hydrogens do"], []),
        ((2000, 1500, 18, "all"), ["1,482 of", "0 keeps all", "0.2 Å"], ["hydrogens", ": all"]),
        ((2000, 18, 18, "heavy"), ["18 of 2,000", "raise embed"], ["pruned", "lower emb"]),
        ((100, 100, 18, "heavy"), ["100 of 100", "82 of them"], ["prune_atoms", "lower emb"]),
    ],
)  # fmt: skip
def test_too_few_conformers_are_accounted_for(pruned, said, not_said):
    keys = ("attempts", "embedded", "kept", "prune_atoms")
    counts = dict(zip(keys, pruned, strict=True)) | {"prune_rms": 0.2}
    with pytest.raises(StudyError) as error:
        partition(18, 120, 0, "x", counts)
    assert all(words in str(error.value) for words in said)
    assert not any(words in str(error.value) for words in not_said)
