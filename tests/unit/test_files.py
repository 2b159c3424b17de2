import json
import logging
import math

import numpy as np
import pytest

from confsym.conformers import ensemble
from confsym.errors import StudyError
from confsym.provenance.jobs import logged
from confsym.storage import files, parquet


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    path = tmp_path / "folder/table.txt"
    with files.atomic_write(path) as part:
        part.write_text("first")
    with pytest.raises(RuntimeError), files.atomic_write(path) as part:
        part.write_text("half of the sec")
        raise RuntimeError
    assert path.read_text() == "first"
    assert [p.name for p in path.parent.iterdir()] == ["table.txt"]


def test_csv_keeps_every_bit(tmp_path):
    table = {
        "conformer": np.arange(3),
        "energy_kcal_mol": np.array([0.1 + 0.2, 1e-300, -1 / 3]),
        "label": np.array(["RS", "?", "a,b"]),
    }
    files.write_csv(tmp_path / "t.csv", table)
    back = files.read_csv(tmp_path / "t.csv")
    assert list(back) == list(table)
    for name, column in table.items():
        assert (back[name] == column).all()
        assert back[name].dtype.kind == column.dtype.kind


def test_a_cell_with_an_underscore_is_no_number(tmp_path):
    (tmp_path / "t.csv").write_text("energy_kcal_mol\n0.5\n1_5.5\n")
    with pytest.raises(ValueError, match=r"'1_5\.5' is no number"):
        files.read_csv(tmp_path / "t.csv")


def test_json_is_utf8_and_in_order(tmp_path):
    files.write_json(tmp_path / "x.json", {"b": "Å", "a": 1})
    assert (tmp_path / "x.json").read_text(encoding="utf-8").index("Å") > 0
    assert list(json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))) == ["b", "a"]


def test_columns_whose_names_begin_alike_are_told_apart(tmp_path, rng):
    """Parquet takes a dot for a level of nesting."""
    values = rng.normal(size=(5, 200))
    names = [f"r{place / 100:g}" for place in range(200)]
    parquet.write_features(tmp_path / "x.parquet", np.arange(5), names, values)
    conformer, back = parquet.read_features(tmp_path / "x.parquet")
    assert conformer.tolist() == list(range(5))
    assert back.tobytes() == values.tobytes()


def test_no_feature_takes_the_place_of_the_conformers(tmp_path):
    with pytest.raises(ValueError, match="as the table's own column is"):
        parquet.write_features(tmp_path / "x.parquet", np.arange(5), ["conformer"], np.ones((5, 1)))


def test_parquet_keeps_every_bit_and_the_same_bytes(tmp_path, rng):
    values = rng.normal(size=(20, 3))
    names = ["a", "b", "c"]
    for name in ("one", "two"):
        parquet.write_features(tmp_path / name, np.arange(20), names, values)
    conformer, back = parquet.read_features(tmp_path / "one")
    assert (back == values).all()
    assert back.dtype == np.float64
    assert (conformer == np.arange(20)).all()
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_ensembles_come_back_and_find_each_other(tmp_path, rng):
    whole = ensemble.Ensemble(rng.normal(size=(5, 4, 3)), np.arange(4), np.array([1, 3, 4, 8, 9]))
    for name in ("one.npz", "two.npz"):
        whole.write(tmp_path / name)
    back = ensemble.read(tmp_path / "one.npz")
    assert (back.positions == whole.positions).all()
    assert whole.find(back.take(np.array([1, 4]))).tolist() == [1, 4]
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    with np.load(tmp_path / "one.npz") as arrays:
        assert set(arrays) == {"positions", "numbers", "attempt"}


def test_a_conformer_that_is_not_there_is_not_found(rng):
    whole = ensemble.Ensemble(rng.normal(size=(3, 4, 3)), np.arange(4), np.array([1, 3, 8]))
    for missing in (0, 2, 9):
        other = ensemble.Ensemble(whole.positions, whole.numbers, np.array([1, missing, 8]))
        with pytest.raises(StudyError, match=f"attempt {missing} is not in the ensemble"):
            whole.find(other)


def test_converged_is_empty_unless_minimised(tmp_path):
    plain = ensemble.Ensemble(np.zeros((2, 4, 3)), np.arange(4), np.arange(2))
    plain.write(tmp_path / "plain.npz")
    plain.write(tmp_path / "minimized.npz", converged=np.array([True, False]))
    assert ensemble.read_converged(tmp_path / "plain.npz", 2).tolist() == ["", ""]
    assert ensemble.read_converged(tmp_path / "minimized.npz", 2).tolist() == [True, False]


def test_a_job_shows_a_study_error_as_one_sentence(tmp_path, capsys):
    log = tmp_path / "logs/rule/x.log"
    with pytest.raises(SystemExit) as stop, logged(str(log)):
        raise StudyError("molecules.x: this is wrong; do that.")
    assert stop.value.code == 1
    assert log.read_text() == "ERROR: molecules.x: this is wrong; do that.\n"
    assert capsys.readouterr().err == "ERROR: molecules.x: this is wrong; do that.\n"


def test_a_job_keeps_the_traceback_of_a_defect(tmp_path, capsys):
    with pytest.raises(SystemExit), logged(str(tmp_path / "x.log")):
        math.sqrt(-1)
    assert "ValueError" in (tmp_path / "x.log").read_text()
    capsys.readouterr()


def test_warnings_reach_the_terminal_and_information_only_the_log(tmp_path, capsys):
    with logged(str(tmp_path / "x.log")) as log:
        log.info("quiet")
        log.warning("loud")
        logging.getLogger("other").info("also quiet")
    assert capsys.readouterr().err == "WARNING: loud\n"
    assert "quiet" in (tmp_path / "x.log").read_text()
