"""Checksums that jobs leave of what they write."""

import os
import subprocess

import pytest

from confsym.errors import StudyError
from confsym.provenance import checksums
from confsym.provenance.jobs import logged
from confsym.storage import files
from confsym.storage.files import sha256


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A file that a job wrote."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "results/m/some table.csv"
    with logged("logs/rule/m.log", outputs=["results/m/some table.csv"]):
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
    assert checksums.recorded_sha256(name) == files.sha256(name)
    assert checksums.recorded_sha256("results/m/another.csv") is None
    assert checksums.recorded_sha256(str(written)) is None  # absolute: not of this study's grammar
    later = written.stat().st_mtime_ns + 10**10
    os.utime(written, ns=(later, later))
    assert checksums.recorded_sha256(name) is None
    (written.parents[2] / f"checksums/{name}.sha256").write_text("")
    os.utime(written, ns=(0, 0))
    assert checksums.recorded_sha256(name) is None


def test_what_has_changed_is_set_aside_with_a_sentence(written, capfd):
    with logged("logs/next/m.log", inputs=checksums.recorded()):
        pass
    written.write_text("a,b\n1,3\n")
    with pytest.raises(SystemExit), logged("logs/next/m.log", inputs=checksums.recorded()):
        raise AssertionError("the job's body must not begin")
    said = capfd.readouterr().err
    assert "results/m/some table.csv is not what the study wrote" in said
    assert "set aside as results/m/some table.csv.damaged" in said
    assert not written.exists()
    assert written.with_name("some table.csv.damaged").read_text() == "a,b\n1,3\n"


def test_a_job_that_fails_leaves_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit), logged("logs/x.log", outputs=["results/x"]):
        raise StudyError("no.")
    assert checksums.recorded() == []


def test_files_elsewhere_and_missing_ones_are_nobody_s_business(written, tmp_path):
    (tmp_path / "mine.csv").write_text("x")
    paths = ["mine.csv", "../code.py", str(written), "results/m/never.csv"]
    checksums.record([str(written), "../code.py"])
    assert list(checksums.changed(paths)) == []
    written.unlink()
    assert list(checksums.changed(checksums.recorded())) == []


def test_an_archive_s_list_counts_where_no_job_has_written(written):
    archived = written.with_name("from archive.csv")
    archived.write_text("b\n")
    mine = written.parents[2] / "workflow/mine.py"
    mine.parent.mkdir()
    mine.write_text("edited = True\n")
    names = ["results/m/from archive.csv", "results/m/some table.csv", "workflow/mine.py"]
    digests = [sha256(archived), "0" * 64, "0" * 64]  # a job wrote the second one anew
    lines = [f"{digest}  {name}\n" for digest, name in zip(digests, names, strict=True)]
    (written.parents[2] / "SHA256SUMS").write_text("".join(lines))
    assert checksums.recorded() == sorted(names[:2])
    assert list(checksums.changed(names)) == []
    archived.write_text("c\n")
    assert list(checksums.changed(names)) == names[:1]


def test_what_could_run_code_needs_a_checksum(written, monkeypatch):
    checksums.require_known("results/m/some table.csv")
    written.with_name("model.joblib").write_bytes(b"anything")
    with pytest.raises(StudyError, match="has no checksum, so that nothing says") as caught:
        checksums.require_known("results/m/model.joblib")
    assert str(caught.value).count(". ") == 0
    assert not written.with_name("model.joblib").exists()
    assert written.with_name("model.joblib.unknown").read_bytes() == b"anything"
    with pytest.raises(StudyError, match="has no checksum"):
        checksums.require_known(str(written))  # elsewhere, as far as this folder's jobs go
