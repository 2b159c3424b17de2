"""What users get wrong: one sentence on the last line, and results/ as it was.

The cases and the sentences stand in bad_inputs.yaml. What a config says is tried as the Snakefile
tries it, SMILES and files as a job does; the long form has all of them through Snakemake.
"""

import logging
from pathlib import Path

import numpy as np
import pytest
import yaml
from snakemake.common.configfile import load_configfile

import warm
from confsym.datasets import given, molfile
from confsym.errors import StudyError
from confsym.molecules import molecule
from confsym.study import check, config_file, geometries, own_code, stereoisomers
from confsym.study.schema import fill_in
from studies import ROOT, TINY, Study, tiny

TABLE = yaml.safe_load(Path(__file__).with_name("bad_inputs.yaml").read_text(encoding="utf-8"))
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
READ = {"energy": "energy", "forces": "forces", "energy_unit": "eV"}  # of the files in the table
SHORT = slice(None, None, 4)  # of the configs: each takes as long as reading the schema


def changed(case: dict) -> str:
    """The tiny study with other values at some places."""
    config = tiny()
    for place in case.get("remove", ()):
        *folders, key = place.split(" ")
        at(config, folders).pop(key)
    for place, value in case.get("change", {}).items():
        *folders, key = place.split(" ")
        at(config, folders)[key] = value
    return yaml.safe_dump(config, sort_keys=False)


def at(config: dict, folders: list[str]) -> dict:
    """The section that keys lead to, made where it is not there."""
    for folder in folders:
        config = config.setdefault(folder, {})
    return config


def edited(case: dict, text: str) -> bytes:
    """A text, or another: something replaced, put before or behind; and its encoding."""
    text = case.get("text", text)
    if "replace" in case:
        assert case["replace"][0] in text
        text = text.replace(*case["replace"], 1)
    text = case.get("before", "") + text + case.get("after", "")
    return text.encode(case.get("encoding", "utf-8"))


CONFIGS = [(changed(case).encode(), case["says"]) for case in TABLE["configs"]]
TEXTS = [(edited(case, TINY.read_text("utf-8")), case["says"]) for case in TABLE["texts"]]
ALL = CONFIGS + TEXTS


def put_code(folder: Path) -> None:
    """Write the table's files of code."""
    for name, text in TABLE["code"].items():
        (folder / name).write_text(text, encoding="utf-8")


def refusal(path: Path) -> str | None:
    """What rules/config.smk, common.smk and entries.smk say of a config file."""
    if unreadable := config_file.problem(path):
        return unreadable
    config = load_configfile(str(path))
    if problem := check.problem(config, SCHEMA):
        return problem
    fill_in(config, SCHEMA)
    own_code.locate(config, [path])
    found = stereoisomers.expand(config) or next(check.contradictions(config), None)
    return found or geometries.missing(config, [path])


def assert_says(found: str | None, says: str, folder: Path) -> None:
    """One sentence, which begins as it should but for where the file is."""
    assert found is not None
    assert "\n" not in found
    assert found[-1] in ".?"
    plain = found.replace(f"{folder}/", "").replace(f" {folder} ", " . ")
    plain = plain.removeprefix("config: study.yaml").removeprefix("config: config/config.yaml")
    assert plain.startswith(says), found


@pytest.mark.parametrize(("content", "says"), ALL[SHORT], ids=[says for _, says in ALL[SHORT]])
def test_a_config(tmp_path, monkeypatch, content, says):
    monkeypatch.chdir(tmp_path)
    put_code(tmp_path)
    (tmp_path / "study.yaml").write_bytes(content)
    assert_says(refusal(tmp_path / "study.yaml"), says, tmp_path)


@pytest.mark.parametrize(("smiles", "says"), TABLE["smiles"])
def test_a_smiles(smiles, says):
    with pytest.raises(StudyError) as caught:
        molecule.describe("m", smiles)
    assert_says(str(caught.value).removeprefix("molecules.m: "), says, Path())


def write(folder: Path, case: dict) -> dict:
    """Write a case's file; what section molecules says of it."""
    name = case["file"]
    right = TABLE["files"].get(name, "")
    folder.mkdir(exist_ok=True)
    if "arrays" in case:
        arrays = right | case["arrays"]
        known = {key: np.array(values) for key, values in arrays.items() if values is not None}
        np.savez(folder / name, **known)
    else:
        (folder / name).write_bytes(edited(case, right))
    settings = case.get("settings", {})
    if name == "drawn.mol":
        return {"file": name, **settings}
    without = ("forces",) if name == "water.sdf" else ()
    read = {key: value for key, value in READ.items() if key not in without}
    return {"geometries": {"file": name, **read, **settings}}


def as_a_job(entry: dict) -> None:
    """Read what an entry of section molecules names, in the folder of the file."""
    if "file" in entry:
        drawn = molfile.drawn_molecule(entry["file"], entry.get("record"), "molecules.m")
        molecule.describe("m", drawn.smiles)
    else:
        settings = entry["geometries"]
        place, log = "molecules.m.geometries", logging.getLogger("test")
        given.read(settings["file"], settings, place, "m", {}, [], log)


