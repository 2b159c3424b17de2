"""The house rules that a machine can check."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from confsym import provenance
from studies import ROOT

SCRIPTS = ROOT / "workflow/scripts"
PACKAGE = SCRIPTS / "confsym"
RULES = "".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
BIN = Path(sys.executable).parent

# Imports run one way, from the later subjects to the earlier ones.
ORDER = [
    "registry",
    "topology",
    "molecule",
    "ensemble",
    "features",
    "models",
    "evaluation",
    "concepts",
    "figures",
]


def tool(*command: str) -> None:
    process = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stdout + process.stderr


def test_ruff_check():
    tool("ruff", "check", ".")


def test_ruff_format():
    tool("ruff", "format", "--check", ".")


def test_snakefmt():
    tool("snakefmt", "--check", "Snakefile", "workflow")


@pytest.mark.parametrize("snakefile", ["Snakefile", "workflow/Snakefile"])
def test_snakemake_lint(snakefile):
    tool("snakemake", "--lint", "--snakefile", snakefile)


def test_sizes():
    assert len((ROOT / "Snakefile").read_text().splitlines()) <= 60
    for script in SCRIPTS.glob("*.py"):
        assert len(script.read_text().splitlines()) <= 25, script.name
    for module in PACKAGE.rglob("*.py"):
        assert len(module.read_text().splitlines()) <= 200, module.name
        if module.name == "__init__.py":
            assert module.read_text() == "", module


def test_rule_script_and_log_share_a_stem():
    rules = re.findall(r"^rule (\w+):\n(.*?)(?=^(?:rule|use rule) |\Z)", RULES, re.M | re.S)
    scripted = [(name, body) for name, body in rules if "script:" in body]
    assert len(scripted) > 10
    for name, body in scripted:
        assert f'"../scripts/{name}.py"' in body
        assert f'code=code_of("{name}"' in body, f"{name} does not name its code as input"
        assert f'software=software_of("{name}"' in body or name == "record_run"
        assert re.search(rf'log:\n\s+"logs/{name}[/.]', body), name
        assert re.search(rf'benchmark:\n\s+"timings/{name}[/.]', body), name
    assert {name for name, _ in scripted} == {path.stem for path in SCRIPTS.glob("*.py")}


def test_all_work_is_in_scripts():
    assert not re.search(r"^\s+(shell|run):", RULES, re.M)


def test_no_rule_has_a_lambda():
    assert "lambda" not in RULES + (ROOT / "Snakefile").read_text()


def test_scripts_read_no_config():
    for script in SCRIPTS.glob("*.py"):
        assert "snakemake.config" not in script.read_text(), script.name


def modules() -> dict[str, set[str]]:
    """Each module of the package and the modules of the package that it imports."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        if path.name != "__init__.py":
            name = ".".join(path.relative_to(SCRIPTS).with_suffix("").parts)
            targets = {n for n in provenance.imports(path) if provenance.module_file(n, SCRIPTS)}
            found[name] = targets
            for node in ast.walk(ast.parse(path.read_text())):
                assert not (isinstance(node, ast.ImportFrom) and node.level), f"{name}: relative"
    return found


def test_no_import_cycles():
    graph, done = modules(), set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " imports ".join([*trail, name])
        if name not in done:
            for target in graph[name]:
                visit(target, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_imports_run_one_way():
    def rank(name: str) -> int | None:
        subject = name.split(".")[1]
        return ORDER.index(subject) if subject in ORDER else None

    for name, targets in modules().items():
        for target in targets:
            own, other = rank(name), rank(target)
            if own is not None and other is not None:
                assert other <= own, f"{name} imports {target}"


def test_the_project_speaks_of_itself_alone():
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split("\0")
    if not any(tracked):
        pytest.skip("this copy of the project is no git checkout, so nothing says what is in it")
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in {".png", ".lock"} or path == Path(__file__) or not path.is_file():
            continue
        assert not re.search(r"/(tmp|work|root|home)/\w", path.read_text(errors="replace")), name


def test_the_lock_pins_everything_with_hashes():
    text = (ROOT / "requirements.lock").read_text()
    entries = re.findall(r"^(\S+?)(?:\[.*?\])?==\S+(.*?)(?=^\S|\Z)", text, re.M | re.S)
    assert len(entries) > 50
    for name, rest in entries:
        assert "--hash=sha256:" in rest, name
    asked = re.findall(r"^([\w-]+)", (ROOT / "requirements.in").read_text(), re.M)
    assert {name.lower() for name in asked} <= {name.lower() for name, _ in entries}


def test_every_job_has_one_thread():
    """Numerical libraries follow it: Snakemake exports OMP_NUM_THREADS and its like."""
    assert "threads:" not in RULES


def test_the_default_study_stays_at_about_70_jobs(tmp_path):
    command = [str(BIN / "snakemake"), "--dry-run", "--directory", str(tmp_path), "--configfile"]
    process = subprocess.run(
        [*command, str(ROOT / "config/config.yaml"), "--snakefile", str(ROOT / "Snakefile")],
        capture_output=True,
        text=True,
        check=False,
    )
    total = re.search(r"^total +(\d+)", process.stdout + process.stderr, re.M)
    assert total
    assert int(total[1]) <= 78
