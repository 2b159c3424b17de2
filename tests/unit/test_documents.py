"""README and docs/: every link leads somewhere, every generated part has its place."""

import re
import runpy
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from confsym.errors import StudyError
from confsym.storage.markers import parts_of, with_part
from confsym.study import catalogue
from confsym.study.origins import called, origins, patterns
from studies import ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "config/README.md", *sorted((ROOT / "docs").glob("*.md"))]
SCRIPTS = ROOT / "workflow/scripts"


def text_of(document: Path) -> str:
    """A document without its code blocks, where brackets are no links."""
    return re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.M | re.S)


def anchors(document: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text_of(document), re.M)
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in kept}


def links(document: Path) -> list[tuple[Path, str]]:
    """What a document's relative links and pictures lead to: file, and anchor."""
    text = re.sub(r"`[^`\n]*`", "", text_of(document))  # a SMILES has brackets of its own
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    found = []
    for target in targets:
        if not re.match(r"https?://", target):
            path, _, anchor = target.partition("#")
            found.append((document.parent / path if path else document, anchor))
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document):
    for path, anchor in links(document):
        assert path.exists(), f"{document.name} links to {path}"
        assert path.resolve().is_relative_to(ROOT)
        if anchor:
            assert anchor in anchors(path), f"{document.name} links to {path.name}#{anchor}"


def test_every_document_is_linked_from_the_front_page():
    linked = {path.resolve() for path, _ in links(ROOT / "README.md")}
    assert set(DOCUMENTS) - linked == {ROOT / "README.md"}


def test_every_figure_of_the_documents_is_shown():
    shown = {path.resolve() for document in DOCUMENTS for path, _ in links(document)}
    assert set((ROOT / "docs").glob("*.svg")) <= shown


def test_the_front_page_is_short_and_starts_the_study():
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 150
    assert any(line.startswith("make run") for line in lines[:25])


def test_each_target_of_make_stands_on_the_front_page():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", makefile, re.M)[1].split())
    told = set(re.findall(r"^\| `make ([\w-]+)", (ROOT / "README.md").read_text("utf-8"), re.M))
    assert told == targets - {"python", "latex", "clean"}  # two that others need, and the broom


def test_no_table_stands_in_two_documents():
    seen: dict[str, Path] = {}
    for document in DOCUMENTS:
        rows = re.findall(r"^\|.*\d.*\|$", text_of(document), re.M)
        for row in set(rows):
            assert row not in seen, f"{document.name} and {seen[row].name}: {row}"
            seen[row] = document


# Generated parts.

WRITERS = {  # which part of which document is written by what
    "config/README.md": {"sampling", "levels", "transforms", "features", "models"},
    "docs/results.md": {"origins"},
    "docs/reliability.md": {"drills"},
}


@pytest.fixture
def benchmarks(monkeypatch) -> dict:
    """What `docs/benchmarks.py` defines."""
    monkeypatch.setattr(sys, "path", [*sys.path])  # it adds to it
    return runpy.run_path(str(ROOT / "docs/benchmarks.py"))


def test_each_generated_part_has_one_writer(benchmarks):
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        import update
    finally:
        sys.path.pop(0)
    written = WRITERS | {document: set(parts) for document, parts in update.PARTS.items()}
    for page, parts in benchmarks["PAGES"].items():
        written[page] = {*written.get(page, ()), *parts}
    written["docs/performance.md"].add("cost")
    for document in DOCUMENTS:
        parts = parts_of(document.read_text(encoding="utf-8"))
        name = document.relative_to(ROOT).as_posix()
        assert len(parts) == len(set(parts))
        assert set(parts) == written.get(name, set()), name


def test_the_page_of_drills_shows_their_records():
    table = runpy.run_path(str(ROOT / "docs/drills.py"))["drills_table"]()
    page = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    assert with_part(page, "drills", table, "docs/reliability.md") == page


def test_a_bar_is_kept_at_its_bound(benchmarks):
    """In either direction; one step beyond, it is not."""
    bar = benchmarks["OF_STUDIES"][0].__globals__["Bar"]
    for below, beyond in ((True, 10.1), (False, 9.9)):
        assert bar("runs", 10, "", 10, below).is_kept
        assert not bar("runs", 10, "", beyond, below).is_kept


def test_pages_show_the_records_of_what_was_measured(benchmarks):
    for page in benchmarks["PAGES"]:
        assert benchmarks["page"](page) == (ROOT / page).read_text(encoding="utf-8"), page
    for path in benchmarks["RECORDS"].glob("*.json"):
        assert not benchmarks["record"](path.stem)["quick"], path.name


def test_a_part_goes_between_its_markers():
    text = "a\n<!-- x -->\nold\n<!-- end of x -->\nb\n<!-- y -->\n<!-- end of y -->\n"
    assert with_part(text, "x", "\\1 new\n", "d") == text.replace("old", "\\1 new")
    assert with_part(text, "y", "new\n", "d").endswith("<!-- y -->\nnew\n<!-- end of y -->\n")
    assert parts_of(text) == ["x", "y"]


@pytest.mark.parametrize(
    "text", ["", "<!-- x -->\nold\n", "<!-- x -->\n<!-- end of x -->\n" * 2, "<!-- end of x -->\n"]
)
def test_a_missing_marker_is_one_sentence(text):
    with pytest.raises(StudyError) as error:
        with_part(text, "x", "new\n", "docs/some.md")
    said = str(error.value)
    assert said.startswith("docs/some.md: the generated part 'x' has ")
    assert "<!-- end of x -->" in said
    assert "\n" not in said


