"""What `pip install .` installs."""

import os
import subprocess
import sys
import zipfile

import pytest

from studies import ROOT


def test_the_wheel_has_the_package_alone(tmp_path):
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "--wheel-dir"]
    process = subprocess.run(
        [*command, str(tmp_path), str(ROOT)], capture_output=True, text=True, check=False
    )
    if process.returncode and "hatchling" in process.stderr:
        pytest.skip("the package's builder cannot be had here")
    assert process.returncode == 0, process.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
        meta = next(name for name in names if name.endswith("METADATA"))
        text = wheel.read(meta).decode().partition("\n\n")[0]
    package = ROOT / "workflow/scripts"
    files = {
        path.relative_to(package).as_posix()
        for path in (package / "confsym").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in names if ".dist-info/" not in name} == files
    needed = [line for line in text.splitlines() if "Requires-Dist" in line and "extra" not in line]
    names = {line.split()[1].partition(">")[0] for line in needed}
    assert names == {"ase", "numpy", "rdkit", "scipy"}


def test_the_study_does_not_run_beside_an_installed_package(tmp_path):
    package = tmp_path / "site-packages/confsym"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    command = [sys.executable, "-m", "snakemake", "--dry-run", "--snakefile", ROOT / "Snakefile"]
    process = subprocess.run(
        [*command, "--directory", tmp_path],
        env=os.environ | {"PYTHONPATH": str(package.parent)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode != 0
    assert "pip uninstall confsym here" in process.stdout + process.stderr
