"""Archives: the same bytes for the same content, safe to unpack, every changed byte found."""

import hashlib
import json
import os
import shutil
import stat
import subprocess
import zipfile
from base64 import urlsafe_b64encode

import numpy as np
import pytest

from confsym.archive import checkout, contents, manifest, record, reproduce, unpack
from confsym.errors import StudyError
from confsym.storage import zipped


def written(path, members: dict[str, bytes]):
    """A small archive with checksums, as `contents` writes them."""
    sums = "".join(f"{hashlib.sha256(b).hexdigest()}  {name}\n" for name, b in members.items())
    zipped.write(path, members | {manifest.SUMS: sums.encode()})
    return path


OF_NOTHING = {"commit": None, "date": "2026-01-01", "project": [], "uncommitted": []}
OF_NOTHING |= {"left_out": [], "targets": ["all"], "config_as_committed": True}


def of_nothing(**changes) -> bytes:
    """The manifest of an archive without files."""
    return json.dumps(OF_NOTHING | changes).encode()


@pytest.fixture
def archive(tmp_path):
    members = {"results/a.csv": b"x\n1.5\n" * 200, "b/c.txt": b"text"}
    return written(tmp_path / "archive.zip", members | {"manifest.json": of_nothing()})


def test_a_zip_has_the_same_bytes_whatever_order_dates_and_rights(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, date, mode in ((one, 1e9, 0o644), (two, 1.5e9, 0o664)):
        folder.mkdir()
        for name in ("a.txt", "run"):
            path = folder / name
            path.write_text(name * 1000)
            path.chmod(mode | (0o111 if name == "run" else 0))
            os.utime(path, (date, date))
    first = {name: one / name for name in ("a.txt", "run")} | {"b": b"bytes"}
    second = {"b": b"bytes"} | {name: two / name for name in ("run", "a.txt")}
    zipped.write(tmp_path / "first.zip", first)
    zipped.write(tmp_path / "second.zip", second)
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "first.zip") as archive:
        assert archive.namelist() == ["a.txt", "b", "run"]
        modes = [stat.S_IMODE(info.external_attr >> 16) for info in archive.infolist()]
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("run") == b"run" * 1000
    assert modes == [0o644, 0o644, 0o755]


def test_an_archive_as_written_has_no_problems_and_unpacks(archive, tmp_path):
    assert list(unpack.problems(archive)) == []
    unpack.unpack(archive, tmp_path / "out")
    assert (tmp_path / "out/b/c.txt").read_bytes() == b"text"


def rewritten(archive, change):
    with zipfile.ZipFile(archive) as old:
        members = {info.filename: old.read(info) for info in old.infolist()}
    change(members)
    zipped.write(archive, members)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda m: m.update({"results/a.csv": b"x\n1.6\n" * 200}), "results/a.csv has another SHA"),
        (lambda m: m.pop("b/c.txt"), "b/c.txt is missing"),
        (lambda m: m.update({"more.py": b""}), "more.py is in it, but not in SHA256SUMS"),
    ],
)
def test_tampering_is_found_and_named(archive, change, says):
    rewritten(archive, change)
    (problem,) = unpack.problems(archive)
    assert problem.startswith(says)


