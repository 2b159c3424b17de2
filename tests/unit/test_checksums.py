"""Checksums that jobs leave of what they write."""

import subprocess

import pytest

from confsym.errors import StudyError
from confsym.provenance import checksums
from confsym.provenance.jobs import job


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
