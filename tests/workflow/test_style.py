"""The house rules that a machine can check."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from confsym.provenance import imports
from studies import ROOT

SCRIPTS = ROOT / "workflow/scripts"
PACKAGE = SCRIPTS / "confsym"
RULES = "".join(path.read_text() for path in sorted((ROOT / "workflow/rules").glob("*.smk")))
BIN = Path(sys.executable).parent

# The rooms of the package: imports run from the later ones to the earlier ones.
ROOMS = [
    "errors",
    "atomic_units",
    "ase_units",
    "registry",
    "storage",
    "provenance",
    "own",
    "geometry",
    "molecules",
    "datasets",
    "conformers",
    "transforms",
    "energies",
    "sampling",
    "features",
    "models",
    "force_field",
    "calculator",
    "study",
    "evaluation",
    "acquisition",
    "symmetry",
    "dynamics",
    "rediscovery",
    "paper",
    "concepts",
    "crystals",
    "figures",
    "archive",
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
    assert len((ROOT / "Snakefile").read_text().splitlines()) <= 80
    assert len((ROOT / "workflow/rules/common.smk").read_text().splitlines()) <= 220
    for script in SCRIPTS.glob("*.py"):
        assert len(script.read_text().splitlines()) <= 35, script.name
    for module in PACKAGE.rglob("*.py"):
        assert len(module.read_text().splitlines()) <= 400, module.name
        if module.name == "__init__.py":
            assert module.read_text() == "", module


def test_rule_log_and_timing_share_a_name_and_a_script_knows_its_code():
    rules = re.findall(r"^ *rule ?(\w*):\n(.*?)(?=^ *(?:use )?rule\b|\Z)", RULES, re.M | re.S)
    scripted = [(name, body) for name, body in rules if "script:" in body]
    assert len(scripted) > 10
    scripts = set()
    for name, body in scripted:
        script = re.search(r'"\.\./scripts/(\w+)\.py"', body)[1]
        scripts.add(script)
        # A family of rules that differ in a registry's row is made in a loop and shares a script.
        label = name or re.search(r'name:\s+f"(.+?)"', body)[1]
        assert name in ("", script)
        assert f'code=code_of("{script}"' in body, f"{label} does not name its code"
        assert f'software=software_of("{script}"' in body or name == "record_run"
        assert re.search(rf'log:\n\s+f?"logs/{re.escape(label)}[/.]', body), label
        # With a file that it leaves, a rule without outputs would run once and never again.
        timed = re.search(rf'benchmark:\n\s+f?"timings/{re.escape(label)}[/.]', body)
        assert bool(timed) == ("output:" in body), label
    assert scripts == {path.stem for path in SCRIPTS.glob("*.py")}


def test_every_rule_has_a_message_that_names_its_wildcards():
    """A rule's log has all of its wildcards in its name."""
    text = RULES + (ROOT / "Snakefile").read_text()
    rules = re.split(r"^ *(?:use )?rule\b[^\n]*:$", text, flags=re.M)[1:]
    assert len(rules) > 40
    for body in rules:
        message = re.search(r'message:\n\s+f?"(.+)"', body)
        assert message, body
        log = re.search(r'log:\n\s+f?"(.+)"', body)
        for wildcard in re.findall(r"\{(\w+)\}", log[1] if log else ""):
            assert f"{{wildcards.{wildcard}}}" in message[1], message[1]


def test_all_work_is_in_scripts():
    assert not re.search(r"^\s+(shell|run):", RULES, re.M)


def test_no_rule_has_a_lambda():
    assert "lambda" not in RULES + (ROOT / "Snakefile").read_text()


def test_a_rule_file_names_its_constants_alone():
    """But for three files, which say what all share: nothing hangs on the order of includes."""
    paths = [ROOT / "Snakefile", *(ROOT / "workflow/rules").glob("*.smk")]
    files = {path: path.read_text(encoding="utf-8") for path in paths}
    constants = {
        name: path
        for path, text in files.items()
        for name in re.findall(r"^([A-Z][A-Z_]+) = ", text, re.MULTILINE)
    }
    borrowed = {
        f"{name} of {path.name} in {other.name}"
        for name, path in constants.items()
        if path.stem not in ("config", "common", "reporting")
        for other, text in files.items()
        if other != path and re.search(rf"(?<![\w.]){name}\b", text)
    }
    assert constants
    assert not borrowed


def test_tables_have_one_reader():
    """Which knows columns of text, and says what is wrong with a file."""
    texts = {path: path.read_text(encoding="utf-8") for path in SCRIPTS.rglob("*.py")}
    assert not [path.name for path, text in texts.items() if "pd.read_csv" in text]


def test_scripts_read_no_config():
    for script in SCRIPTS.glob("*.py"):
        assert "snakemake.config" not in script.read_text(), script.name


def modules() -> dict[str, set[str]]:
    """Each module of the package and the modules of the package that it imports."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        if path.name != "__init__.py":
            name = ".".join(path.relative_to(SCRIPTS).with_suffix("").parts)
            targets = {n for n in imports.imports(path) if imports.module_file(n, SCRIPTS)}
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


def test_every_room_has_a_rank_and_imports_run_one_way():
    rooms = {
        path.stem for path in PACKAGE.iterdir() if path.stem not in ("__init__", "__pycache__")
    }
    assert rooms == set(ROOMS)
    for name, targets in modules().items():
        for target in targets:
            room, other = (ROOMS.index(one.split(".")[1]) for one in (name, target))
            assert other <= room, f"{name} imports {target}"


def test_a_plot_script_draws_with_the_figure_of_its_name():
    for script in SCRIPTS.glob("plot_*.py"):
        name = script.stem.removeprefix("plot_")
        figures = {f"confsym.figures.{name}", f"confsym.figures.{name.removesuffix('s')}"}
        # A teaching topic's figure is named by its row of the registry.
        assert figures & imports.imports(script) or name == "concept", name


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


def test_the_default_study_stays_below_120_jobs(tmp_path):
    command = [str(BIN / "snakemake"), "--dry-run", "--directory", str(tmp_path), "--configfile"]
    process = subprocess.run(
        [*command, str(ROOT / "config/config.yaml"), "--snakefile", str(ROOT / "Snakefile")],
        capture_output=True,
        text=True,
        check=False,
    )
    total = re.search(r"^total +(\d+)", process.stdout + process.stderr, re.M)
    assert total
    assert int(total[1]) < 120


def test_a_cluster_need_not_draw_and_write():
    """Rules of little work run where Snakemake runs; each that is named there exists."""
    sources = [ROOT / "Snakefile", *(ROOT / "workflow/rules").glob("*.smk")]
    rules = {
        name for path in sources for name in re.findall(r"^\s*rule (\w+):", path.read_text(), re.M)
    }
    local = set(re.findall(r"^    (\w+),", (ROOT / "workflow/rules/local.smk").read_text(), re.M))
    light = {name for name in rules if re.match(r"(plot|write|judge|join|compare|export)_", name)}
    assert light <= local <= rules