def test_a_flipped_byte_in_the_zip_file_itself_is_found_and_named(archive):
    with zipfile.ZipFile(archive) as opened:
        info = opened.getinfo("results/a.csv")
    raw = bytearray(archive.read_bytes())
    raw[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 1
    archive.write_bytes(raw)
    (problem,) = unpack.problems(archive)
    assert problem.startswith("results/a.csv")


@pytest.mark.parametrize(
    "name",
    [
        *("../out.txt", "/etc/out.txt", "a/../../out", "c:\\out", "a\\b", "./y", "a//b", "folder/"),
        *("new\nline", "long" * 75),
    ],
)
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    written(tmp_path / "bad.zip", {"first.txt": b"", name: b""})
    with pytest.raises(StudyError, match="outside of the folder"):
        unpack.unpack(tmp_path / "bad.zip", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["FIRST.txt", "first.txt/below"])
def test_no_file_is_written_over_another(tmp_path, name):
    written(tmp_path / "bad.zip", {"first.txt": b"", name: b""})
    with pytest.raises(StudyError, match="over another file, or be a folder too"):
        unpack.unpack(tmp_path / "bad.zip", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_links_are_refused(tmp_path):
    path = written(tmp_path / "bad.zip", {})
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc")
    with pytest.raises(StudyError, match="'link' would be written outside"):
        unpack.unpack(path, tmp_path / "out")


@pytest.mark.parametrize("content", [None, b"no zip file"])
def test_what_is_no_archive_is_said(tmp_path, content):
    path = tmp_path / "x.zip"
    if content:
        path.write_bytes(content)
    with pytest.raises(StudyError, match="is no zip file"):
        list(unpack.problems(path))


def test_another_zip_file_is_no_archive(tmp_path):
    zipped.write(tmp_path / "x.zip", {"a": b""})
    with pytest.raises(StudyError, match="has no SHA256SUMS"):
        list(unpack.problems(tmp_path / "x.zip"))


def test_what_git_calls_changed():
    """Changed and staged files, the new name of a renamed one, and unknown files where code is."""
    status = " M Snakefile\0R  workflow/new.py\0workflow/old.py\0?? notes.txt\0?? workflow/b.py\0"
    assert checkout.changed(status) == ["Snakefile", "workflow/b.py", "workflow/new.py"]
    assert checkout.changed("?? my_study.yaml\0") == []
    assert checkout.changed("") == []
    ignored = "!! workflow/a.py\0!! workflow/__pycache__/\0!! workflow/.idea/\0!! results/\0"
    assert checkout.changed(ignored) == ["workflow/a.py"]


@pytest.mark.parametrize("name", ["docs/a:b.txt", "manifest.json", "results/old.csv", "docs/link"])
def test_what_an_archive_cannot_hold_is_refused(tmp_path, name):
    def git(*arguments):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init", "--quiet")
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.symlink_to("/etc/hostname") if name.endswith("link") else path.write_text("")
    git("add", "--force", ".")
    who = ["-c", "user.name=A. U. Thor", "-c", "user.email=author@example.org"]
    git(*who, "commit", "--quiet", "--message", "odd")
    with pytest.raises(StudyError, match=f"^'{name}' is "):
        checkout.checkout(tmp_path)
    git("rm", "--quiet", name)
    git(*who, "commit", "--quiet", "--message", "plain", "--allow-empty")
    assert checkout.checkout(tmp_path).files == ()


def test_names():
    assert checkout.name(["a", "b"], "0123456789ab") == "a-b-0123456789ab"
    assert checkout.name(["a", "b", "c", "d"], "no-commit") == "a-and-3-others-no-commit"
    clean = checkout.Checkout("0123456789abcdef", "2026-01-01", (), ())
    assert clean.label == "0123456789ab"
    dirty = checkout.Checkout("0123456789abcdef", "2026-01-01", (), ("Snakefile",))
    assert dirty.label == "0123456789ab-dirty"


def test_a_folder_without_git_has_no_commit(tmp_path):
    (tmp_path / "workflow/__pycache__").mkdir(parents=True)
    for name in ("Snakefile", "workflow/a.py", "workflow/__pycache__/a.pyc", "mine.txt"):
        (tmp_path / name).write_text("")
    found = checkout.checkout(tmp_path)
    assert (found.commit, found.label, found.changes) == (None, "no-commit", ())
    assert found.files == ("Snakefile", "workflow/a.py")


def test_an_unpacked_archive_knows_its_commit_and_what_was_edited(tmp_path):
    project = {"README.md": b"r", "Snakefile": b"rule", "workflow/a.py": b"a"}
    says = of_nothing(commit="c" * 40, project=sorted(project), config_as_committed=False)
    path = written(tmp_path / "a.zip", project | {"manifest.json": says})
    unpack.unpack(path, tmp_path / "out")
    found = checkout.checkout(tmp_path / "out")
    assert (found.commit, found.files, found.changes) == ("c" * 40, tuple(sorted(project)), ())
    assert not found.config_as_committed
    (tmp_path / "out/README.md").write_text("s")
    assert checkout.checkout(tmp_path / "out").label == "c" * 12 + "-dirty"
    assert checkout.label_if_known(tmp_path / "out") == "c" * 12  # its code is as it was
    (tmp_path / "out/README.md").write_text("r")
    (tmp_path / "out/workflow/a.py").write_text("b")
    assert checkout.label_if_known(tmp_path / "out") == "c" * 12 + "-dirty"
    (tmp_path / "out/workflow/b.py").write_text("b")
    assert checkout.checkout(tmp_path / "out").changes == ("workflow/a.py", "workflow/b.py")


def test_what_is_left_out_is_named_with_its_checksum(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("big", "small", "orphan", "archive/old.zip"):
        path = tmp_path / "results" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    jobs = [
        {"rule": "make_big", "outputs": ["results/big"]},
        {"rule": "make_small", "outputs": ["results/small"]},
    ]
    kept, left_out = contents.split(jobs, ["make_big"])
    assert list(kept) == ["results/small"]
    assert left_out == [
        {
            "file": "results/big",
            "bytes": 3,
            "sha256": hashlib.sha256(b"big").hexdigest(),
            "rule": "make_big",
            "comes_back_with": "snakemake --cores all results/big",
        }
    ]
    assert set(contents.split(jobs, [])[0]) == {"results/big", "results/small"}
    assert contents.orphans(jobs, contents.Path("results")) == ["results/orphan"]


def test_the_record_has_the_jobs_own_files_in_the_projects_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    output = "results/" + "x" * 300  # Snakemake splits long names
    for name in (output, "results/other"):
        key = urlsafe_b64encode(name.encode()).decode()
        parts = [f"@{key[:200]}", key[200:]] if len(key) > 200 else [key]
        path = (tmp_path / ".snakemake/metadata").joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        inputs = ["../p/workflow/a.py", "results/b"]
        times = {"starttime": 1.0, "endtime": 3.5}
        sums = dict.fromkeys(inputs, "1")
        path.write_text(json.dumps({"rule": "r", "input": inputs, "input_checksums": sums} | times))
    (tmp_path / "one.log").write_text("log")
    jobs = [{"outputs": [output], "logs": ["one.log"], "timings": ["none.tsv"]}]
    found = record.members(jobs, "../p/")
    (own,) = [content for name, content in found.items() if name.startswith(".snakemake")]
    assert json.loads(own)["input"] == ["results/b", "workflow/a.py"]
    assert json.loads(own)["input_checksums"] == {"workflow/a.py": "1", "results/b": "1"}
    assert found["run_times.csv"].decode().splitlines()[1] == f"{output},r,1.0,3.5,2.5"
    assert "one.log" in found
    assert len(found) == 3


def test_a_tampered_archive_is_refused_before_anything_is_written(archive, tmp_path, capsys):
    rewritten(archive, lambda m: m.update({"results/a.csv": b"x"}))
    assert reproduce.main([str(archive), str(tmp_path / "into")]) == reproduce.TAMPERED
    assert "results/a.csv has another SHA-256" in capsys.readouterr().err
    assert not (tmp_path / "into").exists()


def test_a_folder_that_is_not_empty_is_left_alone(archive, tmp_path, capsys):
    (tmp_path / "into").mkdir()
    (tmp_path / "into/mine").write_text("")
    assert reproduce.main([str(archive), str(tmp_path / "into")]) == reproduce.REFUSED
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "into").iterdir()] == ["mine"]


def test_an_environment_that_cannot_be_built_is_said_after_the_checksums(
    archive, tmp_path, capfd, monkeypatch
):
    monkeypatch.setattr(reproduce.sys, "executable", str(tmp_path / "no/python"))
    assert reproduce.main([str(archive), str(tmp_path / "into")]) == reproduce.NO_ENVIRONMENT
    said = capfd.readouterr()
    assert "All checksums" in said.out
    assert "the environment could not be built; all checksums are right" in said.err
    assert not (tmp_path / "into/again").exists()


def test_every_archived_target_is_run_again(tmp_path, capfd, monkeypatch):
    says = {"manifest.json": of_nothing(targets=["all", "concepts"])}
    archive = written(tmp_path / "archive.zip", says)
    asked = [str(archive), str(tmp_path / "into"), "--python", interpreter(tmp_path)]
    monkeypatch.setenv("PYTHONPATH", "/somewhere/else")
    assert reproduce.main([*asked, "--cores", "3"]) == reproduce.NO_RUN
    said = capfd.readouterr()
    own = tmp_path / "into/again/workflow/scripts"
    assert f"asked: -m snakemake --cores 3 all concepts; code: {own}\n" in said.out
    assert "did not run to its end" in said.err


def interpreter(folder, last="exit 1") -> str:
    """What passes for a Python with Snakemake, but says what it is asked for and does no more."""
    path = folder / "python"
    lines = ["#!/bin/sh", 'if [ "$1" = -c ]; then echo snakemake; exit; fi']
    path.write_text("\n".join([*lines, 'echo "asked: $*; code: $PYTHONPATH"', last, ""]))
    path.chmod(0o755)
    return str(path)


def test_a_comparison_that_says_nothing_is_no_verdict(archive, tmp_path, capfd):
    asked = [str(archive), str(tmp_path / "into"), "--python", interpreter(tmp_path, "exit 0")]
    assert reproduce.main(asked) == reproduce.NO_RUN
    assert "the comparison did not come to its end" in capfd.readouterr().err


@pytest.mark.parametrize("python", ["/bin/true", "no/python", "."])
def test_what_is_no_python_with_snakemake_is_refused(archive, tmp_path, capsys, python):
    asked = [str(archive), str(tmp_path / "into"), "--python", python]
    assert reproduce.main(asked) == reproduce.REFUSED
    assert f"{python} is no Python that has Snakemake" in capsys.readouterr().err
    assert not (tmp_path / "into").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--cores", "0"],
        ["--cores=-1"],
        ["--cores", "many"],
        ["--rerun-from", "x"],
        ["-z"],
    ],
)
def test_wrong_arguments_have_no_verdicts_status(archive, capsys, arguments):
    with pytest.raises(SystemExit) as stop:
        reproduce.main([str(archive), *arguments])
    assert stop.value.code == reproduce.REFUSED
    assert capsys.readouterr().err.startswith("reproduce: ")