def test_make_generated_stops_with_that_sentence(monkeypatch, tmp_path):
    spoilt = tmp_path / "README.md"
    spoilt.write_text(catalogue.README.read_text("utf-8").replace("<!-- end of models -->", ""))
    before = catalogue.RESULTS.read_bytes()
    monkeypatch.setattr(catalogue, "README", spoilt)
    with pytest.raises(SystemExit, match=r"^make generated: config/README\.md: .*'models'"):
        catalogue.main()
    assert catalogue.RESULTS.read_bytes() == before


def test_make_docs_stops_with_that_sentence(tmp_path):
    """`docs/update.py` in a copy where results are made up and a marker is missing."""
    code = (
        "import runpy, sys\n"
        "module = runpy.run_path('docs/update.py')\n"
        "space = module['main'].__globals__\n"
        "space['FIGURES'].clear()\n"
        "parts = {'README.md': {'no_such_part': lambda: 'new'}}\n"
        "space['PARTS'] = parts\n"
        "try:\n"
        "    module['main']()\n"
        "except space['StudyError'] as error:\n"
        "    sys.exit(str(error))\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert process.returncode == 1
    assert "README.md: the generated part 'no_such_part' has 0 places" in process.stderr
    assert "Traceback" not in process.stderr


# From a result to its code.


@pytest.fixture(scope="module")
def known():
    return origins(ROOT)


def alternatives(path: str) -> list[str]:
    """Patterns for fnmatch: a wildcard is a star, {a,b} each of them."""
    starred = re.sub(r"\{\w+\}", "*", path)
    match = re.search(r"\{([^{}]*)\}", starred)
    if not match:
        return [starred]
    return [
        one
        for word in match[1].split(",")
        for one in alternatives(starred[: match.start()] + word + starred[match.end() :])
    ]


def test_every_result_of_the_default_study_is_there_with_its_rule(known, tmp_path):
    """Against Snakemake's own summary of the study, file by file."""
    command = [sys.executable, "-m", "snakemake", "--summary", "--directory", str(tmp_path)]
    command += ["--snakefile", str(ROOT / "Snakefile")]
    process = subprocess.run(
        [*command, "--configfile", str(ROOT / "config/config.yaml")],
        capture_output=True,
        text=True,
        check=True,
    )
    table = [line.split("\t") for line in process.stdout.splitlines() if "\t" in line]
    rule, output = (table[0].index(name) for name in ("rule", "output_file"))
    results = {row[output]: row[rule] for row in table[1:]}
    assert len(results) > 200
    for path, name in results.items():
        below = path.removeprefix("results/")
        rows = [
            origin
            for origin in known
            if any(
                fnmatch(below, pattern) and below.count("/") == pattern.count("/")
                for pattern in alternatives(origin.path)
            )
        ]
        assert rows, f"docs/results.md does not know {path}"
        assert name in {origin.rule for origin in rows}, path


def test_every_figure_names_the_module_that_draws_it(known):
    figures = [one for one in known if "figures/" in one.path or one.path.endswith("md}")]
    assert len(figures) > 15
    for origin in figures:
        assert origin.draws or "tables" in origin.path, origin
    drawn = {name for origin in known for name in origin.draws}
    helpers = {f"figures/{name}.py" for name in ("colours", "drawing", "verdict_matrix")}
    modules = {
        path.relative_to(SCRIPTS / "confsym").as_posix()
        for path in (SCRIPTS / "confsym/figures").rglob("*.py")
        if path.name != "__init__.py"
    }
    assert modules - drawn - helpers == {"figures/concepts/molecule.py"}


def test_every_script_is_behind_a_result(known):
    silent = {"verify.py"}  # writes nothing
    scripts = {path.name for path in SCRIPTS.glob("*.py")}
    assert {origin.script for origin in known} == scripts - silent


def test_names_of_the_study_become_wildcards():
    study = {
        "molecules": {"water": {}},
        "experiments": {"notes": {}, "pose": {}},
        "transforms": {"turned": {}},
        "features": {"raw": {}},
    }
    found = patterns(
        [
            "results/{molecule,water}/figures/parity/notes.svg",
            "results/{molecule,water}/figures/parity/pose.svg",
            "results/{molecule,water}/figures/pose.svg",
            "results/{molecule,water}/figures/pose.pdf",
            "results/{molecule,water}/experiments/{experiment,notes|pose}/pose.zip",
            "results/{molecule,water}/tables/b.csv",
            "results/{molecule,water}/tables/c.csv",
            "results/{molecule,water}/features/{feature,raw|(?!)}/turned.parquet",
            "results/run_config.yaml",
        ],
        study,
    )
    assert found == [
        "{molecule}/figures/parity/{experiment}.svg",
        "{molecule}/figures/pose.{svg,pdf}",
        "{molecule}/experiments/{experiment}/pose.zip",
        "{molecule}/tables/{b,c}.csv",
        "{molecule}/features/{feature}/{transform}.parquet",
        "run_config.yaml",
    ]


def test_reading_and_writing_are_no_computing():
    assert called(SCRIPTS / "split_conformers.py") == {"confsym.conformers.split"}
    assert called(SCRIPTS / "write_sdf.py") == {"confsym.conformers.sdf"}
    assert called(SCRIPTS / "record_run.py") == set()


def test_captions_of_figures_say_units_and_what_bars_are():
    rules = "".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
    names = re.findall(r'reported_figure\(\s*"[^"]+",\s*caption="(\w+)"', rules)
    assert len(names) > 15
    for name in {*names, "energies", "torsions", "conformers"} - {"concept"}:
        caption = (ROOT / f"workflow/report/{name}.rst").read_text(encoding="utf-8")
        assert re.search(r"kcal/mol|meV/atom|°|Å", caption), f"{name} has no unit"
        if re.search(r"\bbars?\b", caption):
            assert re.search(r"bars?( are)? (the )?standard deviation|bars below count", caption), (
                name
            )
