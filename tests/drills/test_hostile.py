"""Strings and files that mean harm: refused in a sentence, or carried through without running."""

import pickle
import re
import resource
import shutil
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import joblib
import numpy as np
import pandas as pd
import pytest
from ase import Atoms
from ase.build import molecule as built
from ase.io import write
from playwright.sync_api import sync_playwright

from confsym.archive import unpack
from confsym.conformers import gallery
from confsym.datasets import given, reading
from confsym.datasets.frames import Frames
from confsym.errors import UNSEEN, StudyError
from confsym.figures.conformers_page import conformers_page
from confsym.models import fitted
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.provenance import checksums
from confsym.storage import readable
from confsym.study import check, geometries, own_code, stereoisomers
from confsym.study.schema import fill_in
from studies import ROOT, Study, tiny

SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
OPTIONS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
LOCAL = ("file:", "data:", "blob:")
SECTIONS = ("molecules", "tests", "levels", "transforms", "features", "models", "experiments")
NAMES = (
    *(
        "",
        " ",
        "a b",
        "..",
        ".",
        ".hidden",
        "-rf",
        "--help",
        "a/b",
        "/etc",
        "..\\..\\x",
        "~",
        "a:b",
    ),
    *("a;b", "$(touch x)", "`touch x`", "'", '"', "a'b", "a&b", "a|b", "a*", "a?", "{x}", "<b>"),
    *("<script>alert(1)</script>", "=1+1", "+1", "@SUM(1)", "%s", "a%20b", "a\nb", "a\n", "\ta"),
    *("a\0b", "a\x1b[2Jb", "\u202egpj", "a\u200bb", "e\u0301", "é", "特", "\ud800", "a" * 65),
    *(
        "x" * 300,
        "con",
        "NUL",
        "Com1",
        "lpt9",
        "aux",
        "PRN",
        r"\write18{x}",
        "_a",
        "a_",
        "a_-b",
        "\\",
        "ａ",
    ),
)
UNSEEN_TEXTS = ("a\0b", "a\nb", "a\x1b[2Jb", "\u202egpj.xyz", "a\u200bb", "\ud800", "x" * 20_000)
SHOWN = ("subset", "x y", "<script>alert(1)</script>", "特", "e\u0301", 'O\'Neil & "Co"; $(x) `y`')
CODE = "'; import os; os.system('touch x')"


def refusal(config: dict) -> str | None:
    """What a run says of a config that stops it before its first job."""
    if problem := check.problem(config, SCHEMA):
        return problem
    fill_in(config, SCHEMA)
    own_code.locate(config, [])
    said = stereoisomers.expand(config) or next(check.contradictions(config), None)
    return said or geometries.missing(config, [])


def is_one_sentence(text: str) -> bool:
    """Whether it is one visible line that ends as a sentence does."""
    unseen = [one for one in text if unicodedata.category(one) in UNSEEN]
    return not unseen and text.endswith((".", "?"))


def named(section: str, *names: str) -> dict:
    """The tiny study with more entries in a section, whose names these are."""
    config = tiny(sampling={"kind": "dynamics"})
    config["levels"] = {"mine": {"kind": "ase", "calculator": "tblite.ase:TBLite"}}
    config["molecules"]["butanol"]["tests"] = {"hot": {}}
    place = config["molecules"]["butanol"]["tests"] if section == "tests" else config[section]
    place |= dict.fromkeys(names, next(iter(place.values())))
    return config


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_no_folder_should_have_is_refused(name):
    assert is_one_sentence(refusal(named("molecules", name)))


@pytest.mark.parametrize("section", SECTIONS)
def test_so_it_is_in_each_section(section):
    assert refusal(named(section)) is None
    for names in (["con"], ["$(x)"], ["a\n"]):
        assert is_one_sentence(refusal(named(section, *names)))
    found = refusal(named(section, "Abc", "aBC"))
    assert "differ only in capitals" in found
    assert is_one_sentence(found)


def with_file(**changes) -> dict:
    """The tiny study with a molecule from a file of geometries."""
    file = {"file": "mine.xyz", "energy": "E", "energy_unit": "eV"} | changes
    return tiny(molecules={"mine": {"smiles": "CCO", "geometries": file}})


@pytest.mark.parametrize("text", UNSEEN_TEXTS)
@pytest.mark.parametrize("key", ["file", "energy", "forces", "source"])
def test_text_with_what_nobody_sees_is_refused(key, text):
    found = refusal(with_file(**{key: text}))
    assert f"molecules.mine.geometries.{key}" in found
    assert is_one_sentence(found)


