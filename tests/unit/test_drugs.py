"""The molecules of config/drugs.yaml are what they are called."""

import yaml
from rdkit import Chem

from confsym.molecules import isomers, molecule
from studies import ROOT

FORMULAS = {
    "captopril": "C9H15NO3S",
    "diphenhydramine": "C17H21NO",
    "fluoxetine": "C17H18F3NO",
    "gabapentin": "C9H17NO2",
    "ibuprofen": "C13H18O2",
    "lidocaine": "C14H22N2O",
    "metoprolol": "C15H25NO3",
    "pregabalin": "C8H17NO2",
    "procaine": "C13H20N2O2",
    "salbutamol": "C13H21NO3",
}
ACTIVE = {  # the forms that act, or that are sold alone
    "captopril": ["S", "S"],
    "fluoxetine": ["R"],
    "ibuprofen": ["S"],
    "metoprolol": ["S"],
    "pregabalin": ["S"],
    "salbutamol": ["R"],
}


def test_formulas_and_configurations():
    study = yaml.safe_load((ROOT / "config/drugs.yaml").read_text(encoding="utf-8"))
    assert list(study["molecules"]) == list(FORMULAS)
    for name, entry in study["molecules"].items():
        assert molecule.describe(name, entry["smiles"])["formula"] == FORMULAS[name]
        isomers.require_one(name, entry["smiles"])
        found = Chem.FindMolChiralCenters(
            Chem.MolFromSmiles(entry["smiles"]), useLegacyImplementation=False
        )
        assert [label for _, label in found] == ACTIVE.get(name, [])
