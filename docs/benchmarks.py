"""Put what was measured into pages of docs/: `make benchmarks` ends with this."""

import json
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))
sys.path.append(str(ROOT / "benchmarks"))

from confsym.storage.markers import with_part
from confsym.storage.numbers import significant
from recording import RECORDS, exponent, shown

CONFORMERS = (10**5, 10**6)
MOLECULES = (10**3, 10**4)
WIDE = 1000  # columns of a feature table
Row = dict[str, Any]


def record(program: str) -> dict[str, Any]:
    """What a program wrote."""
    return json.loads((RECORDS / f"{program}.json").read_text(encoding="utf-8"))


def rows_of(program: str, name: str) -> list[Row]:
    """One table of a program's record."""
    return record(program)["tables"][name]


def table(program: str, name: str) -> str:
    """A table as the program prints it."""
    return shown(rows_of(program, name)) + "\n"


def turned(program: str, name: str, heading: str) -> str:
    """The same with a line for each of its columns, under what `heading` has in each row."""
    rows = rows_of(program, name)
    lines = [
        {heading: key} | {f"{row[heading]:,}": row[key] for row in rows}
        for key in rows[0]
        if key != heading
    ]
    return shown(lines) + "\n"


def machines() -> str:
    """What each record was measured on, and with what."""
    rows = []
    for path in sorted(RECORDS.glob("*.json")):
        found = record(path.stem)
        versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
        machine = {name.replace("_gb", " (GB)"): value for name, value in found["machine"].items()}
        rows.append({"record": path.name} | machine | {"versions": versions})
    return shown(rows) + "\n"


# Toward large studies: what was measured, taken further.


def at(sizes: tuple[int, ...], what: str, growth: dict[str, Callable[[int], float]]) -> str:
    """A line for each quantity, a column for each size."""
    lines = [
        {"quantity": name}
        | {f"{size:,} {what}": significant(value(size), 3, commas=True) for size in sizes}
        for name, value in growth.items()
    ]
    return shown(lines) + "\n"


def power_of(rows: list[Row], size: str, value: Callable[[Row], float]) -> Callable[[int], float]:
    """A power of the size, through the last two of some rows."""
    before, last = rows[-2:]
    power = exponent([before[size], last[size]], [value(before), value(last)])
    return lambda count: value(last) * (count / last[size]) ** power


def line_of(rows: list[Row], size: str, value: Callable[[Row], float]) -> Callable[[int], float]:
    """A straight line of the size, through the last two of some rows."""
    before, last = rows[-2:]
    slope = (value(last) - value(before)) / (last[size] - before[size])
    return lambda count: value(last) + slope * (count - last[size])


def more_conformers() -> str:
    """One molecule with many conformers, as if pruning kept all attempts."""
    study, parts = rows_of("jobs", "study")[0], rows_of("jobs", "disk")
    pruned = rows_of("pruning", "times")
    rules = {row["rule"]: row for row in rows_of("jobs", "rules")}
    seconds = power_of(pruned, "attempts", lambda row: row["confsym (s)"]["median"])
    memory = line_of(pruned, "attempts", lambda row: row["peak memory (MB)"])
    attempt = rules["embed_conformers"]["processor (s)"] / study["attempts"]
    conformer = {row["part"]: row["size (MB)"] / study["conformers"] for row in parts}

    def on_disk(part: str) -> Callable[[int], float]:
        return lambda count: count * conformer[f"results/{{molecule}}/{part}"] / 1e3

    growth = {
        "embedding (hours on one core)": lambda count: count * attempt / 3600,
        "pruning (minutes)": lambda count: seconds(count) / 60,
        "pruning (GB of memory)": lambda count: memory(count) / 1e3,
        f"a table of {WIDE:,} columns (GB of memory)": lambda count: count * WIDE * 8 / 1e9,
        "an exact kernel of half of them (GB of memory)": lambda count: (count / 2) ** 2 * 8 / 1e9,
        "conformers (GB on disk)": on_disk("conformers"),
        "feature tables (GB on disk)": on_disk("features"),
        "models and predictions (GB on disk)": on_disk("experiments"),
    }
    return at(CONFORMERS, "conformers", growth)


def more_molecules() -> str:
    """Many molecules with nine experiments each, in one study."""
    study, parts = rows_of("jobs", "study")[0], rows_of("jobs", "disk")
    planned = rows_of("reruns", "planning")
    jobs = line_of(planned, "molecules", lambda row: row["jobs"])
    seconds = line_of(planned, "molecules", lambda row: row["processor (s)"]["median"])
    memory = line_of(planned, "molecules", lambda row: row["memory (MB)"])
    files = sum(row["files"] for row in parts) / study["jobs"]
    growth = {
        "jobs": jobs,
        "files, thousands": lambda count: jobs(count) * files / 1e3,
        "planning (minutes)": lambda count: seconds(count) / 60,
        "planning (GB of memory)": lambda count: memory(count) / 1e3,
        "start of all jobs (hours on one core)": lambda count: (
            jobs(count) * study["of it Python's start and imports (s)"] / study["jobs"] / 3600
        ),
    }
    return at(MOLECULES, "molecules", growth)


# What is asked of the study, beside what was measured.


class Bar(NamedTuple):
    """A bound that a measured value should keep."""

    what: str
    bound: float
    unit: str
    measured: float
    below: bool = True  # or above