def test_a_folder_that_cannot_be_made_is_said(archive, tmp_path, capsys):
    (tmp_path / "file").write_text("")
    for into in ("file", "file/below"):
        assert reproduce.main([str(archive), str(tmp_path / into)]) == reproduce.REFUSED
        assert "cannot be made a folder" in capsys.readouterr().err


def test_a_folder_in_which_no_environment_can_run_is_refused(archive, tmp_path, capsys):
    assert reproduce.main([str(archive), str(tmp_path / "in to")]) == reproduce.REFUSED
    assert "path has a space" in capsys.readouterr().err
    assert not (tmp_path / "in to").exists()


def test_conformers_that_are_not_there_cannot_be_trusted(archive, tmp_path, capsys):
    asked = [str(archive), str(tmp_path / "into"), "--rerun-from", "conformers"]
    assert reproduce.main([*asked, "--python", interpreter(tmp_path)]) == reproduce.REFUSED
    assert "no conformers to trust" in capsys.readouterr().err


@pytest.mark.parametrize(
    "says",
    [
        *(b"", b"{", b"[]", b"{}", b"\xff"),
        of_nothing(targets="all"),
        of_nothing(targets=["--unlock"]),
        of_nothing(targets=None),
        of_nothing(commit="HEAD"),
        of_nothing(project=["../x"]),
        of_nothing(left_out=[{"file": "x"}]),
    ],
)
def test_a_manifest_that_is_none_is_refused_before_anything_is_written(tmp_path, capsys, says):
    path = written(tmp_path / "a.zip", {"manifest.json": says})
    assert reproduce.main([str(path), str(tmp_path / "into")]) == reproduce.REFUSED
    assert "manifest.json" in capsys.readouterr().err
    assert not (tmp_path / "into").exists()


