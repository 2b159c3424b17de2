"""What became of a file that was computed again, by its bytes and by its numbers."""

import hashlib
import json
import zipfile

import numpy as np
import pandas as pd
import pytest

from confsym.archive import outcome
from confsym.archive.compare import (
    ABSOLUTE,
    CLOSE,
    DIFFERENT,
    IDENTICAL,
    RELATIVE,
    UNJUDGED,
    Verdict,
    compare,
)

TABLE = {"name": ["a", "b"], "n": [3, 4], "x": [1.25, -1e5]}


def write(path, content):
    """A table, as the ending of the path says."""
    if path.suffix == ".csv":
        pd.DataFrame(content).to_csv(path, index=False)
    elif path.suffix == ".parquet":
        pd.DataFrame(content).to_parquet(path)
    elif path.suffix == ".npz":
        np.savez(path, **{name: np.array(values) for name, values in content.items()})
    else:
        path.write_text(json.dumps(content))


def verdict(tmp_path, ending, before, after):
    for folder, content in (("before", before), ("after", after)):
        (tmp_path / folder).mkdir(exist_ok=True)
        write(tmp_path / folder / f"t{ending}", content)
    return compare(tmp_path / f"before/t{ending}", tmp_path / f"after/t{ending}")


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".npz", ".json"])
class TestTables:
    def test_identical(self, tmp_path, ending):
        assert verdict(tmp_path, ending, TABLE, TABLE) == Verdict(IDENTICAL)

    def test_within_tolerance(self, tmp_path, ending):
        alone = ending == ".json"  # where each number is
        step = 0.9 * (ABSOLUTE + (0 if alone else RELATIVE * 1e5))
        found = verdict(tmp_path, ending, TABLE, TABLE | {"x": [1.25, -1e5 + step]})
        assert found.status == CLOSE
        assert found.deviation == pytest.approx(step, rel=1e-4)
        assert "x" in found.detail
        assert "1" in found.detail

    def test_beyond_tolerance(self, tmp_path, ending):
        step = 1.1 * (ABSOLUTE + RELATIVE * 1.25)
        found = verdict(tmp_path, ending, TABLE, TABLE | {"x": [1.25 + step, -1e5]})
        assert found.status == DIFFERENT
        assert found.deviation == pytest.approx(step)

    @pytest.mark.parametrize("change", [{"n": [3, 5]}, {"name": ["a", "c"]}, {"x": [1.25]}])
    def test_whole_numbers_words_and_shapes_have_no_tolerance(self, tmp_path, ending, change):
        after = TABLE | change
        if len(after["x"]) == 1:
            after = {name: values[:1] for name, values in TABLE.items()}
        assert verdict(tmp_path, ending, TABLE, after).status == DIFFERENT

    def test_a_column_more(self, tmp_path, ending):
        found = verdict(tmp_path, ending, TABLE, TABLE | {"y": [1.0, 2.0]})
        assert found.status == DIFFERENT
        assert "y" in found.detail

    def test_a_number_that_is_none_any_more(self, tmp_path, ending):
        after = TABLE | {"x": [1.25, float("nan")]}
        assert verdict(tmp_path, ending, TABLE, after).status == DIFFERENT


