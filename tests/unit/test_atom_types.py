"""Atoms that a force field has no type for, and RDKit's log, which says so."""

import logging

import numpy as np
import pytest
from rdkit import rdBase
from rdkit.Chem import rdForceFieldHelpers

from confsym.energies import force_fields
from confsym.energies.atom_types import mmff_mistyped, uff_stand_ins
from confsym.molecules import molecule
from confsym.molecules.rdkit_messages import messages

MISTYPED = {
    "[CH2-]C(=O)C": "atom 0 (C, charge -1) the type 2 (vinylic carbon)",
    "[CH2-]C": "atom 0 (C, charge -1) the type 2",
    "CC(=O)[CH-]C(C)=O": "atom 3 (C, charge -1) the type 2",
    "[cH-]1cccc1": "atom 0 (C, charge -1) the type 2",
    "c1ccc[c-]c1": "atom 4 (C, charge -1) the type 37 (aromatic carbon)",
    "CC#[C-]": "atom 2 (C, charge -1) the type 60 (isonitrile carbon)",
    "[CH2-][N+](=O)[O-]": "atom 0 (C, charge -1) the type 2",
    "[CH2-][P+](C)(C)C": "atom 0 (C, charge -1) the type 2",
    "C[S+](C)CC[CH-]C": "atom 5 (C, charge -1) the type 2",
    "C[CH+]C": "atom 1 (C, charge +1) the type 2",
    "C[C+]=O": "atom 1 (C, charge +1) the type 4",
    "C[S+](C)C": "atom 1 (S, charge +1) the type 17 (sulfoxide sulfur)",
    "C[P+](C)(C)C": "atom 1 (P, charge +1) the type 25",
    "C[P-]C": "atom 1 (P, charge -1) the type 75",
    "C[Si+](C)C": "atom 1 (Si, charge +1) the type 19",
    "F[Si-](F)(F)(F)F": "atom 1 (Si, charge -1) the type 19",
    "CC#[N+]C": "atom 2 (N, charge +1) the type 61",
    "[N-]=[N+]=[N-]": "atom 0 (N, charge -1) the type 8",
    "O=C=O": "atom 0 (O) the type 32",
    "[O-][N+]#N": "partial charges that sum to 0.50 where the molecule's charge is 0",
    "FS(F)(F)F": "atom 1 (S) the type 18 (sulfone sulfur)",
    "C[S+](C)[O-]": "atom 3 (O, charge -1) the type 32 (terminal oxygen that shares a charge)",
    "C[S+]([O-])SC": "atom 2 (O, charge -1) the type 32",
    "C[S+]([O-])O": "atom 2 (O, charge -1) the type 32",
    "C=[S+][O-]": "atom 1 (S, charge +1) the type 15 (sulfide sulfur), atom 2 (O, charge -1)",
    "CN=[S+][O-]": "atom 2 (S, charge +1) the type 15",
}
# Neutral or charged, drawn with separated charges or without: MMFF94 has types for them.
TYPED = [
    "CC(=O)[O-]",
    "CC[O-]",
    "c1ccccc1[O-]",
    "CC[S-]",
    "CC(=S)[S-]",
    "C[NH3+]",
    "CC(=[NH2+])N",
    "[NH2+]=C(N)N",
    "C[N+](C)=C",
    "C[N+](=O)[O-]",
    "C[N+]#[C-]",
    "C[N+]#N",
    "C=[N+]=[N-]",
    "CN=[N+]=[N-]",
    "C[N+](C)(C)[O-]",
    "[O-][n+]1ccccc1",
    "C[n+]1ccccc1",
    "Cn1cc[n+](C)c1",
    "C[n+]1cccn1C",
    "c1nnn[n-]1",
    "c1c[n-]cn1",
    "CS(=O)(=O)[N-]C",
    "COP(=O)([O-])[O-]",
    "CS(=O)(=O)[O-]",
    "CS(=O)C",
    "CS(=O)(=O)C",
    "C[S+]([O-])(C)=O",
    "C[S+2](C)([O-])[O-]",
    "C[S+]([O-])[O-]",
    "C[S+](C)[S-]",
    "O=S=O",
    "O=[S+][O-]",
    "[O-]Cl(=O)(=O)=O",
    "C[OH2+]",
    "c1cc[o+]cc1",
    "C[C@H]([NH3+])C(=O)[O-]",
    "C[N+](=C)[O-]",
    "CP(C)C",
    "CP(C)(C)=O",
    "C[P+](C)(C)[O-]",
    "CP(C)(C)=C",
    "CC(=O)[N-]C(C)=O",
    "C#N",
    "CSC",
    "c1ccsc1",
    "c1ccc2cccc2cc1",
    "CCO",
]