def test_an_older_archive_names_no_targets():
    older = {name: value for name, value in OF_NOTHING.items() if name != "targets"}
    assert manifest.read_manifest(json.dumps(older))["targets"] == ["all"]


@pytest.mark.parametrize("text", ["hello", f"{'0' * 64} one.txt", f"{'0' * 64}  a\n" * 2, ""])
def test_checksums_that_are_none_are_tampering(tmp_path, text):
    zipped.write(tmp_path / "x.zip", {manifest.SUMS: text.encode()})
    (problem,) = unpack.problems(tmp_path / "x.zip")
    assert problem.startswith("SHA256SUMS: the line")


def test_random_damage_is_always_a_sentence(archive, tmp_path, rng):
    whole = archive.read_bytes()
    path = tmp_path / "damaged.zip"
    for _ in range(300):
        raw = np.frombuffer(whole, dtype=np.uint8).copy()
        raw[rng.integers(len(raw), size=3)] ^= rng.integers(1, 256, size=3, dtype=np.uint8)
        path.write_bytes(raw.tobytes())
        try:
            found = list(unpack.problems(path))
            if not found:
                unpack.unpack(path, tmp_path / "out")
                shutil.rmtree(tmp_path / "out")
        except StudyError:
            continue
        assert all(isinstance(problem, str) for problem in found)


def test_trusted_conformers_are_newer_than_the_code(tmp_path):
    archive = tmp_path / "archive"
    trusted = [
        "molecule.json",
        *(f"conformers/{name}" for name in ("ensemble.csv", "ensemble.npz", "pruning.json")),
    ]
    inside = [f"results/m/{name}" for name in [*trusted, "split.csv"]]
    for name in [*inside, "Snakefile", "SHA256SUMS"]:
        path = archive / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    reproduce.prepare(archive, tmp_path / "again", reproduce.conformers(archive))
    found = {p.relative_to(tmp_path / "again") for p in (tmp_path / "again").rglob("*.*")}
    kept = {path.relative_to("results/m").as_posix() for path in found if "results" in path.parts}
    assert kept == set(trusted)
    times = [(tmp_path / "again/results/m" / name).stat().st_mtime_ns for name in trusted]
    assert (tmp_path / "again/Snakefile").stat().st_mtime_ns <= times[0]
    assert times == sorted(times)
    reproduce.prepare(archive, tmp_path / "scratch", [])
    assert [path.name for path in (tmp_path / "scratch").iterdir()] == ["Snakefile"]