ENERGIES = -216_571 + np.array([0.0, 3.5, 11.25])


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".npz", ".json"])
@pytest.mark.parametrize(("change", "status"), [(1e-4, DIFFERENT), (5e-7, CLOSE)])
def test_a_total_energy_that_stands_alone(tmp_path, ending, change, status):
    before, after = ({"energy_kcal_mol": [-216_571.25 + one]} for one in (0, change))
    assert verdict(tmp_path, ending, before, after).status == status


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".npz"])
@pytest.mark.parametrize(
    ("energies", "change", "status"),
    [
        (ENERGIES, 1e-4, DIFFERENT),
        (ENERGIES, 1e-5, DIFFERENT),
        (ENERGIES, 5e-7, CLOSE),
        (ENERGIES + 216_571, 1e-4, DIFFERENT),
        (1000 * (ENERGIES + 216_571), 1e-3, DIFFERENT),
        (ENERGIES + 216_571, 5e-7, CLOSE),
        (np.array([3e-8, 1.0, 2.0]), -2.97e-8, CLOSE),
        (np.array([3e7, 1.0, 2.0]), 0.1, CLOSE),  # one that is far off makes no other one lax
        (np.array([1.0, 3e7, 2.0]), 1e-4, DIFFERENT),
        (np.array([7.0, 7.0, 7.0]), 1e-5, DIFFERENT),
        (np.array([np.nan, np.inf, 2.0]), 0.0, IDENTICAL),
    ],
)
def test_an_energy_has_changed_or_has_not(tmp_path, ending, energies, change, status):
    before = {"energy_kcal_mol": energies.tolist()}
    after = {"energy_kcal_mol": (energies + [change, 0, 0]).tolist()}
    assert verdict(tmp_path, ending, before, after).status == status


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"text": "5 × 10⁻⁸"}, CLOSE),
        ({"text": "< 10⁻⁹", "value": 2e-13}, CLOSE),
        ({"text": "0.100"}, DIFFERENT),
        ({"value": 1e-4}, DIFFERENT),
        ({"unit": "eV"}, DIFFERENT),
        ({"name": "version 1.3"}, DIFFERENT),  # words with a number in them are words
    ],
)
def test_quoted_numbers(tmp_path, change, status):
    entry = {"name": "version 1.2", "value": 4e-8, "text": "4 × 10⁻⁸", "unit": "kcal/mol"}
    found = texts(tmp_path, ".json", json.dumps([entry]), json.dumps([entry | change]))
    assert found.status == status


@pytest.mark.parametrize(
    ("change", "status"), [("0.6", DIFFERENT), ("0.5000001", CLOSE), ("5", DIFFERENT)]
)
def test_a_config(tmp_path, change, status):
    config = "molecules: {a: {smiles: CO}}\nembedding: {prune_rms: 0.5}\n"
    assert texts(tmp_path, ".yaml", config, config.replace("0.5", change)).status == status


def test_what_is_no_number_is_the_same_as_itself(tmp_path):
    before = TABLE | {"x": [float("nan"), 1.0]}
    after = TABLE | {"x": [float("nan"), 1.0 + 1e-8]}
    found = verdict(tmp_path, ".csv", before, after)
    assert found.status == CLOSE
    assert found.deviation == pytest.approx(1e-8, rel=1e-6)


