"""What the registries say, for people and editors: `make generated` runs this module.

It writes the `$defs` of `workflow/schemas/config.schema.yaml`, the tables of kinds in
`config/README.md`, and `environment.yml` from `requirements.lock`.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

import yaml

from confsym.energies.registry import LEVELS
from confsym.features.registry import FEATURES
from confsym.files import write_text
from confsym.models.registry import MODELS
from confsym.registry import SYMMETRIES, Row
from confsym.schema import definitions
from confsym.transforms.registry import TRANSFORMS

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
README = ROOT / "config/README.md"
LOCK = ROOT / "requirements.lock"
ENVIRONMENT = ROOT / "environment.yml"
DEFINITIONS = "\n$defs:\n"


class _Plain(yaml.SafeDumper):
    """YAML without anchors, which say nothing to a reader."""

    def ignore_aliases(self, data) -> bool:
        return True


def with_definitions(schema: str) -> str:
    """Put the kinds at the end of the schema, which is written by hand up to `$defs`."""
    ours, _, _ = schema.partition(DEFINITIONS)
    written = yaml.dump(
        {"$defs": definitions()}, Dumper=_Plain, sort_keys=False, width=100, allow_unicode=True
    )
    return f"{ours}\n{written}"


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
        "levels": _table(
            ("`level`", "energies", "can minimise", "jobs", "reference"),
            map(_level, LEVELS.values()),
        ),
        "transforms": _table(
            ("`kind`", "moves", "needs invariance to", "parameters"),
            map(_transform, TRANSFORMS.values()),
        ),
        "features": _table(
            ("`kind`", "values", "unit", *SYMMETRIES, "parameters", "reference"),
            map(_feature, FEATURES.values()),
        ),
        "models": _table(
            ("`kind`", "model", "parameters", "reference"), map(_model, MODELS.values())
        ),
    }


def with_tables(readme: str) -> str:
    """Put each table between its two markers, `<!-- name -->` and `<!-- end of name -->`."""
    for name, table in tables().items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)"
        readme, found = re.subn(pattern, rf"\g<1>{table}\g<2>", readme, flags=re.DOTALL)
        if found != 1:
            raise ValueError(f"README has no place for the table {name!r}")
    return readme


def _level(row: Row) -> tuple[str, ...]:
    minimises = "yes" if row.minimizer else "no"
    return f"`{row.name}`", row.label, minimises, str(row.parts), _link(row)


def _transform(row: Row) -> tuple[str, ...]:
    which = "every conformer" if row.every_conformer else "held-out conformers"
    return f"`{row.name}`", which, ", ".join(sorted(row.symmetries)), _parameters(row)


def _feature(row: Row) -> tuple[str, ...]:
    cells = [_claim(row, symmetry) for symmetry in SYMMETRIES]
    return f"`{row.name}`", row.label, row.unit, *cells, _parameters(row), _link(row)


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
        ENVIRONMENT: environment_text(LOCK.read_text(encoding="utf-8")),
    }


if __name__ == "__main__":
    for path, text in generated().items():
        write_text(path, text)