def behind_name(sentence: str, molecule: str, file: str) -> str:
    """A sentence without the places that it begins with."""
    for place in (f"molecules.{molecule}.geometries: ", f"molecules.{molecule}.file: "):
        sentence = sentence.removeprefix(place)
    return sentence.removeprefix(f"molecules.{molecule}: ").removeprefix(f"{file}: ")


@pytest.mark.parametrize("case", TABLE["wrong"], ids=[case["says"] for case in TABLE["wrong"]])
def test_a_file(tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    entry = write(tmp_path, case)
    with pytest.raises(StudyError) as caught:
        as_a_job(entry)
    assert_says(behind_name(str(caught.value), "m", case["file"]), case["says"], tmp_path)


@pytest.mark.parametrize("name", ["water.xyz", "water.sdf", "water.npz", "drawn.mol"])
def test_the_files_are_right_without_the_change(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    as_a_job(write(tmp_path, {"file": name} | ({"arrays": {}} if name == "water.npz" else {})))


# Through Snakemake.


def stopped(folder: Path, number: int) -> None:
    """A config stops a run before any job.

    Texts that YAML cannot read lie where a run looks for its config by itself: what `--configfile`
    names Snakemake reads before this project does.
    """
    (content, says), by_name = ALL[number], number < len(CONFIGS)
    path = folder / ("study.yaml" if by_name else "config/config.yaml")
    path.parent.mkdir(exist_ok=True)
    put_code(path.parent)
    path.write_bytes(content)
    arguments = ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(folder)]
    arguments += ["--configfile", str(path)] if by_name else []
    status, said = warm.snakemake([*arguments, "--cores", "1"], folder)
    assert status != 0
    assert "Traceback" not in said
    assert_says(said.splitlines()[-1], says, folder)
    assert not (folder / "results").exists()


@pytest.mark.parametrize("number", [0, len(CONFIGS), len(CONFIGS) + 1])
def test_a_config_stops_snakemake(tmp_path, number):
    stopped(tmp_path, number)


def jobs_fail(folder: Path, cases: list[tuple[dict, str, str]]) -> None:
    """Molecules (entry, file, says), each of which fails in a job of its own, with a sentence.

    The file of a molecule lies in a folder that is called as the molecule.
    """
    names = [f"m{number}" for number in range(len(cases))]
    for name, (entry, _, _) in zip(names, cases, strict=True):
        inside = entry.get("geometries", entry)
        if "file" in inside:
            inside["file"] = f"{name}/{inside['file']}"
    entries = [entry for entry, _, _ in cases]
    study = Study(folder, tiny(molecules=dict(zip(names, entries, strict=True))))
    targets = [f"results/{name}/molecule.json" for name in names]
    process = study.snakemake("--keep-going", *targets, cores=1)
    assert process.returncode != 0
    assert "Traceback" not in process.stdout
    said = [line for line in process.stdout.splitlines() if line.startswith("ERROR: ")]
    assert process.stdout.splitlines()[-1] in said
    assert not study.checksums()
    for name, (_, file, says) in zip(names, cases, strict=True):
        starts = f"ERROR: molecules.{name}:", f"ERROR: molecules.{name}."
        (own,) = {line for line in said if line.startswith(starts)}
        plain = own.removeprefix("ERROR: ").replace(f"{name}/", "")
        plain = plain.replace(f"molecules.{name}", "molecules.m")
        assert_says(behind_name(plain, "m", file), says, folder)


def smiles_cases() -> list[tuple[dict, str, str]]:
    """Those that a job finds: an empty one, or one with other letters, is found before."""
    rows = [(one, says) for one, says in TABLE["smiles"] if one]
    return [({"smiles": one}, "", says) for one, says in rows if not says.startswith("character")]


def file_cases(folder: Path, rows: list[dict]) -> list[tuple[dict, str, str]]:
    """Files that are wrong, each written to the folder of its molecule."""
    return [
        (write(folder / f"m{number}", case), case["file"], case["says"])
        for number, case in enumerate(rows)
    ]


def test_a_smiles_and_a_file_of_each_kind_fail_in_their_jobs(tmp_path):
    firsts = list({case["file"]: case for case in TABLE["wrong"]}.values())[:4]
    jobs_fail(tmp_path, file_cases(tmp_path, firsts) + smiles_cases()[:2])


@pytest.mark.long
def test_all_through_snakemake(tmp_path, record):
    for number in range(len(ALL)):
        folder = tmp_path / str(number)
        folder.mkdir()
        stopped(folder, number)
    smiles = smiles_cases()
    jobs_fail(tmp_path / "smiles", smiles)
    (tmp_path / "files").mkdir()
    jobs_fail(tmp_path / "files", file_cases(tmp_path / "files", TABLE["wrong"]))
    record(
        "bad_input",
        f"runs Snakemake on {len(CONFIGS)} configs with a wrong value, {len(TEXTS)} config files "
        f"that YAML cannot read or misreads, {len(smiles)} wrong SMILES and {len(TABLE['wrong'])} "
        "wrong files of molecules and geometries",
        "each ends in its sentence of the table, alone and without a traceback, and leaves no "
        "result; configs stop the run before its first job",
    )
