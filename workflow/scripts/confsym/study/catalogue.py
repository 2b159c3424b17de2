"""What the registries say, for people and editors: `make generated` runs this module.

It writes the `$defs` of `workflow/schemas/config.schema.yaml`, the tables of kinds in
`config/README.md`, the table of results and their code in `docs/results.md`, and `environment.yml`
from `requirements.lock`.
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import yaml

from confsym.energies.registry import LEVELS
from confsym.errors import StudyError
from confsym.features.registry import FEATURES
from confsym.models.registry import MODELS
from confsym.registry import SYMMETRIES, Row
from confsym.sampling.registry import SAMPLINGS
from confsym.storage.files import write_text
from confsym.storage.markers import with_part
from confsym.study import registries
from confsym.study.check import generated_definitions
from confsym.study.origins import Origin, origins
from confsym.transforms.registry import TRANSFORMS

ROOT = Path(__file__).resolve().parents[4]
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
README = ROOT / "config/README.md"
RESULTS = ROOT / "docs/results.md"
LOCK = ROOT / "requirements.lock"
ENVIRONMENT = ROOT / "environment.yml"
DEFINITIONS = "\n$defs:\n"


class _Plain(yaml.SafeDumper):
    """YAML without anchors, which say nothing to a reader."""

    def ignore_aliases(self, data) -> bool:
        return True


def with_definitions(schema: str) -> str:
    """Put the kinds at the end of the schema, which is written by hand up to `$defs`."""
    by_hand, _, _ = schema.partition(DEFINITIONS)
    generated_part = yaml.dump(
        {"$defs": generated_definitions(yaml.safe_load(by_hand))},
        Dumper=_Plain,
        sort_keys=False,
        width=100,
        allow_unicode=True,
    )
    return f"{by_hand}\n{generated_part}"


def environment_text(lock: str) -> str:
    """The conda environment with the versions of the lock.

    The pins stand in it, because Snakemake copies the file elsewhere before conda reads it.
    """
    pins = re.findall(r"^(\S+==.*?) *\\$", lock, flags=re.MULTILINE)
    content = {
        "name": "confsym",
        "channels": ["conda-forge", "nodefaults"],
        "dependencies": ["python=3.11", "pip", {"pip": pins}],
    }
    header = "# Written by `make generated` from requirements.lock.\n"
    return header + yaml.dump(content, sort_keys=False, width=200)


def tables() -> dict[str, str]:
    """Markdown tables of the registries by section of the config."""
    return {
        "sampling": _table(
            ("`kind`", "geometries", "parameters", "reference"), map(_model, SAMPLINGS.values())
        ),
        "levels": _table(
            ("`level`", "energies", "can minimise", "jobs", "reference"),
            map(_level, LEVELS.values()),
        ),
        "transforms": _table(
            ("`kind`", "moves", "needs invariance to", "parameters"),
            map(_transform, TRANSFORMS.values()),
        ),
        "features": _table(
            ("`kind`", "values", "unit", *SYMMETRIES, "smooth", "parameters", "reference"),
            map(_feature, FEATURES.values()),
        ),
        "models": _table(
            ("`kind`", "model", "smooth", "forces", "parameters", "reference"),
            map(_learner, MODELS.values()),
        ),
    }


def with_tables(readme: str) -> str:
    """Put each table of kinds in its place."""
    for name, table in tables().items():
        readme = with_part(readme, name, table, "config/README.md")
    return readme


def with_origins(document: str) -> str:
    """Put in its place where each result comes from."""
    headings = ("result", "rule", "script", "computed in", "drawn in")
    table = _table(headings, map(_origin, origins(ROOT)))
    return with_part(document, "origins", table, "docs/results.md")


def _origin(origin: Origin) -> tuple[str, ...]:
    code = "../workflow/scripts"
    computes, draws = (
        ", ".join(f"[{name}]({code}/confsym/{name})" for name in names)
        for names in (origin.computes, origin.draws)
    )
    reads = ", ".join(f"`{path}`" for path in origin.reads)
    computes = "; ".join(filter(None, [reads and f"see {reads}", computes])) or "–"
    rule = f"[{origin.rule}](../workflow/rules/{origin.rule_file}) in {origin.rule_file}"
    script = f"[{origin.script}]({code}/{origin.script})"
    return f"`{origin.path}`", rule, script, computes, draws or "–"


def _level(row: Row) -> tuple[str, ...]:
    minimises = "yes" if row.minimizer else "no"
    return f"`{row.name}`", row.label, minimises, str(row.parts), _link(row)


def _transform(row: Row) -> tuple[str, ...]:
    which = "every conformer" if row.every_conformer else "held-out conformers"
    return f"`{row.name}`", which, ", ".join(sorted(row.symmetries)), _parameters(row)


def _feature(row: Row) -> tuple[str, ...]:
    cells = [_claim(row, symmetry) for symmetry in SYMMETRIES]
    cells.append(_smooth(row))
    return f"`{row.name}`", row.label, row.unit, *cells, _parameters(row), _link(row)


def _smooth(row: Row) -> str:
    exceptions = [f"`{name}: {value}`" for name, value, smooth in row.smooth_when if not smooth]
    return f"not with {', '.join(exceptions)}" if exceptions else _yes(row.smooth)


def _learner(row: Row) -> tuple[str, ...]:
    name, label, *others = _model(row)
    return name, label, _yes(row.smooth), _yes(row.forces), *others


def _yes(answer: object) -> str:
    return "yes" if answer else "no"


def _model(row: Row) -> tuple[str, ...]:
    return f"`{row.name}`", row.label, _parameters(row), _link(row)


def _claim(row: Row, symmetry: str) -> str:
    if symmetry in row.claimed:
        return "yes"
    cases = [f"`{name}: {value}`" for name, value, more in row.claimed_when if symmetry in more]
    return f"with {', '.join(cases)}" if cases else "no"


def _parameters(row: Row) -> str:
    return ", ".join(f"`{name}`" for name in row.parameters) or "none"


def _link(row: Row) -> str:
    return f"[doi](https://doi.org/{quote(row.reference)})" if row.reference else ""


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    headings = list(headings)
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def generated() -> dict[Path, str]:
    """Each generated file and what should stand in it."""
    return {
        SCHEMA: with_definitions(SCHEMA.read_text(encoding="utf-8")),
        README: with_tables(README.read_text(encoding="utf-8")),
        RESULTS: with_origins(RESULTS.read_text(encoding="utf-8")),
        ENVIRONMENT: environment_text(LOCK.read_text(encoding="utf-8")),
    }


def main() -> None:
    """Write each generated file, or stop with one sentence."""
    for slip in registries.misspelt():
        sys.exit(f"make generated: {slip}")
    # Before the rules are read for the other files: they refuse a schema that is out of date.
    write_text(SCHEMA, with_definitions(SCHEMA.read_text(encoding="utf-8")))
    try:
        written = generated()
    except StudyError as error:
        sys.exit(f"make generated: {error}")
    for path, text in written.items():
        write_text(path, text)


if __name__ == "__main__":
    main()
