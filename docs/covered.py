"""Put on record which lines of the package `make coverage` has run: the drills' table shows it."""

import io
import json
from pathlib import Path

from coverage import Coverage

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "workflow/scripts/confsym"
RECORD = ROOT / "tests/drills/records/coverage.json"


def main() -> None:
    """Print the share of each module, and record that of the package."""
    measured = Coverage(config_file=ROOT / "pyproject.toml")
    measured.load()
    total = measured.report(show_missing=True, skip_covered=True)
    lowest = lowest_module(measured)
    found = {
        "did": "counts the lines of the package that `make test` runs, in jobs of studies too",
        "found": f"{total:.1f} % of all lines; {lowest}",
    }
    text = json.dumps(found, indent=2, ensure_ascii=False)
    RECORD.write_text(text + "\n", encoding="utf-8")
    least = measured.get_option("report:fail_under")
    if total < least:
        raise SystemExit(f"{total:.1f} % of lines are run by a test, and at least {least} % should")


def lowest_module(measured: Coverage) -> str:
    """The module with the smallest share, in words."""
    shares = {
        path: measured.report(morfs=[path], file=io.StringIO())
        for path in measured.get_data().measured_files()
        if Path(path).is_relative_to(PACKAGE) and measured.analysis2(path)[1]
    }
    path, share = min(shares.items(), key=lambda one: one[1])
    return f"the least of a module is {share:.0f} % (`{Path(path).relative_to(ROOT)}`)"


if __name__ == "__main__":
    main()
