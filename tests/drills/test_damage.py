"""Results that change behind the study's back: found, named, and made anew."""

import os
import shutil

import pytest

from confsym.provenance import checksums
from studies import Study


@pytest.fixture
def study(tmp_path, finished) -> Study:
    """A copy of the finished study, to be damaged."""
    shutil.copytree(finished.folder, tmp_path / "study")
    return Study(tmp_path / "study", project=tmp_path / "study")


def damage(path, change) -> None:
    """Change a file's bytes and keep its time stamps, so that Snakemake sees nothing."""
    times = path.stat()
    path.write_bytes(change(path.read_bytes()))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def flipped(content: bytes) -> bytes:
    """With one bit in the middle the other way round."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def cut(content: bytes) -> bytes:
    """Without its second half."""
    return content[: len(content) // 2]


def test_every_result_has_a_checksum_that_sees_a_bit(study, monkeypatch):
    monkeypatch.chdir(study.folder)
    recorded = checksums.recorded()
    assert recorded == sorted(study.checksums())
    assert list(checksums.changed(recorded)) == []
    for name in recorded:
        path = study.folder / name
        content = path.read_bytes()
        for change in (flipped, cut):
            damage(path, change)
            assert list(checksums.changed([name])) == [name]
            path.write_bytes(content)


@pytest.mark.parametrize("change", [flipped, cut])
def test_no_figure_is_drawn_from_a_damaged_table(study, change):
    expected = study.checksums()
    name = "results/butanol/experiments/notes/predictions.parquet"
    damage(study.folder / name, change)
    (study.folder / "results/butanol/figures/parity/notes.svg").unlink()
    process = study.snakemake()
    assert process.returncode != 0
    last = process.stdout.splitlines()[-1]
    assert last.startswith(f"ERROR: {name} is not what the study wrote")
    assert not (study.folder / "results/butanol/figures/parity/notes.svg").exists()
    study.run()
    (study.folder / f"{name}.damaged").unlink()
    assert study.checksums() == expected


def test_verify_finds_what_no_job_reads(study):
    for _ in range(2):  # each time anew
        assert "results, each as it was written" in study.run("verify")
    name = "results/butanol/figures/symmetry.svg"
    damage(study.folder / name, flipped)
    assert not study.plan()  # Snakemake alone sees nothing
    process = study.snakemake("verify")
    assert process.returncode != 0
    assert process.stdout.splitlines()[-1].startswith(f"ERROR: {name} is not what the study wrote")
    assert study.plan()["plot_symmetry butanol"] == 1
