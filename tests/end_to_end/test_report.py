"""The report and the numbers of the tiny study: whole, in order, offline."""

import csv
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from confsym.evaluation.verdicts import UNJUDGED
from studies import reported, text_of

CHROMIUM = shutil.which("chromium")
REMNANTS = re.compile(r"\{\{|\{%|\||undefined|Undefined|system-message|replace::|None")
LOADED = re.compile(
    r"""<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)\s*=\s*["']?(?:https?:)?//"""
    r"""|@import\s+(?:url\()?["']?https?:|url\(["']?https?:""",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def report(finished, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    process = finished.snakemake("--report", str(path))
    assert process.returncode == 0, process.stdout
    return path


@pytest.fixture(scope="module")
def here(finished):
    return finished.folder / "results/butanol"


@pytest.fixture(scope="module")
def numbers(here):
    return {
        entry["name"]: entry for entry in json.loads((here / "tables/numbers.json").read_text())
    }


def test_the_front_page_tells_the_study_with_its_numbers(report, numbers):
    page = reported(report, "workflow-desc")
    assert not REMNANTS.search(text_of(page)), text_of(page)
    assert "system-message" not in page
    text = text_of(page)
    for name in ("conformers", "energy_std", "held_out_conformers", "notes/mae_with_spread"):
        assert re.search(rf"\b{re.escape(numbers[name]['text'])}\b", text), name
    for name, entry in numbers.items():
        if name.endswith(("/mae_with_spread", "/r_squared", "/rotational_spread")):
            assert entry["text"] in text, name


def test_every_caption_is_whole_and_has_numbers(report, numbers):
    results = reported(report, "results")
    assert len(results) == 23
    for path, result in results.items():
        assert "system-message" not in result["caption"], path
        caption = text_of(result["caption"])
        assert len(caption) > 100, path
        assert not REMNANTS.search(caption), caption
        assert set(result["labels"]) >= {"molecule", "level"}
        if not path.endswith(("canonical_pose.svg", "numbers.html")) and path not in LOOKS:
            assert "Look at" in caption, path
    for name in ("posed", "sorted_kernel"):
        caption = results[f"results/butanol/figures/parity/{name}.svg"]["caption"]
        assert numbers[f"{name}/mae_with_spread"]["text"] in text_of(caption)


LOOKS = [  # their numbers stand in the figures themselves
    "results/butanol/figures/conformers.html",
    *(f"results/butanol/figures/{name}.svg" for name in ("conformers", "energies", "torsions")),
]
CHAPTERS = ["1 Summary", "2 Conformers", "3 Parity", "4 Errors", "5 Symmetry"]


def test_categories_are_in_the_order_of_the_study(report):
    names = sorted(reported(report, "categories"))
    assert names == CHAPTERS


def test_nothing_is_loaded_from_elsewhere(report, here):
    assert not LOADED.search(report.read_text())
    for table in here.glob("tables/*.html"):
        assert "://" not in table.read_text(), table
    assert LOADED.search('<script src="https://cdn.example/a.js">')


def test_a_browser_opens_it_offline(report):
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not CHROMIUM:
        pytest.skip("there is no chromium here to open the report with")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1280, "height": 800}, offline=True).new_page()
        asked, wrong = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.goto(report.as_uri())
        page.wait_for_selector("h1.title")
        assert page.locator("h1.title").bounding_box()["y"] >= 0
        menu = page.locator("li", has_text=re.compile(r"^\d ")).all_inner_texts()
        page.evaluate("app.showCategory('3 Parity')")
        page.wait_for_selector("text=sorted_kernel")
        browser.close()
    assert [entry.strip() for entry in menu] == CHAPTERS
    assert not wrong
    assert not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]


def test_a_report_without_numbers_says_what_it_can(finished, tmp_path):
    """As where a target asks for less than the whole study."""
    numbers = finished.folder / "results/butanol/tables/numbers.rst"
    hidden = numbers.rename(tmp_path / "numbers.rst")
    path = tmp_path / "report.html"
    try:
        process = finished.snakemake("notes", "--report", str(path))
    finally:
        hidden.rename(numbers)
    assert process.returncode == 0, process.stdout
    (caption,) = [result["caption"] for result in reported(path, "results").values()]
    assert not REMNANTS.search(text_of(caption))
    assert not REMNANTS.search(text_of(reported(path, "workflow-desc")))


def test_numbers_are_those_of_the_tables(here, numbers):
    """Read the second way: cell by cell."""

    def rows(name):
        with (here / f"tables/{name}.csv").open() as handle:
            return list(csv.DictReader(handle))

    for row in rows("summary"):
        name = row["experiment"]
        for quantity, column in {
            "held_out_mae": "test_mae_kcal_mol",
            "training_mae": "train_mae_kcal_mol",
            "mae_over_splits": "resplit_mae_mean_kcal_mol",
            "spread_over_splits": "resplit_mae_std_kcal_mol",
            "moved_mae": "moved_mae_kcal_mol",
            "r_squared": "test_r2",
        }.items():
            assert numbers[f"{name}/{quantity}"]["value"] == float(row[column])
    for row in rows("rotations"):
        spread = numbers[f"{row['experiment']}/rotational_spread"]["value"]
        assert spread == float(row["spread_rms_kcal_mol"])
    symmetry = [row for row in rows("symmetry") if row["verdict"] not in UNJUDGED]
    for name in {row["experiment"] for row in symmetry}:
        largest = max(float(r["defect_max"]) for r in symmetry if r["experiment"] == name)
        assert numbers[f"{name}/largest_change"]["value"] == largest
    verdict = (here / "tables/verdict.md").read_text()
    claims, not_kept = (numbers[n]["text"] for n in ("claims_that_hold", "symmetries_not_kept"))
    assert verdict.startswith(f"All {claims} claims")
    assert f" claims {not_kept} are not kept" in verdict
    assert numbers["conformers"]["value"] == len((here / "split.csv").read_text().splitlines()) - 1


def test_pngs_are_for_print(here):
    for path in here.rglob("figures/**/*.png"):
        with Image.open(path) as image:
            assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
            column = (
                84 if path.stem in ("energies", "torsions") else 174
            )  # mm; butanol's are narrow
            assert image.width == int(column / 25.4 * 300), path
    assert len(list(here.rglob("figures/**/*.png"))) == 14


def test_latex_reads_the_numbers_and_the_tables(here, numbers, tmp_path):
    if not shutil.which("pdflatex"):
        pytest.skip("there is no pdflatex here to read the numbers with")
    tables = sorted(here.glob("tables/*.tex"))
    uses = [f"{entry['command']} and ${entry['command']}$" for entry in numbers.values()]
    inputs = "\n\n".join(rf"\input{{{path}}}" for path in tables if path.stem != "numbers")
    (tmp_path / "paper.tex").write_text(
        "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage{booktabs}\n"
        f"\\input{{{here / 'tables/numbers.tex'}}}\n\\begin{{document}}\n"
        + "\n\n".join(uses)
        + f"\n\n{inputs}\n\\end{{document}}\n"
    )
    process = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert process.returncode == 0, process.stdout[-2000:]
    assert "Missing character" not in (tmp_path / "paper.log").read_text(errors="replace")