@pytest.mark.parametrize("smiles", MISTYPED)
def test_atoms_of_another_type(smiles):
    assert MISTYPED[smiles] in mmff_mistyped(molecule.build("x", smiles))


@pytest.mark.parametrize("smiles", [*TYPED, "C[S+](C)[O-]", "C=[S+][O-]"])
def test_sulfur_with_separated_charges_has_the_types_of_double_bonds_or_is_named(smiles):
    """By RDKit's own types of the SMILES with S=O; their order of atoms is the same."""
    doubled = smiles.replace("[S+](C)[O-]", "S(C)=O").replace("[S+][O-]", "S=O")
    doubled = doubled.replace("[S+2](C)([O-])[O-]", "S(C)(=O)=O").replace("[S+]([O-])", "S(=O)")
    types = []
    for written in (smiles, doubled):
        target = molecule.build("x", written)
        properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(target)
        types.append([properties.GetMMFFAtomType(i) for i in range(target.GetNumAtoms())])
    assert (types[0] == types[1]) == (mmff_mistyped(molecule.build("x", smiles)) is None)


@pytest.mark.parametrize("smiles", TYPED)
def test_atoms_of_their_own_type(smiles):
    """No alarm, and the partial charges add up to the charge of the molecule."""
    target = molecule.build("x", smiles)
    assert mmff_mistyped(target) is None
    properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(molecule.build("x", smiles))
    charges = [properties.GetMMFFPartialCharge(i) for i in range(target.GetNumAtoms())]
    charge = sum(atom.GetFormalCharge() for atom in target.GetAtoms())
    assert sum(charges) == pytest.approx(charge, abs=1e-6)


@pytest.mark.parametrize(
    ("smiles", "says"),
    [
        ("C[S+](C)C", "atom 1 (S, charge +1) the parameters of another charge state"),
        ("CC[S-]", "atom 2 (S, charge -1) the parameters of another charge state"),
        ("CCP(F)(F)(F)F", "atom 2 (P) the parameters of the hybridisation SP3"),
        ("F[Si-2](F)(F)(F)(F)F", "the hybridisation SP3 and another charge state"),
        ("CCO", None),
        ("C[CH-]C", None),
        ("CC(=O)[O-]", None),
        ("CS(=O)(=O)NC", None),
    ],
)
def test_parameters_of_others_in_uff(smiles, says):
    found = uff_stand_ins(molecule.build("x", smiles))
    assert found is None if says is None else says in found


@pytest.mark.parametrize(
    ("function", "smiles", "says"),
    [
        ("mmff94", "[CH2-]C(=O)C", "MMFF94 has no parameters for some atoms"),
        ("mmff94s", "C[CH+]C", "MMFF94s has no parameters"),
        ("uff", "CC[S-]", "UFF has no parameters for some atoms"),
        ("mmff94", "CC(=O)[O-]", None),
        ("uff", "[CH2-]C(=O)C", None),
    ],
)
def test_a_level_remarks_on_parameters_of_others(function, smiles, says):
    found = getattr(force_fields, f"{function}_remarks")(molecule.build("anion", smiles))
    assert len(found) == (says is not None)
    assert says is None or says in found[0]


@pytest.mark.parametrize("off", [[], ["rdApp.error"], ["rdApp.error", "rdApp.warning"]])
def test_rdkits_log_is_left_as_it_was(off, capfd):
    target = molecule.build("x", "C[S+](C)C")
    before = rdBase.LogStatus()
    handlers = logging.getLogger("rdkit").handlers
    try:
        for name in off:
            rdBase.DisableLog(name)
        status = rdBase.LogStatus()
        with messages() as lines:
            rdForceFieldHelpers.UFFHasAllMoleculeParams(target)
        assert any("charge state" in line for line in lines)
        assert rdBase.LogStatus() == status
    finally:
        for name in off:
            rdBase.EnableLog(name)
    assert rdBase.LogStatus() == before
    assert logging.getLogger("rdkit").handlers is handlers
    assert capfd.readouterr() == ("", "")


def test_the_molecule_is_left_as_it_was():
    target = molecule.build("x", "c1ccc2cccc2cc1")
    orders = [bond.GetBondTypeAsDouble() for bond in target.GetBonds()]
    mmff_mistyped(target)
    force_fields.mmff94(target, np.random.default_rng(0).normal(size=(2, 18, 3)), "x")
    assert [bond.GetBondTypeAsDouble() for bond in target.GetBonds()] == orders
