"""What the long drills leave behind: one record each, which docs/reliability.md is made from."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

RECORDS = Path(__file__).parent / "records"


@pytest.fixture
def record() -> Callable[..., None]:
    """Put a long drill's numbers on record: function of (name, what was done, what came out)."""

    def write(name: str, did: str, found: str) -> None:
        text = json.dumps({"did": did, "found": found}, indent=2, ensure_ascii=False)
        (RECORDS / f"{name}.json").write_text(text + "\n", encoding="utf-8")

    return write