@pytest.mark.parametrize("text", [*UNSEEN_TEXTS, *SHOWN, CODE])
def test_code_that_is_none_is_refused(text):
    for changes in (
        {"features__mine": {"kind": f"{text}.py:f"}},
        {"features__mine": {"kind": f"mine.py:{text}"}},
        {"levels": {"mine": {"kind": "ase", "calculator": f"{text}:C"}}},
        {"levels": {"mine": {"kind": "ase", "calculator": f"mine:{text}"}}},
        {"models__mine": {"kind": "estimator", "class": f"sklearn.{text}"}},
    ):
        assert is_one_sentence(refusal(tiny(**changes)))
    assert not Path("x").exists()


@pytest.mark.parametrize("name", ["x" * 300, "a/" * 3000, "<results>.xyz", "{molecule}.xyz"])
def test_a_path_that_is_none_or_is_another_to_snakemake_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    if len(name) < 100:
        (tmp_path / name).touch()
    found = refusal(with_file(file=name))
    assert ("Snakemake replaces" if len(name) < 100 else "molecules.mine.geometries.file") in found
    assert is_one_sentence(found)


LAUGHS = "l0: &l0 {a: 1, b: 2}\n" + "".join(
    f"l{i}: &l{i} {{{', '.join(f'k{j}: *l{i - 1}' for j in range(9))}}}\n" for i in range(1, 10)
)
MERGES = "l0: &l0 {a: 1}\n" + "".join(
    f"l{i}: &l{i} {{<<: [{', '.join([f'*l{i - 1}'] * 9)}]}}\n" for i in range(1, 10)
)
BOMBS = {
    "aliases": LAUGHS,
    "merges": MERGES,
    "itself": "a: &a {b: *a}\n",
    "depth": f"a: {'[' * 100_000}{']' * 100_000}\n",
    "values": f"a: [{'1,' * 1_000_000}1]\n",
    "size": f"# {'x' * 100_000_000}\n",
    "object": "a: !!python/object/apply:os.system ['touch x']\n",
    "template": "__use_yte__: true\n__definitions__:\n  - open('x', 'w')\n",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_config_that_explodes_is_refused_before_memory_is_used_up(tmp_path, name):
    (tmp_path / "study.yaml").write_text(BOMBS[name])
    command = [sys.executable, "-m", "confsym.study.config_file", "study.yaml"]
    process = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "workflow/scripts")},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert process.returncode == 1
    assert process.stdout.startswith("config: study.yaml")
    assert is_one_sentence(process.stdout.removesuffix("\n"))
    assert not process.stderr
    assert not (tmp_path / "x").exists()


class Harmful:
    """Leaves a file behind where it is unpickled."""

    def __init__(self, marker: Path):
        self.marker = marker

    def __reduce__(self):
        return Path.touch, (self.marker,)


def harmful_files(folder: Path, marker: Path) -> list[Path]:
    """Files that run code in readers that unpickle or evaluate what they read."""
    payload = pickle.dumps(Harmful(marker))
    call = f"__import__('pathlib').Path({str(marker)!r}).touch()"
    objects = np.array([Harmful(marker)] * 3, dtype=object)
    names = ["bare.npz", "a.traj", "a.pckl", "a.trj", "a.db", "a.json", "a.npy", "a.gpw", "a.py"]
    for name in names:
        (folder / name).write_bytes(payload)
    np.savez(folder / "objects.npz", z=objects, R=np.zeros((1, 3, 3)), E=objects)
    np.savez(folder / "positions.npz", z=[8, 1, 1], R=objects)
    np.save(folder / "objects.npy", objects, allow_pickle=True)
    (folder / "code.py").write_text(f"{call}\natoms = []\n")
    for name in ("a.xyz", "a.extxyz"):
        properties = f'Properties=species:S:1:pos:R:3 E="{call}" a=_JSON{call}'
        (folder / name).write_text(f"1\n{properties}\nO {call} 0 0\n")
    tag = '{"__ase_objtype__": "os.system", "__complex__": ["1", "2"], "__ndarray__": "x"}'
    (folder / "tagged.json").write_text(f'{{"1": {tag}, "ids": [1], "nextid": 2}}')
    (folder / "a.sdf").write_text(
        f"{call}\n\n\n  0  0  0  0  0  0  0  0  0  0999 V2000\nM  END\n$$$$\n"
    )
    return sorted(path for path in folder.iterdir() if path.is_file())


