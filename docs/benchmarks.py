"""Put what was measured into pages of docs/: `make benchmarks` ends with this."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))
sys.path += [str(ROOT / "benchmarks"), str(ROOT / "docs")]

from bars import OF_FORCES, OF_STUDIES, RECORDS, Row, bars, record, rows_of
from confsym.storage.markers import with_part
from confsym.storage.numbers import significant
from recording import exponent, shown

CONFORMERS = (10**5, 10**6)
MOLECULES = (10**3, 10**4)
MANY = 9  # experiments
WIDE = 1000  # columns of a feature table


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
    planned = [row for row in rows_of("reruns", "planning") if row["experiments"] == MANY]
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


PERFORMANCE: dict[str, Callable[[], str]] = {
    "machines": machines,
    "bars": partial(bars, OF_STUDIES),
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
        "thermal_forces": partial(table, "thermal_forces", "errors"),
    },
    "docs/forces.md": {
        "force_bars": partial(bars, OF_FORCES),
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
