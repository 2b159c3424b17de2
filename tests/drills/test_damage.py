"""Results that change behind the study's back: found, named, and made anew."""

import json
import os
from collections import defaultdict

import pytest

import warm
from confsym.provenance import checksums
from confsym.provenance.snakemake_private import records
from small import artifacts, copied
from studies import Study

# A file of each type, of those that no job reads or few do.
ONE_OF_EACH_TYPE = [
    f"results/butanol/{name}"
    for name in (
        "figures/symmetry.svg",
        "figures/symmetry.pdf",
        "figures/symmetry.png",
        "figures/conformers.html",
        "figures/parity/plotly.min.js",
        "tables/numbers.rst",
        "tables/numbers.json",
        "tables/summary.tex",
        "tables/verdict.md",
        "conformers/ensemble.sdf",
    )
]


@pytest.fixture
def study(tmp_path, finished) -> Study:
    """A copy of the finished study, to be damaged."""
    return copied(finished, tmp_path / "study")


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


def check_named(status: int, said: str, name: str) -> None:
    """A run failed, and its last line says that this file has changed."""
    assert status != 0
    assert said.splitlines()[-1].startswith(f"ERROR: {name} is not what the study wrote"), said
    assert "Traceback" not in said


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


@pytest.mark.parametrize("change", [flipped, pytest.param(cut, marks=pytest.mark.slow)])
def test_no_figure_is_drawn_from_a_damaged_table(study, change):
    expected = study.checksums()
    name = "results/butanol/experiments/notes/predictions.parquet"
    figure = "results/butanol/figures/parity/notes.svg"
    damage(study.folder / name, change)
    (study.folder / figure).unlink()
    process = study.snakemake(figure)
    check_named(process.returncode, process.stdout, name)
    assert not (study.folder / figure).exists()
    study.run(figure)
    (study.folder / f"{name}.damaged").unlink()
    assert study.checksums() == expected


def test_verify_finds_what_no_job_reads(study, finished):
    for _ in range(2):  # each time anew
        assert "results, each as it was written" in study.run("verify")
    for place, name in enumerate(ONE_OF_EACH_TYPE):
        damage(study.folder / name, (flipped, cut)[place % 2])
    assert not study.plan()  # Snakemake alone sees nothing
    first = min(ONE_OF_EACH_TYPE)
    process = study.snakemake("verify")
    found = f"{first} (and {len(ONE_OF_EACH_TYPE) - 1} more)"
    check_named(process.returncode, process.stdout, found)
    assert study.plan()["plot_symmetry butanol"] == 1
    study.run()
    for name in ONE_OF_EACH_TYPE:
        (study.folder / f"{name}.damaged").unlink()
    assert artifacts(study) == artifacts(finished)


def readers(study: Study) -> dict[str, str]:
    """For each file that a job reads, a file that such a job writes, by Snakemake's records.

    The archive's job reads everything, and is no reader here.
    """
    found = defaultdict(list)
    for name, path in records(study.checksums()):  # of the working directory
        if "/archive/" not in name:
            for read in json.loads(path.read_text())["input"]:
                found[read].append(name)
    return {name: min(written) for name, written in found.items()}


@pytest.mark.long
def test_each_result_damaged_and_made_anew(tmp_path, undisturbed, record, monkeypatch):
    """One at a time: by the next job that reads it, or, where there is none, by `verify`."""
    study = copied(undisturbed, tmp_path / "study")
    monkeypatch.chdir(study.folder)
    expected, reader = artifacts(undisturbed), readers(study)
    recorded = checksums.recorded()
    by_job = 0

    def snakemake(target: str) -> tuple[int, str]:
        return warm.snakemake([*study.arguments(cores=1), target], study.project)

    for place, name in enumerate(recorded):
        path = study.folder / name
        damage(path, (flipped, cut)[place % 2])
        if name in reader:
            asked = reader[name]
            (study.folder / asked).unlink()
            check_named(*snakemake(asked), name)
            assert not (study.folder / asked).exists(), "made from a damaged file"
            by_job += 1
        else:
            asked = name
            check_named(*snakemake("verify"), name)
        assert not path.exists()
        status, said = snakemake(asked)
        assert status == 0, said
        path.with_name(f"{path.name}.damaged").unlink()
        assert artifacts(study) == expected, name
    record(
        "damage",
        f"each of {len(recorded)} files of a small study cut in half, or one bit of it the other "
        "way round, and its time stamps kept",
        f"{by_job} found by the next job that reads them, {len(recorded) - by_job} by `verify`, "
        "each in a sentence with its name; each made anew, to the same bytes",
    )