def test_no_file_of_a_user_s_is_unpickled_or_evaluated(tmp_path):
    folder, marker = tmp_path / "files", tmp_path / "ran"
    folder.mkdir()
    paths = harmful_files(folder, marker)
    pickle.loads(pickle.dumps(Harmful(marker)))
    assert marker.exists()  # so the files would do what they are for
    marker.unlink()
    for path in paths:
        settings = {"file": path.name, "energy": "E", "energy_unit": "eV"}
        with pytest.raises(StudyError) as caught:
            reading.read(path, settings, "mine", "molecules.mine.geometries")
        assert is_one_sentence(str(caught.value)), path
        assert not marker.exists(), path


def test_a_model_of_unknown_origin_is_not_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path, marker = Path("results/m/experiments/e/model.joblib"), tmp_path / "ran"
    path.parent.mkdir(parents=True)
    record = tmp_path / f"checksums/{path}.sha256"
    listed = tmp_path / "SHA256SUMS"
    for known in (None, record, listed):  # a checksum of another model
        joblib.dump(Harmful(marker), path)
        if known:
            known.parent.mkdir(parents=True, exist_ok=True)
            known.write_text(f"{'0' * 64}  {path}\n")
        with pytest.raises(StudyError, match="set aside as") as caught:
            fitted.read(str(path))
        assert is_one_sentence(str(caught.value))
        assert not marker.exists()
        assert not path.exists()
        record.unlink(missing_ok=True)
    fitted.write(path, {"slope": 2.0})
    checksums.record([str(path)])
    assert fitted.read(str(path)) == {"slope": 2.0}


def test_words_of_a_file_cannot_reach_the_screen_or_a_spreadsheet_as_more_than_words(tmp_path):
    keys = {"\x1b[2J\n\u202e": [1.0], "z": [8, 1, 1], "R": np.zeros((1, 3, 3))}
    np.savez(tmp_path / "a.npz", **keys)
    settings = {"file": "a.npz", "energy": "E", "energy_unit": "eV"}
    with pytest.raises(StudyError, match=r"\\x1b\[2J") as caught:
        reading.read(tmp_path / "a.npz", settings, "mine", "molecules.mine.geometries")
    assert is_one_sentence(str(caught.value))
    for word in ("=1+1", "+1", "-x", "@SUM(1)", "\t=1"):
        words = np.array(["good", word])
        frames = Frames(np.zeros((2, 1, 3)), np.ones(1), np.arange(2), None, None, {"c": words}, ())
        with pytest.raises(StudyError, match="a spreadsheet would take for a formula") as caught:
            given.split_column(frames, "c", "molecules.mine.geometries")
        assert is_one_sentence(str(caught.value))


class Elements(HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found += [tag, *(name for name, _ in attrs)]


EVIL = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"' onload=alert(1) $title {x}"
)


def test_pages_and_tables_carry_text_as_text(conformers):
    target, positions = conformers("CCO")
    topology = Topology.from_description(molecule.describe("test", "CCO"))
    viewer = ROOT / "workflow/resources/viewer"
    parts = {"page": (viewer / "page.html").read_text(), "style": "", "script": "", "library": ""}

    def page(text: str) -> str:
        names = np.where(np.arange(len(positions)) % 2, text, "R")
        energy = np.arange(len(positions), dtype=float)
        shown = gallery.gallery(positions, energy, names, target, topology)
        return conformers_page(shown, topology, text, text, parts)

    def table(text: str) -> str:
        return readable.page(pd.DataFrame({f"x {text}": [text]}), text)

    for draw in (page, table):
        assert Elements(draw(EVIL)).found == Elements(draw("plain")).found
    row = readable.latex(pd.DataFrame({"x": [r"\input{/etc/passwd} 1_a--b $x^2$ #1 %"]}))
    assert r"\input" not in row
    assert not re.search(r"(?<!\\)[$#%_]|--", row.splitlines()[4])


