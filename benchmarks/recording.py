"""What programs that measure print and write down: tables, with machine, versions and spread."""

import argparse
import json
import os
import platform
import statistics
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from tabulate import tabulate

from confsym.storage.numbers import significant

RECORDS = Path(__file__).resolve().parent / "records"
PACKAGES = ("numpy", "scipy", "scikit-learn", "rdkit", "pandas", "snakemake")


def spread(values: Iterable[float]) -> dict[str, float | int]:
    """Median, extremes and number of some values."""
    found = list(values)
    return {
        "median": statistics.median(found),
        "lowest": min(found),
        "highest": max(found),
        "runs": len(found),
    }


def exponent(sizes: Iterable[float], seconds: Iterable[float]) -> float:
    """The slope of a straight line through the logarithms: time grows as size to this power."""
    return float(np.polyfit(np.log(list(sizes)), np.log(list(seconds)), 1)[0])


def load() -> float:
    """How many processes wanted a core in the last minute."""
    return round(os.getloadavg()[0], 2)


def machine() -> dict[str, Any]:
    """Processor, cores and memory."""
    named = [line.partition(":")[2] for line in lines_of("/proc/cpuinfo") if "model name" in line]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "processor": named[0].strip() if named else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory, 1),
    }


def lines_of(path: str) -> list[str]:
    """The lines of a file that only some systems have."""
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that take the time."""
    return {"python": platform.python_version()} | {
        name: metadata.version(name) for name in PACKAGES
    }


def record(
    name: str, given: argparse.Namespace, busy: float, tables: dict[str, list[dict[str, Any]]]
) -> None:
    """Print the tables and write them with machine and versions.

    Parameters
    ----------
    name
        Of the program: that of the file.
    given
        From `arguments`.
    busy
        `load` before the program began.
    tables
        By name; a row is a dict whose values are text, numbers, None or what `spread` gives.
    """
    for title, rows in tables.items():
        print(f"\n{title.replace('_', ' ')}\n{shown(rows)}", flush=True)
    found = {
        "machine": machine() | {"load": busy},
        "versions": versions(),
        "quick": given.quick,
        "tables": tables,
    }
    given.records.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (given.records / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def shown(rows: list[dict[str, Any]]) -> str:
    """A Markdown table of the rows; a number with its spread is its median (range)."""
    cells = [{name: _cell(value) for name, value in row.items()} for row in rows]
    return tabulate(cells, headers="keys", tablefmt="pipe", disable_numparse=True)


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        ends = " to ".join(significant(value[end], 3) for end in ("lowest", "highest"))
        middle = significant(value["median"], 3)
        return middle if value["runs"] == 1 else f"{middle} ({ends})"
    if isinstance(value, float):
        return significant(value, 3)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "" if value is None else str(value)
