"""The terms of MMFF94, alone and as features."""

import numpy as np
import pytest

from confsym.energies import force_fields
from confsym.energies.terms import TERMS, mmff_terms
from confsym.errors import StudyError
from confsym.features.energy_terms import energy_terms
from confsym.molecules import molecule
from confsym.molecules.topology import Topology

# Aspirin, a sulfonamide, a zwitterion, a nitro group, heteroaromatics (one of them charged), and a
# phosphate: what RDKit reads from bonds and charges alone has to be the molecule of the SMILES.
SMILES = [
    "CC(=O)Oc1ccccc1C(=O)O",
    "CNS(=O)(=O)c1ccc(N)cc1",
    "C[C@H]([NH3+])C(=O)[O-]",
    "Cc1ccc([N+](=O)[O-])cc1",
    "Cn1cnc2c1ncnc2N",
    "Cn1cc[n+](C)c1",
    "c1ccoc1-c1cccs1",
    "COP(=O)([O-])OC",
    "CCC#N",
]
LEVELS = {"mmff94": force_fields.mmff94, "mmff94s": force_fields.mmff94s}


def topology_of(smiles: str) -> Topology:
    return Topology.from_description(molecule.describe("x", smiles))


@pytest.mark.parametrize("variant", LEVELS)
@pytest.mark.parametrize("smiles", SMILES)
def test_terms_add_up_to_the_energy(smiles, variant, conformers, rng):
    """Of the molecule of the SMILES, of the one its topology gives, and of that relabelled."""
    target, positions = conformers(smiles, 6)
    expected, _ = LEVELS[variant](target, positions, "x")
    terms = mmff_terms(target, positions, "x", variant.upper().replace("S", "s"))
    np.testing.assert_allclose(terms.sum(axis=1), expected, rtol=0, atol=1e-9)
    names, values = energy_terms(positions, topology_of(smiles), variant)
    assert names == list(TERMS)
    np.testing.assert_allclose(values, terms, rtol=0, atol=1e-9)
    order = rng.permutation(positions.shape[1])
    relabelled = topology_of(smiles).relabelled(order)
    _, again = energy_terms(positions[:, order], relabelled, variant)
    np.testing.assert_allclose(again, terms, rtol=0, atol=1e-9)


def test_each_term_is_its_own(conformers):
    target, positions = conformers("Cc1ccc([N+](=O)[O-])cc1", 6)
    terms = mmff_terms(target, positions, "x")
    assert (np.abs(terms).max(axis=0) > 0).all()
    static = mmff_terms(target, positions, "x", "MMFF94s")
    same = [name for name, a, b in zip(TERMS, terms.T, static.T, strict=True) if (a == b).all()]
    assert {"bond_stretching", "angle_bending", "van_der_waals", "electrostatic"} <= set(same)


def test_only_bonds_stretch_when_a_bond_is_stretched(conformers):
    """Water: stretching both bonds changes no angle, and nothing else is there."""
    target, positions = conformers("O", 6)
    longer = positions[:1, :1] + 1.1 * (positions[:1] - positions[:1, :1])
    before, after = (mmff_terms(target, p, "x")[0] for p in (positions[:1], longer))
    changed = {name for name, a, b in zip(TERMS, before, after, strict=True) if abs(a - b) > 1e-9}
    assert changed <= {"bond_stretching", "stretch_bend"}
    assert "bond_stretching" in changed


def test_a_molecule_without_parameters():
    positions = np.zeros((1, 9, 3))
    with pytest.raises(StudyError, match=r"energy_terms needs MMFF94.*; leave that feature"):
        energy_terms(positions, topology_of("C[Se]C"), "mmff94")
    target = molecule.build("odd", "C[Se]C")
    with pytest.raises(StudyError, match=r"molecules.odd: MMFF94 has no parameters"):
        mmff_terms(target, positions, "odd")


def test_a_radical():
    positions = np.zeros((1, 7, 3))
    with pytest.raises(StudyError, match=r"energy_terms needs MMFF94.*unpaired electron; give"):
        energy_terms(positions, topology_of("[CH2]C"), "mmff94")
    with pytest.raises(StudyError, match=r"molecules.odd: MMFF94 .* unpaired electron"):
        mmff_terms(molecule.build("odd", "[CH2]C"), positions, "odd")