def texts(tmp_path, ending, before, after):
    paths = tmp_path / f"before{ending}", tmp_path / f"after{ending}"
    for path, text in zip(paths, (before, after), strict=True):
        path.write_text(text)
    return compare(*paths)


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        ("| a | 1.98 ± 0.01 |", "| a  | 1.99 ± 0.01 |", CLOSE),  # a unit of the last digit
        ("| a | 1.98 ± 0.01 |", "| a | 2.00 ± 0.01 |", DIFFERENT),
        ("| a | 1.98 ± 0.01 |", "| a | 1.98 ± 0.02 |", DIFFERENT),  # twice as much is no rounding
        ("| a | 0.0014 ± 0.0004 |", "| a | 0.0014 ± 0.0005 |", CLOSE),  # which is next to nothing
        ("n = 3000 rows", "n = 3001 rows", DIFFERENT),
        ("| 1e+05 |", "| 2e+05 |", DIFFERENT),
        ("| 8e+05 |", "| 9e+05 |", DIFFERENT),
        ("| 9e+04 |", "| 1e+05 |", CLOSE),
        ("| 1.2e+07 |", "| 1.3e+07 |", CLOSE),
        ("| 1.0 |", "| 1.1 |", CLOSE),
        ("| 0.5 |", "| 0.6 |", DIFFERENT),
        ("| 4e-02 |", "| 5e-02 |", DIFFERENT),
        ("| 1e-04 |", "| 2e-04 |", CLOSE),
        ("| 1e-04 |", "| 3e-04 |", DIFFERENT),
        (r"\ensuremath{1 \times 10^{5}} & 2", r"\ensuremath{2 \times 10^{5}} & 2", DIFFERENT),
        ("|:---|\n| 3e-14 |", "|:----|\n| 4e-14 |", CLOSE),
        ("it holds 1.0", "it breaks 1.0", DIFFERENT),
        ("one 1.0", "one 1.0 more", DIFFERENT),
        ("C1-3 is 0.50", "C1-4 is 0.50", DIFFERENT),
        ("about 1e300", "about 1e-300", DIFFERENT),
        ("| < 1e-9 |", "| 1e-09 |", CLOSE),  # on both sides of the bound
        ("| < 1e-9 |", "| 0 |", CLOSE),
        ("| < 1e-9 |", "| 3e-08 |", CLOSE),
        ("| < 1e-9 |", "| 1e-04 |", DIFFERENT),
        ("| 0 |", "| 3 |", DIFFERENT),
        ("0 of 4 rows", "1 of 4 rows", DIFFERENT),
        ("| 0.00100 |", "| 9e-04 |", DIFFERENT),
        ("| 0.00100 |", "| 1e-03 |", CLOSE),
        (r"\ensuremath{4 \times 10^{-8}} & 2", r"\ensuremath{5 \times 10^{-8}} & 2", CLOSE),
        (r"\ensuremath{< 10^{-9}}%", r"\ensuremath{5 \times 10^{-8}}%", CLOSE),
        (r"\ensuremath{< 10^{-9}} & 2", r"\ensuremath{< 10^{-9}} & 3", DIFFERENT),
        (r"\ensuremath{4 \times 10^{-3}}", r"\ensuremath{4 \times 10^{-5}}", DIFFERENT),
        (r"\ensuremath{-0.864}", "0.864", DIFFERENT),
        ("replace:: 4 × 10⁻⁸", "replace:: < 10⁻⁹", CLOSE),
        ("replace:: 4\u00a0×\u00a010⁻⁸", "replace:: 5\u00a0×\u00a010⁻⁸", CLOSE),
        ("replace:: −0.864", "replace:: 0.864", DIFFERENT),
    ],
)
def test_texts(tmp_path, before, after, status):
    assert texts(tmp_path, ".md", before, after).status == status


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x,y\n1.5,2\n", "x,y\n7,1.5,2\n"),
        ("x\nNA\n", "x\n\n"),
        ("x\nNone\n", "x\nnan\n"),
        ("x\n007\n", "x\n7\n"),
        ("n\n9000000\n\n", "n\n9000008\n\n"),
        ("x\n1.5\n", "x\n\n"),
        ("x\n1.5\n2.5\n", "x\n1.5\n"),
        ("x\n1.5\n", ""),
    ],
)
def test_tables_of_other_words(tmp_path, before, after):
    assert texts(tmp_path, ".csv", before, after).status == DIFFERENT


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"a.b": 1.5, "a": {"b": 2.5}}', '{"a.b": 9.5, "a": {"b": 2.5}}'),
        ("[1.5]", '{"0": 1.5}'),
        ("[]", "{}"),
        ("[true]", "[1]"),
        ('{"a": [1], "a has": 1}', '{"a": [1, 2], "a has": 1}'),
        ("[1.5]", "[1.5"),
        ("[1.5]", "[" * 100_000),
    ],
)
def test_other_documents(tmp_path, before, after):
    assert texts(tmp_path, ".json", before, after).status == DIFFERENT


@pytest.mark.parametrize("ending", [".npz", ".parquet", ".csv", ".json", ".md", ".svg", ".png"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe no such file"])
def test_a_file_that_cannot_be_read_is_different(tmp_path, ending, content):
    before, after = tmp_path / f"before{ending}", tmp_path / f"after{ending}"
    write(before, TABLE)
    after.write_bytes(content)
    found = compare(before, after)
    assert found.status == (UNJUDGED if ending == ".png" and content else DIFFERENT)


LETTERS = """<svg><g id="text_1"><!-- MAE = {0} kcal/mol --><g>
<defs><path id="DejaVuSans-1a" d="M 5 4"/></defs><use xlink:href="#DejaVuSans-1a"/></g></g></svg>"""


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        ("3.02e-08", "2.97e-10", UNJUDGED),
        ("0.123", "0.124", UNJUDGED),
        ("0.123", "0.223", DIFFERENT),
    ],
)
def test_letters_of_a_figure_are_judged_as_text(tmp_path, before, after, status):
    drawn = LETTERS.format(after).replace('<use xlink:href="#DejaVuSans-1a"/>', "")
    assert texts(tmp_path, ".svg", LETTERS.format(before), drawn).status == status


