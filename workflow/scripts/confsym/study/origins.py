"""Which code each result comes from: its rule, its script, and the modules behind it.

Everything here is read off the rules, as Snakemake parses them, and the scripts that they name.
"""

import ast
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from confsym.provenance.imports import PACKAGE, module_file
from confsym.provenance.snakemake_private import parsed_rules

# Sections of the config whose names on the left become parts of paths.
NAMED = {
    "molecules": "molecule",
    "experiments": "experiment",
    "transforms": "transform",
    "features": "feature",
}
SERVANTS = ("storage", "provenance", "errors", "registry")  # rooms that compute no result
FIGURES = "figures"
MEASURED = re.compile(r"/(tables|experiments|predictions)\b")  # in the path of a result
HAND = f"{PACKAGE}.{FIGURES}.drawing"  # opens and saves every figure, and draws none


@dataclass(frozen=True)
class Origin:
    """Where a result comes from.

    Parameters
    ----------
    path
        The result below `results/`, names of the study as `{molecule}`, `{experiment}` …, and its
        formats as `.{csv,md}`.
    rule
        The rule that writes it.
    rule_file, script
        File names.
    computes, draws
        Files of the package, relative to it, that the script has the result computed and drawn by.
    reads
        Where nothing is computed, the results that it is made from; of a figure that computes
        something too, those that were measured before.
    """

    path: str
    rule: str
    rule_file: str
    script: str
    computes: tuple[str, ...]
    draws: tuple[str, ...]
    reads: tuple[str, ...]


def origins(project: Path) -> list[Origin]:
    """Where each result of the project's own study comes from, by the order of rules.

    Parameters
    ----------
    project
        The project's folder.
    """
    config = project / "config/config.yaml"
    study = yaml.safe_load(config.read_text(encoding="utf-8"))
    scripts = project / "workflow/scripts"
    with tempfile.TemporaryDirectory() as folder:
        rules = parsed_rules(project / "Snakefile", config, Path(folder))
    result_origins = []
    for rule in rules:
        if rule.script:
            script = scripts / Path(rule.script).name
            modules = {*called(script), *registry_modules(rule, study)}
            files = [module_file(one, scripts).relative_to(scripts / PACKAGE) for one in modules]
            names = sorted(path.as_posix() for path in files)
            draws = tuple(name for name in names if name.startswith(f"{FIGURES}/"))
            computes = tuple(name for name in names if name not in draws)
            reads = tuple(sources(rule, study))
            if computes:
                reads = tuple(one for one in reads if draws and MEASURED.search(one))
            rule_file = Path(rule.snakefile).name
            result_origins += [
                Origin(path, rule.name, rule_file, script.name, computes, draws, reads)
                for path in patterns(map(str, rule.output), study)
            ]
    return result_origins


def sources(rule: Any, study: Mapping[str, Any]) -> list[str]:
    """The results that a rule reads, as `patterns` writes them, as far as it names their files."""
    named = "|".join(map(re.escape, study["experiments"]))
    paths = (
        re.sub(rf"(?<=/experiments/)({named})(?=/)", "{experiment}", one)
        for one in rule.input
        if isinstance(one, str)
        and one.startswith("results/")
        and not one.endswith("/molecule.json")
    )
    return patterns(dict.fromkeys(paths), study)


def patterns(outputs: Iterable[str], study: Mapping[str, Any]) -> list[str]:
    """What a rule writes: names of the study as wildcards, files of one kind on one line.

    `results/a/b.csv` and `results/a/b.md` of a molecule a are `{molecule}/b.{csv,md}`.
    """
    endings: dict[tuple[str, str], list[str]] = {}
    for output in outputs:
        # Snakemake writes a wildcard with its constraint: {molecule,ethanol|butanol}.
        without_constraint = re.sub(r"\{(\w+),.*?\}(?=[/.-])", r"{\1}", output).removeprefix(
            "results/"
        )
        folder, _, file = without_constraint.rpartition("/")
        stem, _, ending = file.partition(".")
        stem = wildcard(folder, stem, study)
        endings.setdefault((folder, stem), []).append(ending)
    stems_by_format: dict[tuple[str, str, str], list[str]] = {}
    for (folder, stem), folder_endings in endings.items():
        formats = braced(list(dict.fromkeys(folder_endings)))
        own_line = stem if "{" in stem else ""  # a wildcard has a line of its own
        stems_by_format.setdefault((folder, formats, own_line), []).append(stem)
    return [
        f"{folder}/{braced(stems)}.{formats}".removeprefix("/")
        for (folder, formats, _), stems in stems_by_format.items()
    ]


def wildcard(folder: str, stem: str, study: Mapping[str, Any]) -> str:
    """A file's stem, or the wildcard that it is a value of.

    Straight in figures/ and tables/ lie kinds of results, which may be called as an experiment is,
    and so may the files of an experiment.
    """
    kinds = folder.endswith((FIGURES, "tables", "{experiment}", "acquired"))
    if folder.startswith("{molecule}/") and not kinds:
        for section, name in NAMED.items():
            if stem in study[section]:
                return f"{{{name}}}"
    return stem


def braced(words: Sequence[str]) -> str:
    """One word as it is, several as the shell writes them."""
    return words[0] if len(words) == 1 else f"{{{','.join(words)}}}"


def called(script: Path) -> set[str]:
    """Dotted names of the modules that a script has results computed or drawn by.

    They are those of the package that it uses for more than to read, to write, or for a constant;
    where there are none, those that write.
    """
    uses = used(script)
    worked = {module for module, name in uses if not name.startswith(("read", "write"))}
    return worked or {module for module, name in uses if name.startswith("write")}


def used(script: Path) -> set[tuple[str, str]]:
    """What a script calls on: module and name in it, of the rooms that compute or draw."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    meant = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    uses, bases = set(), set()
    for node in ast.walk(tree):  # an attribute comes before the name that it is of
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            bases.add(node.value)
            uses.add((meant.get(node.value.id, ""), node.attr))
        elif isinstance(node, ast.Name) and node not in bases:
            module, _, name = meant.get(node.id, "").rpartition(".")
            uses.add((module, name))
    return {
        (module, name)
        for module, name in uses
        if module_file(module, script.parent)
        and module.split(".")[1] not in SERVANTS
        and module != HAND
        and not name.isupper()
        and name != "from_description"
    }


def registry_modules(rule: Any, study: Mapping[str, Any]) -> set[str]:
    """Dotted names of the modules that a rule's params name as `package.module:function`.

    Where the function follows from a wildcard, it is the room's registry that says which.
    """
    module_names = set()
    for value in rule.params:
        if match := re.fullmatch(rf"({PACKAGE}\..+):\w+", str(value)):
            module_names.add(match[1])
    function_of = rule.params.get("function")
    if callable(function_of):
        first_values = {wildcard: next(iter(study[section])) for section, wildcard in NAMED.items()}
        first_values["level"] = study["energies"]["level"]
        wildcard_values = ({**first_values, "experiment": name} for name in study["experiments"])
        # Not every kind of model has a function of forces.
        functions = filter(None, (function_of(SimpleNamespace(**one)) for one in wildcard_values))
        module_names |= {f"{PACKAGE}.{function.split('.')[1]}.registry" for function in functions}
    return module_names
