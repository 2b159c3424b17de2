"""The sweep over molecules of all kinds, in its short version."""

import re
import subprocess
import sys

from studies import ROOT


def test_no_molecule_is_wrong():
    command = [sys.executable, str(ROOT / "benchmarks/molecules.py"), "--short"]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
    row = re.search(r"^\| all \| (\d+) \| (\d+) \| (\d+) \|", process.stdout, re.MULTILINE)
    right, refused, wrong = map(int, row.groups())
    assert wrong == 0
    assert right > 25
    assert refused > 0