def bars_of_time() -> list[Bar]:
    """Those of the default study and its target `notes`."""
    pairs = {
        row["attempts"]: row["ratio, wall"]["median"] for row in rows_of("notes_chain", "pairs")
    }
    pruned = {row["attempts"]: row["RDKit / confsym"] for row in rows_of("pruning", "times")}
    growth = rows_of("pruning", "growth")[0]["exponent"]
    study = rows_of("jobs", "study")[0]
    again = {row["what"]: row["wall (s)"]["median"] for row in rows_of("reruns", "reruns")}
    planned = {row["molecules"]: row["wall (s)"]["median"] for row in rows_of("reruns", "planning")}
    return [
        Bar("`notes`, 10,000 attempts", 0.85, "of the plain script's wall time", pairs[10_000]),
        Bar("`notes`, 30,000 attempts", 0.60, "of the plain script's wall time", pairs[30_000]),
        Bar("pruning 10,000 attempts", 10, "times cheaper than RDKit's", pruned[10_000], False),
        Bar("pruning 30,000 attempts", 20, "times cheaper than RDKit's", pruned[30_000], False),
        Bar("growth of pruning's time with attempts", 1.4, "as exponent", growth),
        Bar(
            "default study",
            2.2,
            "times the plain script's wall time",
            study["study / plain script, wall"],
        ),
        Bar("work in the jobs' time", 75, "%", study["share of work (%)"], False),
        Bar("run with nothing to do", 2.5, "s", again["nothing to do"]),
        Bar("rerun after another `alpha`", 12, "s", again["another alpha of the ridge"]),
        Bar("planning 50 molecules with nine experiments", 12, "s", planned[50]),
    ]


def bars_of_conformers() -> list[Bar]:
    """Those of many conformers."""
    large = rows_of("large_study", "study")[0]["peak memory of a job (MB)"] / 1e3
    stages = [row for row in rows_of("large_study", "rules") if row.get("ratio")]
    slowest = max(stages, key=lambda row: row["ratio"])
    return [
        Bar("a job of 100,000 attempts", 2, "GB", large),
        Bar(
            f"time a conformer there, slowest stage (`{slowest['rule']}`)",
            1.2,
            "times that of 10,000",
            slowest["ratio"],
        ),
    ]


def bars_of_molecules() -> list[Bar]:
    """Those of many molecules."""
    many = rows_of("many_molecules", "study")[0]
    return [
        Bar("a job of 50 molecules", 2, "GB", many["peak memory of a job (MB)"] / 1e3),
        Bar("wall time of 50 molecules", 1.3, "times the work on all cores", many["ratio"]),
    ]


def bars() -> str:
    """What is asked, what was measured, and whether that keeps it; nothing without a record."""
    lines = []
    for group in (bars_of_time, bars_of_conformers, bars_of_molecules):
        with suppress(FileNotFoundError):
            lines += [
                {
                    "what": bar.what,
                    "asked": f"{'at most' if bar.below else 'at least'} {bar.bound:g} {bar.unit}",
                    "measured": significant(bar.measured, 3),
                    "kept": "yes" if (bar.measured <= bar.bound) == bar.below else "no",
                }
                for bar in group()
            ]
    return shown(lines) + "\n"


PERFORMANCE: dict[str, Callable[[], str]] = {
    "machines": machines,
    "bars": bars,
    "notes_chain": partial(turned, "notes_chain", "pairs", "attempts"),
    "stages": partial(table, "notes_chain", "stages"),
    "pruning": partial(table, "pruning", "times"),
    "pruning_growth": partial(table, "pruning", "growth"),
    "energies": partial(table, "energies", "times"),
    "features": partial(table, "features", "times"),
    "models": partial(table, "models", "times"),
    "models_growth": partial(table, "models", "growth"),
    "reruns": partial(table, "reruns", "reruns"),
    "planning": partial(table, "reruns", "planning"),
    "jobs": partial(table, "jobs", "study"),
    "rules": partial(table, "jobs", "rules"),
    "disk": partial(table, "jobs", "disk"),
    "start_up": partial(table, "start_up", "times"),
    "large_study": partial(table, "large_study", "study"),
    "large_rules": partial(table, "large_study", "rules"),
    "many_molecules": partial(table, "many_molecules", "study"),
    "more_conformers": more_conformers,
    "more_molecules": more_molecules,
}


def written(part: Callable[[], str]) -> str:
    """A part, or a sentence where a program that it needs has left no record yet."""
    try:
        return part()
    except FileNotFoundError as error:
        return f"Not measured yet: `benchmarks/{Path(error.filename).stem}.py`.\n"


PAGES: dict[str, dict[str, Callable[[], str]]] = {
    "docs/performance.md": PERFORMANCE,
    "docs/accuracy.md": {
        "force_field_terms": partial(table, "force_field_terms", "errors"),
        "thermal_forces": partial(table, "trial", "thermal_forces"),
    },
    "docs/forces.md": {
        "gradient_gp": partial(table, "gradient_gp", "errors"),
        "intervals": partial(table, "trial", "intervals"),
    },
    "docs/dynamics.md": {"dynamics": partial(table, "trial", "dynamics")},
    "docs/force_field.md": {"flags": partial(table, "trial", "flags")},
    "docs/acquire.md": {"choosing": partial(table, "trial", "choosing")},
}


def page(name: str) -> str:
    """A page with each of its parts as the records have it."""
    text = (ROOT / name).read_text(encoding="utf-8")
    for part, contents in PAGES[name].items():
        text = with_part(text, part, written(contents), name)
    return text


def main() -> None:
    """Write the parts between their markers."""
    for name in PAGES:
        (ROOT / name).write_text(page(name), encoding="utf-8")


if __name__ == "__main__":
    main()
