"""Put the records of the long drills into docs/reliability.md: `make drills` ends with this."""

import json
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "workflow/scripts"))

from confsym.storage.markers import with_part

RECORDS = ROOT / "tests/drills/records"
PAGE = "docs/reliability.md"


def drills_table() -> str:
    """A row for each drill: what it did, and what came of it."""
    records = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(RECORDS.glob("*.json"))
    }
    rows = [(name.replace("_", " "), row["did"], row["found"]) for name, row in records.items()]
    table = pd.DataFrame(rows, columns=["drill", "what it does", "what came of it"])
    return table.to_markdown(index=False, disable_numparse=True) + "\n"


def main() -> None:
    """Write the table between its markers."""
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    (ROOT / PAGE).write_text(with_part(text, "drills", drills_table(), PAGE), encoding="utf-8")


if __name__ == "__main__":
    main()
