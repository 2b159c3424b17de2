"""Odd but valid molecules through all steps, held against direct calls of RDKit and tblite."""

import csv
import re
import subprocess
import sys
from collections import Counter

import pytest
from rdkit import Chem
from rdkit.Chem.rdMolDescriptors import CalcNumBridgeheadAtoms

from studies import ROOT

ODD = [  # classes of the list
    "allene", "anion", "atropisomer", "boron", "cage", "carbanion", "cation", "dative",
    "hypervalent", "isotope", "kekule", "large", "macrocycle", "metal", "non_benzenoid",
    "peptide", "phosphorus", "pseudo_asymmetric", "radical", "selenium", "silicon", "spiro",
    "strained", "zwitterion",
]  # fmt: skip


def listed() -> list[dict]:
    with (ROOT / "benchmarks/molecules.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_list_has_what_is_odd():
    kinds = Counter(row["class"] for row in listed())
    assert set(ODD) <= set(kinds)
    assert sum(kinds[kind] for kind in ODD) >= 150
    molecules = [Chem.MolFromSmiles(row["smiles"]) for row in listed() if row["class"] == "large"]
    assert all(Chem.AddHs(one).GetNumAtoms() > 150 for one in molecules)
    cages = [Chem.MolFromSmiles(row["smiles"]) for row in listed() if row["class"] == "cage"]
    assert any(CalcNumBridgeheadAtoms(one) for one in cages)


@pytest.mark.long  # its short form is tests/unit/test_molecules_sweep.py
def test_no_molecule_of_the_list_is_wrong(record):
    command = [sys.executable, str(ROOT / "benchmarks/molecules.py")]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
    rows = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \| (\d+) \|", process.stdout, re.MULTILINE)
    found = {kind: tuple(map(int, counts)) for kind, *counts in rows}
    right, refused, wrong = found["all"]
    odd = sum(sum(found[kind]) for kind in ODD)
    assert right + refused + wrong == len(listed())
    assert wrong == 0
    record(
        "molecules",
        f"takes {len(listed())} molecules, {odd} of them odd but valid, through description, "
        "embedding, pruning, four levels and every kind of feature, beside direct calls of RDKit "
        "(its own pruning too) and tblite",
        f"{right} give the same conformers, energies, gradients and symmetries, {refused} are "
        f"refused in a sentence, {wrong} are wrong",
    )
