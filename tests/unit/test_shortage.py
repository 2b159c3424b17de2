"""A full disk, missing rights, too little memory: said for what they are, nothing half-written."""

import errno
import os
import resource
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from ase.build import bulk
from matplotlib import pyplot as plt
from rdkit import Chem
from rdkit.Chem import AllChem

from confsym.archive import reproduce
from confsym.conformers import sdf
from confsym.conformers.ensemble import Ensemble
from confsym.crystals import structures
from confsym.errors import StudyError
from confsym.figures import drawing
from confsym.models import fitted
from confsym.models.network.checkpoint import Checkpoint
from confsym.provenance.jobs import logged
from confsym.storage import files, parquet, shortage, zipped

LIMIT = 3000  # bytes that a file may have
VALUES = np.random.default_rng(0).normal(size=(2000, 2))
FULL = Path("/dev/full")


def write_figure(path):
    figure, axes = plt.subplots()
    axes.scatter(*VALUES.T)
    drawing.save(figure, [path])


def write_conformers(path):
    molecule = Chem.AddHs(Chem.MolFromSmiles("CCO"))
    AllChem.EmbedMolecule(molecule, randomSeed=1)
    positions = np.array([molecule.GetConformer().GetPositions()] * 30)
    numbers = np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()])
    sdf.write(path, molecule, Ensemble(positions, numbers, np.arange(30)), np.array([""] * 30), "x")


WRITERS = {
    "x.npz": lambda path: files.write_npz(path, x=VALUES),
    "x.csv": lambda path: files.write_csv(path, {"x": VALUES[:, 0]}),
    "x.json": lambda path: files.write_json(path, VALUES.tolist()),
    "x.md": lambda path: files.write_text(path, "word " * LIMIT),
    "x.parquet": lambda path: parquet.write_features(path, np.arange(2000), ["a", "b"], VALUES),
    "x.joblib": lambda path: fitted.write(path, VALUES),
    "x.svg": write_figure,
    "x.pdf": write_figure,
    "x.png": write_figure,
    "x.zip": lambda path: zipped.write(path, {"x": VALUES.tobytes()}),
    "x.sdf": write_conformers,
    "x.xyz": lambda path: structures.write(path, [bulk("Cu", cubic=True)] * 100),
    "checkpoint.npz": lambda path: Checkpoint(path, "digest").write([VALUES]),
}


@contextmanager
def little_space():
    """No file may become larger than a limit: what a full disk does, without one.

    As short as can be: the limit holds for pytest's own output too, if that goes to a file.
    """
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, allowed[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, allowed)


@pytest.mark.parametrize("name", WRITERS)
def test_every_writer_says_which_file_and_leaves_nothing(tmp_path, capsys, name):
    path = tmp_path / "results" / name
    with pytest.raises(SystemExit) as stop, little_space(), logged(str(tmp_path / "x.log")):
        WRITERS[name](path)
    said = capsys.readouterr().err
    assert stop.value.code == 1
    assert said.startswith(f"ERROR: {path}: the file would be larger than the system allows; ")
    assert said.count("\n") == 1
    assert (tmp_path / "x.log").read_text() == said
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("code", sorted(shortage.CAUSES), ids=errno.errorcode.get)
def test_each_cause_is_a_sentence_with_file_and_cure(code):
    said = shortage.sentence(OSError(code, os.strerror(code), "results/x.csv"))
    assert said.startswith(f"results/x.csv: {shortage.CAUSES[code][0]}; ")
    assert said.endswith(".")
    assert "defect" not in said


def test_memory_and_what_is_no_shortage():
    with pytest.raises(MemoryError) as numpys:
        np.zeros((10**6, 10**8))
    assert "ran out of memory: Unable to allocate" in shortage.sentence(numpys.value)
    assert "an array did not fit" in shortage.sentence(MemoryError())
    assert "ran out" in shortage.sentence(RuntimeError("RESOURCE_EXHAUSTED: Out of memory"))
    for other in (ValueError("x"), FileNotFoundError(errno.ENOENT, "x", "y"), StudyError("x")):
        assert shortage.sentence(other) is None


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_a_log_that_cannot_be_written_stops_the_job(capsys):
    with pytest.raises(SystemExit) as stop, logged(str(FULL)) as log:
        log.info("something")
    assert str(stop.value).startswith("ERROR: /dev/full: the disk is full; free some space")
    with pytest.raises(SystemExit) as stop, logged(str(FULL)):
        raise StudyError("molecules.x: this is wrong; do that.")
    assert capsys.readouterr().err == "ERROR: molecules.x: this is wrong; do that.\n"
    assert "the disk is full" in str(stop.value)


def test_an_interrupt_is_a_sentence_on_the_last_line(tmp_path, capsys):
    with pytest.raises(SystemExit) as stop, logged(str(tmp_path / "x.log")):
        raise KeyboardInterrupt
    assert stop.value.code == 1
    said = "ERROR: interrupted (Ctrl-C); finished jobs stay, so give the same command again to go "
    assert capsys.readouterr().err == f"{said}on from there.\n" == (tmp_path / "x.log").read_text()


def test_a_log_that_cannot_be_opened_stops_the_job(tmp_path):
    (tmp_path / "logs").write_text("a file where a folder should be")
    with pytest.raises(SystemExit) as stop, logged(str(tmp_path / "logs/rule/x.log")):
        pass
    assert "logs" in str(stop.value)


def test_an_error_about_another_file_keeps_its_name(tmp_path):
    with pytest.raises(PermissionError) as stop, files.atomic_write(tmp_path / "x.csv"):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), "other.csv")
    assert stop.value.filename == "other.csv"


def test_reproduce_says_it_too(tmp_path, capsys, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "results/x.csv")

    monkeypatch.setattr(reproduce, "reproduce", full)
    assert reproduce.main([str(tmp_path / "x.zip")]) == reproduce.REFUSED
    assert capsys.readouterr().err.startswith("reproduce: results/x.csv: the disk is full; free")
