"""Checksums that jobs leave of what they write."""

import os
import subprocess

import pytest

from confsym.errors import StudyError
from confsym.provenance import checksums
from confsym.provenance.jobs import job
from confsym.storage import files


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A file that a job wrote."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "results/m/some table.csv"
    with job("logs/rule/m.log", outputs=["results/m/some table.csv"]):
        path.parent.mkdir(parents=True)
        path.write_text("a,b\n1,2\n")
    return path


def test_sha256sum_reads_them(written):
    found = subprocess.run(
        ["sha256sum", "--check", "checksums/results/m/some table.csv.sha256"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "results/m/some table.csv: OK\n"
    assert checksums.recorded() == ["results/m/some table.csv"]


def test_a_checksum_is_known_until_the_file_is_written_again(written):
    (name,) = checksums.recorded()
    assert checksums.known(name) == files.sha256(name)
    assert checksums.known("results/m/another.csv") is None
    assert checksums.known(str(written)) is None  # absolute: not of this study's grammar
    later = written.stat().st_mtime_ns + 10**10
    os.utime(written, ns=(later, later))
    assert checksums.known(name) is None
    (written.parents[2] / f"checksums/{name}.sha256").write_text("")
    os.utime(written, ns=(0, 0))
    assert checksums.known(name) is None


def test_what_has_changed_is_set_aside_with_a_sentence(written, capfd):
    with job("logs/next/m.log", inputs=checksums.recorded()):
        pass
    written.write_text("a,b\n1,3\n")
    with pytest.raises(SystemExit), job("logs/next/m.log", inputs=checksums.recorded()):
        raise AssertionError("the job's body must not begin")
    said = capfd.readouterr().err
    assert "results/m/some table.csv is not what the study wrote" in said
    assert "set aside as results/m/some table.csv.damaged" in said
    assert not written.exists()
    assert written.with_name("some table.csv.damaged").read_text() == "a,b\n1,3\n"


def test_a_job_that_fails_leaves_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit), job("logs/x.log", outputs=["results/x"]):
        raise StudyError("no.")
    assert checksums.recorded() == []


def test_files_elsewhere_and_missing_ones_are_nobody_s_business(written, tmp_path):
    (tmp_path / "mine.csv").write_text("x")
    paths = ["mine.csv", "../code.py", str(written), "results/m/never.csv"]
    checksums.record([str(written), "../code.py"])
    assert list(checksums.changed(paths)) == []
    written.unlink()
    assert list(checksums.changed(checksums.recorded())) == []