# What no file's name should have, and disks allow: no `<>{}`, which Snakemake reads itself.
ODD = 'it\'s "q" `touch ran1` $(touch ran2); touch ran3 & %s #a é 特 ع | ..b'
KEY = "<script>alert('x')</script>"
CALCULATOR = """
from ase.calculators.calculator import Calculator, all_changes
from scipy.spatial.distance import pdist


class __Pa_irs__(Calculator):
    implemented_properties = ["energy"]

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        self.results["energy"] = (1 / pdist(atoms.positions)).sum()
"""
FEATURES = """
from scipy.spatial.distance import pdist

import numpy as np


def sh__ape_(positions, topology):
    distances = np.array([np.sort(pdist(one)) for one in positions])
    return {f"=1+1<b>{KEY}{i}": one for i, one in enumerate(distances.T)}
""".replace("{KEY}", KEY)
ODD_STUDY = {
    "molecules": {
        "NA": {
            "smiles": "OCC",
            "geometries": {
                "file": f"data {ODD}/{ODD}.xyz",
                "energy": KEY,
                "energy_unit": "kcal/mol",
                "source": f"https://example.org/{KEY}",
            },
        }
    },
    "levels": {"true": {"kind": "ase", "calculator": f"{ODD}.py:__Pa_irs__", "parts": 1}},
    "energies": {"level": "given"},
    "split": {"by": "column", "column": "subset", "training_values": [KEY]},
    "transforms": {"NaN": {"kind": "translation"}, "x--__x": {"kind": "rotation"}},
    "features": {"007": {"kind": f"{ODD}.py:sh__ape_"}, "1e5": {"kind": "inverse_distances"}},
    "models": {"inf": {"kind": "ridge"}},
    "experiments": {
        "yes--__x-": {"features": "007", "model": "inf", "train_on": "NaN"},
        "Ab3-_kiuwcebfgjlopqrstvxyz0123456789--uwcebfgjlopqrstvxyz0123456": {
            "features": "1e5",
            "model": "inf",
            "baseline": "true",
        },
    },
    "rotations": {"rotations": 2, "conformers": 3},
    "learning_curves": {"sizes": [40], "repeats": 1},
    "archive": {"allow_dirty": True},
}


def odd_study(folder: Path, rng: np.random.Generator) -> Study:
    """A study whose folder, files, keys and words are as nasty as what is allowed can be."""
    study = Study(folder / ODD, ODD_STUDY)
    place = study.folder / f"data {ODD}"
    place.mkdir()
    (study.folder / f"{ODD}.py").write_text(CALCULATOR + FEATURES)
    start, frames = built("CH3CH2OH"), []
    for index in range(160):
        frame = Atoms(start.numbers, start.positions + rng.normal(scale=0.03, size=(9, 3)))
        word = "$(touch ran4)" if index % 3 == 0 else KEY
        frame.info |= {KEY: float(rng.normal()), "subset": word}
        frame.arrays["F&<b>"] = rng.normal(size=(9, 3))
        frames.append(frame)
    write(place / f"{ODD}.xyz", frames, format="extxyz")
    return study


@pytest.mark.long
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to open pages with")
def test_a_study_of_nasty_names_and_paths(tmp_path, rng, record):
    study = odd_study(tmp_path, rng)
    study.run("all")
    page = study.folder / "report.html"
    assert study.snakemake("--report", str(page)).returncode == 0
    study.run("archive")
    assert not list(tmp_path.rglob("ran[1-4]"))
    assert "system-message" not in page.read_text(encoding="utf-8")
    said = pages_say([page, *sorted(study.folder.rglob("results/**/*.html"))])
    archives = study.folder.glob("results/archive/*.zip")
    archive = next(path for path in archives if not path.name.endswith("-record.zip"))
    assert list(unpack.problems(archive)) == []
    drawn = [ElementTree.parse(path) for path in sorted(study.folder.rglob("results/**/*.svg"))]
    scripts = [one for svg in drawn for one in svg.iter() if one.tag.endswith("script")]
    assert drawn
    assert not scripts
    did = (
        "runs a study whose folder, files, keys and names are the nastiest that are allowed "
        "(quotes, `$()`, backticks, `;`, `&`, `|`, RTL letters, markup, names such as `NaN`), "
        "makes its report and archive, and opens every page in Chromium"
    )
    found = (
        f"{len(study.checksums())} results; {said} pages opened, none ran a script of the names, "
        f"asked for anything or had an error; {len(drawn)} SVG files are well-formed and without "
        f"scripts; none of 4 commands in names ran; the archive is as its checksums say"
    )
    record("hostile_names", did, found)


def pages_say(paths: list[Path]) -> int:
    """Open pages in a browser; nothing of the names' may run, and nothing go wrong."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        context = browser.new_context(offline=True)
        page, wrong = context.new_page(), []
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on(
            "request",
            lambda request: None if request.url.startswith(LOCAL) else wrong.append(request.url),
        )
        for path in paths:
            page.goto(path.as_uri())
            page.wait_for_load_state()
        browser.close()
    assert wrong == []
    return len(paths)
