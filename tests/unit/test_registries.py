"""Slips of whoever extends the project are one sentence each."""

import dataclasses
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from confsym.errors import StudyError
from confsym.features.registry import FEATURES
from confsym.registry import resolve
from confsym.study import catalogue, check, registries
from confsym.study.schema import fill_in
from studies import ROOT, TINY

SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
PLACE = "workflow/scripts/confsym/features/registry.py"


def test_no_row_of_ours_is_misspelt():
    assert registries.unreadable() is None
    assert not list(registries.misspelt())


@pytest.mark.parametrize(
    ("field", "code", "says"),
    [
        (
            "function",
            "confsym.features.rew:raw_coordinates",
            "there is no file workflow/scripts/confsym/features/rew.py; write it.",
        ),
        (
            "function",
            "confsym.features.raw:raw_cordinates",
            "workflow/scripts/confsym/features/raw.py has no raw_cordinates; "
            "did you mean 'raw_coordinates'?",
        ),
        (
            "derivatives",
            "confsym.features.raw:xyz",
            "workflow/scripts/confsym/features/raw.py has no xyz; write it.",
        ),
    ],
)
def test_a_row_that_names_what_is_not_there(field, code, says, monkeypatch):
    row = dataclasses.replace(FEATURES["raw_coordinates"], **{field: code})
    monkeypatch.setitem(FEATURES, "raw_coordinates", row)
    sentence = f"{PLACE}, row 'raw_coordinates': {field} is {code!r}, but {says}"
    assert list(registries.misspelt()) == [sentence]
    assert not list(registries.misspelt({"soap"}))
    study = yaml.safe_load(TINY.read_text(encoding="utf-8"))
    assert check.problem(study, SCHEMA) is None
    assert sentence in check.contradictions(filled(study))


def filled(study: dict) -> dict:
    fill_in(study, SCHEMA)
    return study


def test_a_function_whose_file_is_no_python(tmp_path, monkeypatch):
    room = tmp_path / "confsym/features"
    room.mkdir(parents=True)
    (room / "raw.py").write_text("def raw_coordinates(:\n")
    monkeypatch.setattr(registries, "SCRIPTS", tmp_path)
    monkeypatch.setattr(registries, "PACKAGE", tmp_path / "confsym")
    (slip,) = registries.misspelt({"raw_coordinates"})
    assert "workflow/scripts/confsym/features/raw.py, line 1, is no Python (" in slip


def test_code_that_cannot_be_imported_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "slips_of_a_test.py").write_text("import numpie\n")
    monkeypatch.syspath_prepend(tmp_path)
    for code, why in (
        ("confsym.features.row:raw", "ModuleNotFoundError: No module named 'confsym.features.row'"),
        ("confsym.features.raw:raw", "AttributeError: module 'confsym.features.raw' has no attri"),
    ):
        with pytest.raises(StudyError, match=rf"^{re.escape(code)}, which a row .*{why}"):
            resolve(code)
    with pytest.raises(ModuleNotFoundError, match="numpie"):  # who calls knows what it is for
        resolve("slips_of_a_test:spread")


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        (
            'unit="number of atoms"',
            'unot="number of atoms"',
            r"line \d+, row 'composition': TypeError: .* keyword argument 'unot'; mend it",
        ),
        ("claimed=ALL,", "claimed=AL,", r"line \d+, row 'composition': NameError: name 'AL' .*"),
        ("claimed=ALL,", "claimed=ALL", r"line \d+: SyntaxError: invalid syntax.*"),
    ],
)
def test_a_registry_that_cannot_be_imported_names_its_row(tmp_path, right, wrong, says):
    for part in ("Snakefile", "workflow", "profiles", "environment.yml"):
        source = ROOT / part
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, tmp_path / part)
    path: Path = tmp_path / PLACE
    path.write_text(path.read_text().replace(right, wrong, 1))
    command = [sys.executable, "-m", "snakemake", "--list-rules", "--configfile", str(TINY)]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert process.returncode == 1
    last = process.stderr.splitlines()[-1]
    assert re.fullmatch(rf"{PLACE}, {says}\.", last), last


def test_a_row_that_the_schema_has_not_yet_asks_for_make_generated(monkeypatch):
    study = yaml.safe_load(TINY.read_text(encoding="utf-8"))
    study["features"]["mine"] = {"kind": "spread"}
    assert "features.mine.kind is 'spread'" in check.problem(study, SCHEMA)  # no such row at all
    row = dataclasses.replace(FEATURES["raw_coordinates"], name="spread")
    monkeypatch.setitem(FEATURES, "spread", row)
    said = check.problem(study, SCHEMA)
    assert said == (
        "confsym: the registries have changed, and the part of workflow/schemas/config.schema.yaml "
        "that is generated from them has not ($defs: feature); run `make generated` in the folder "
        f"of this project, {ROOT}."
    )


def test_make_generated_writes_the_schema_before_it_reads_the_rules(monkeypatch, tmp_path):
    schema = tmp_path / "schema.yaml"
    text = SCHEMA.read_text(encoding="utf-8")
    schema.write_text(text.replace("- raw_coordinates", "- spread"), encoding="utf-8")
    monkeypatch.setattr(catalogue, "SCHEMA", schema)
    read = []
    monkeypatch.setattr(catalogue, "origins", lambda root: read.append(schema.read_text()) or [])
    monkeypatch.setattr(catalogue, "write_text", lambda path, text: schema.write_text(text))
    catalogue.main()
    assert read == [text]


def test_make_generated_names_a_misspelt_row(monkeypatch):
    row = dataclasses.replace(FEATURES["raw_coordinates"], function="confsym.features.raw:rew")
    monkeypatch.setitem(FEATURES, "raw_coordinates", row)
    with pytest.raises(SystemExit, match=rf"^make generated: {PLACE}, row 'raw_coordinates': "):
        catalogue.main()