def force_field(path, commit, weights):
    head = json.dumps({"format": "x", "commit": commit})
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("force_field.json", head)
        archive.writestr("arrays/weights.npy", weights)
    return path


def test_force_fields_are_the_same_whatever_commit_wrote_them(tmp_path):
    known = force_field(tmp_path / "a.zip", "1" * 12, b"1")
    assert compare(known, force_field(tmp_path / "b.zip", None, b"1")).status == CLOSE
    assert compare(known, force_field(tmp_path / "c.zip", "1" * 12, b"2")).status == UNJUDGED
    (tmp_path / "d.zip").write_bytes(known.read_bytes()[:50])
    assert compare(known, tmp_path / "d.zip").status == DIFFERENT


def test_figures_are_judged_by_their_elements(tmp_path):
    svg = "<svg><g><path d='M 1 2'/></g></svg>"
    assert texts(tmp_path, ".svg", svg, svg.replace("1 2", "1 3")).status == UNJUDGED
    assert texts(tmp_path, ".svg", svg, svg.replace("<path", "<circle")).status == DIFFERENT
    assert texts(tmp_path, ".pdf", "a", "b").status == UNJUDGED
    assert texts(tmp_path, ".pdf", "a", "a").status == IDENTICAL


@pytest.fixture
def rerun(tmp_path):
    """An unpacked archive with a table and a file that was left out, and both computed again."""
    archive, again = tmp_path / "archive", tmp_path / "again"
    sums = ""
    for folder in (archive, again):
        (folder / "results").mkdir(parents=True)
        write(folder / "results/t.csv", TABLE)
        (folder / "results/environment.json").write_text('{"python": "3"}')
    (again / "results/big.npz").write_bytes(b"big")
    left_out = [{"file": "results/big.npz", "sha256": hashlib.sha256(b"big").hexdigest()}]
    says = {"commit": None, "date": "2026-01-01", "project": [], "uncommitted": []}
    says |= {"left_out": left_out, "config_as_committed": True}
    (archive / "manifest.json").write_text(json.dumps(says))
    for name in ("results/t.csv", "results/environment.json", "manifest.json"):
        sums += f"{hashlib.sha256((archive / name).read_bytes()).hexdigest()}  {name}\n"
    (archive / "SHA256SUMS").write_text(sums)
    return archive, again


def judged(rerun, start="scratch"):
    report = rerun[0].parent / "report.txt"
    status = outcome.main(*map(str, rerun), str(report), start)
    return status, report.read_text()


def test_all_the_same(rerun):
    status, report = judged(rerun)
    assert status == 0
    assert report.startswith("3 files: 3 identical\n")


def test_close_says_where(rerun):
    write(rerun[1] / "results/t.csv", TABLE | {"x": [1.25 + 1e-7, -1e5]})
    status, report = judged(rerun)
    assert status == 1
    assert "largest deviation: 1e-07 in results/t.csv, x[0]: 1.25 became 1.2500001" in report


def test_different_and_missing(rerun):
    write(rerun[1] / "results/t.csv", TABLE | {"n": [3, 9]})
    status, report = judged(rerun)
    assert status == 2
    assert "different: results/t.csv (n: 4 became 9 at [1])" in report
    (rerun[1] / "results/t.csv").unlink()
    status, report = judged(rerun)
    assert status == 2
    assert "missing: results/t.csv" in report


def test_a_file_that_the_archive_has_not_is_found(rerun):
    (rerun[1] / "results/more.csv").write_text("x\n")
    status, report = judged(rerun)
    assert status == 2
    assert "different: results/more.csv (the archive has no such file)" in report


def test_another_machine_is_no_other_result(rerun):
    (rerun[1] / "results/environment.json").write_text('{"python": "4"}')
    status, report = judged(rerun)
    assert status == 1
    assert 'unjudged: results/environment.json (not a result: $["python"]' in report


def test_files_that_were_left_out_are_judged_by_their_checksums(rerun):
    (rerun[1] / "results/big.npz").write_bytes(b"bug")
    assert judged(rerun)[0] == 1
    (rerun[1] / "results/big.npz").unlink()  # trusted conformers come without their shards
    assert judged(rerun)[0] == 2
    status, report = judged(rerun, "conformers")
    assert status == 0
    assert "left out and not computed again: results/big.npz" in report
