"""The small study, run undisturbed, and what the long drills leave behind.

Each leaves a record, which docs/reliability.md is made from.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from small import committed, small
from studies import Study, alone

RECORDS = Path(__file__).parent / "records"


@pytest.fixture
def record() -> Callable[..., None]:
    """Put a long drill's numbers on record: function of (name, what was done, what came out)."""

    def write(name: str, did: str, found: str) -> None:
        text = json.dumps({"did": did, "found": found}, indent=2, ensure_ascii=False)
        (RECORDS / f"{name}.json").write_text(text + "\n", encoding="utf-8")

    return write


@pytest.fixture(scope="session")
def undisturbed(shared) -> Study:
    """The small study and its archive, run once a test run in a committed copy of the project.

    Not to be changed: copy its folder.
    """
    if not shutil.which("git"):
        pytest.skip("there is no git, so nothing names the code of an archive")
    folder, said = shared / "undisturbed", shared / "undisturbed.txt"
    with alone(shared / "undisturbed.lock"):
        if not said.exists():
            study = Study(folder, small(), project=committed(folder))
            said.write_text(study.run("archive"), encoding="utf-8")
    study = Study(folder, small(), project=folder)
    study.said = said.read_text(encoding="utf-8")
    return study
