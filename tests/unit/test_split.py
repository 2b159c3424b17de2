import numpy as np
import pytest

from confsym.conformers.split import (
    TEST,
    TRAIN,
    by_column,
    in_order,
    partition,
    redrawn,
    shuffled,
)
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


def test_the_first_as_listed_train():
    assert in_order(200, 120, "x", {"frames": 200, "kept": 200}).tolist() == (
        [TRAIN] * 120 + [TEST] * 80
    )
    with pytest.raises(StudyError, match=r"its file has no more geometries; lower split\.train"):
        in_order(169, 120, "x", {"frames": 169, "kept": 169})


def test_a_column_of_the_file_says_which_train():
    values = np.array(["300K", "600K", "1200K"] * 50)
    found = by_column(values, ["300K"], "bath", "x")
    assert (found == np.where(values == "300K", TRAIN, TEST)).all()
    assert (by_column(values, ["300K", "600K"], "bath", "x") == TRAIN).sum() == 100
    for training, said in (
        (["300 K"], "has bath = '300 K'; there are: 1200K, 300K, 600K"),
        (["300K", "600K", "1200K"], "0 geometries of molecules.x are held out by the column bath"),
    ):
        with pytest.raises(StudyError, match=said):
            by_column(values, training, "bath", "x")
    with pytest.raises(StudyError, match=r"9 geometries of molecules\.x train"):
        by_column(np.array(["a"] * 9 + ["b"] * 60), ["a"], "bath", "x")


def test_later_splits_at_random_are_new_and_others_keep_what_is_held_out():
    partitions = partition(200, 120, 3, "x")
    for repeat, seed in ((0, 3), (2, 5)):
        train, held_out = redrawn(partitions, {"by": "shuffle", "seed": 3}, repeat)
        assert [*train, *held_out] == shuffled(200, seed).tolist()
    first, second = (redrawn(partitions, {"by": "order", "seed": 3}, k) for k in (0, 1))
    for train, held_out in (first, second):
        assert sorted(train.tolist()) == np.flatnonzero(partitions == TRAIN).tolist()
        assert held_out.tolist() == np.flatnonzero(partitions == TEST).tolist()
    assert first[0].tolist() != second[0].tolist()
