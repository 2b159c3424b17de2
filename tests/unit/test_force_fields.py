import numpy as np
import pytest
from rdkit import Chem, rdBase
from rdkit.Chem import rdForceFieldHelpers

from confsym.energies import force_fields
from confsym.energies.electrons import unpaired
from confsym.energies.registry import LEVELS
from confsym.errors import StudyError
from confsym.molecules import molecule
from confsym.registry import resolve

COMPUTED = [row for row in LEVELS.values() if row.function]
FORCE_FIELDS = ("mmff94", "mmff94s", "uff")
MMFF_VARIANTS = {"mmff94": "MMFF94", "mmff94s": "MMFF94s"}

# Five neighbours and two that RDKit calls axial; six; as many with lone pairs; metals, donors,
# charged centres, hypervalent main-group elements, boron, silicates; and ordinary molecules.
FIVE_NEIGHBOURS = [
    "CCP(F)(F)(F)F",
    "CP(C)(Cl)(Cl)Cl",
    "C[Sn-](C)(C)(C)C",
    "FP(F)(F)(F)F",
    "OP(O)(O)(O)O",
    "F[Si-](F)(F)(F)F",
    "C[Si-](F)(F)(F)C",
    "CC[Sb](Cl)(Cl)(Cl)Cl",
    "C[Bi](C)(C)(C)C",
    "C1CCP12(F)CCC2",
    "C1OP2(OC1)(OCCO2)c1ccccc1",
]
OTHERS = [
    "F[I](F)(F)(F)F",
    "F[P-](F)(F)(F)(F)F",
    "F[Si-2](F)(F)(F)(F)F",
    "C[Te](F)(F)(F)(F)F",
    "F[Te-](F)(F)(F)F",
    "Cl[Re](Cl)(Cl)(Cl)Cl",
    "FS(F)(F)F",
    "C[Te](C)(Cl)Cl",
    "CI(Cl)Cl",
    "C[Hg]C",
    "C[Mg]Cl",
    "CC[Sn](CC)(CC)CC",
    "C[Al](C)C",
    "C[Tl](C)C",
    "C[Li]",
    "Cl[Ti](Cl)(Cl)Cl",
    "[Fe+2](<-O)(<-O)<-O",
    "[Mg+2](<-O)<-O",
    "C[Ge](C)(C)C",
    "CB(O)O",
    "CC[B-](F)(F)F",
    "C[Si](O)(O)O",
    "O[Si](O)(O)O[Si](O)(O)O",
    "CP(=O)(OC)OC",
    "CCS(=O)(=O)NC",
    "C[S+](C)C",
    "C[P+](C)(C)C",
    "CC[N+](C)(C)CC",
    "C[C@H]([NH3+])C(=O)[O-]",
    "C[N+](=O)[O-]",
    "CC#CC",
    "C=C=CC",
    "c1ccc2cccc2cc1",
    "CC(=O)Oc1ccccc1C(=O)O",
]


def with_conformers(target, positions) -> Chem.Mol:
    copy = Chem.Mol(target)
    for place in positions:
        holder = Chem.Conformer(copy.GetNumAtoms())
        holder.SetPositions(np.ascontiguousarray(place))
        copy.AddConformer(holder, assignId=True)
    return copy


def fresh(level: str, target, positions, **thresholds):
    """RDKit's own force field of one conformer, for it alone, and the molecule that it works on."""
    copy = with_conformers(target, [positions])
    if level == "uff":
        return rdForceFieldHelpers.UFFGetMoleculeForceField(copy, **thresholds), copy
    variant = MMFF_VARIANTS[level]
    properties = rdForceFieldHelpers.MMFFGetMoleculeProperties(copy, mmffVariant=variant)
    return rdForceFieldHelpers.MMFFGetMoleculeForceField(copy, properties, **thresholds), copy


def direct(level: str, target, positions) -> float:
    """One RDKit call a conformer, force field and all."""
    field, _molecule = fresh(level, target, positions)
    return field.CalcEnergy()


def levels_of(target) -> list[str]:
    with rdBase.BlockLogs():
        uff = ["uff"] if rdForceFieldHelpers.UFFHasAllMoleculeParams(target) else []
        mmff = rdForceFieldHelpers.MMFFHasAllMoleculeParams(Chem.Mol(target))
    return [*uff, *(MMFF_VARIANTS if mmff else [])]


@pytest.mark.parametrize("smiles", [*FIVE_NEIGHBOURS, *OTHERS])
def test_every_conformer_has_its_own_force_field(smiles, conformers):
    target, positions = conformers(smiles, 5)
    assert levels_of(target)
    for level in levels_of(target):
        own = [fresh(level, target, place) for place in positions]
        expected = np.array([field.CalcEnergy() for field, _ in own])
        slopes = np.reshape([field.CalcGrad() for field, _ in own], positions.shape)
        energies, gradients = resolve(LEVELS[level].function)(target, positions, "x")
        np.testing.assert_allclose(energies, expected, rtol=1e-12, atol=1e-9)
        np.testing.assert_allclose(gradients, slopes, rtol=1e-9, atol=1e-9)
        moved, converged = resolve(LEVELS[level].minimizer)(target, positions, "x", 20)
        assert converged.tolist() == [field.Minimize(maxIts=20) == 0 for field, _ in own]
        for place, (_, own_molecule) in zip(moved, own, strict=True):
            np.testing.assert_array_equal(place, own_molecule.GetConformer().GetPositions())


@pytest.mark.parametrize("smiles", [*FIVE_NEIGHBOURS, *OTHERS])
def test_which_force_fields_depend_on_the_conformer(smiles, conformers):
    """Those of five neighbours do; wherever one is built once for all, any other would serve."""
    target, positions = conformers(smiles, 5)
    flat = positions.reshape(len(positions), -1).tolist()
    for level in levels_of(target):
        fields = [fresh(level, target, place) for place in positions]
        energies = np.array([[field.CalcEnergy(place) for place in flat] for field, _ in fields])
        differs = (energies != energies[0]).any()
        if level == "uff" and smiles in FIVE_NEIGHBOURS:
            assert differs
        variant = MMFF_VARIANTS.get(level, "UFF")
        assert force_fields.depends_on_conformer(variant, target) or not differs


def test_a_force_field_is_built_once_where_it_serves_all(conformers, monkeypatch):
    built = []
    build = force_fields.build
    monkeypatch.setattr(force_fields, "build", lambda *given: built.append(0) or build(*given))
    target, positions = conformers("CNC(C)=O", 30)
    for level in FORCE_FIELDS:
        built.clear()
        resolve(LEVELS[level].function)(target, positions, "x")
        assert len(built) == 1


def test_pairs_far_apart_interact(conformers):
    """RDKit leaves pairs out that its thresholds call too far apart; these energies do not."""
    target, positions = conformers("CCNC(=O)C", 5)
    stretched = positions[:2] * 12
    for level, threshold in [("uff", "vdwThresh"), ("mmff94", "nonBondedThresh")]:
        fields = [fresh(level, target, place, **{threshold: 1e9}) for place in stretched]
        expected = [field.CalcEnergy() for field, _ in fields]
        energies, _ = resolve(LEVELS[level].function)(target, stretched, "x")
        np.testing.assert_allclose(energies, expected, rtol=1e-12)


@pytest.mark.parametrize("level", FORCE_FIELDS)
@pytest.mark.parametrize("smiles", ["CC(CCC)CC(C)(CCCC)O", "CC(=O)Oc1ccccc1C(=O)O", "CNC(C)=O"])
def test_energies_against_direct_calls(level, smiles, conformers):
    target, positions = conformers(smiles, 30)
    energies, _ = resolve(LEVELS[level].function)(target, positions, "x")
    expected = [direct(level, target, conformer) for conformer in positions]
    np.testing.assert_allclose(energies, expected, rtol=0, atol=1e-9)


def test_levels_differ(conformers):
    target, positions = conformers("CNC(C)=O", 30)
    energies = [resolve(row.function)(target, positions, "x")[0] for row in COMPUTED]
    for one in range(len(energies)):
        for other in range(one):
            assert np.abs(energies[one] - energies[other]).max() > 1e-3


def test_minimisation_against_rdkit(conformers):
    iterations = 60
    target, positions = conformers("CCC(C)O", 30)
    moved, converged = force_fields.minimize_mmff94(target, positions, "x", iterations)
    copy = with_conformers(target, positions)
    outcome = rdForceFieldHelpers.MMFFOptimizeMoleculeConfs(copy, maxIters=iterations, numThreads=1)
    assert [flag == 0 for flag, _ in outcome] == converged.tolist()
    assert 0 < converged.sum() < len(converged)
    energies, _ = force_fields.mmff94(target, moved, "x")
    np.testing.assert_allclose(energies, [energy for _, energy in outcome], rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("level", "smiles", "says"),
    [
        ("mmff94", "CB(O)O", "atom 1, element B; set energies.level to uff"),
        ("mmff94s", "C[Se]C", "atom 1, element Se"),
        ("mmff94", "FS(F)(F)(F)(F)F", "set energies.level to gfn2_xtb"),
        ("uff", "[Pt](Cl)(Cl)", "UFF has no parameters for atom 0, element Pt"),
        ("uff", "FS(F)(F)(F)(F)F", r"\(RDKit's type S_6\+6\); set energies.level to gfn2_xtb"),
        ("uff", "C[U]C", "no other level takes the molecule either"),
    ],
)
def test_elements_without_parameters(level, smiles, says):
    target = molecule.build("odd", smiles)
    positions = np.zeros((1, target.GetNumAtoms(), 3))
    with pytest.raises(StudyError, match=says) as error:
        resolve(LEVELS[level].function)(target, positions, "odd")
    assert "molecules.odd" in str(error.value)


@pytest.mark.parametrize("level", FORCE_FIELDS)
@pytest.mark.parametrize(
    ("smiles", "says"),
    [
        ("[CH3]", "atom 0 \\(C\\) has an unpaired electron; give a closed-shell molecule"),
        ("[CH2]C", "atom 0 \\(C\\) has an unpaired electron"),
        ("[CH2]", "atom 0 \\(C\\) has 2 electrons too few in bonds"),
        ("CCO[O]", "atom 3 \\(O\\) has an unpaired electron"),
        ("CC1(C)CCCC(C)(C)N1[O]", "atom 10 \\(O\\)"),
        ("[CH2][CH2]", "atom 0 \\(C\\)"),
        ("C[N]", "atom 1 \\(N\\)"),
        ("[O-][N+]=O", "atom 1 \\(N\\)"),
        ("C[SiH]C", "atom 1 \\(Si\\)"),
        ("C[Si]C", "or set energies.level to gfn2_xtb"),
        ("[Mg+](<-O)<-O", "odd number of electrons"),
    ],
)
def test_radicals_and_carbenes_are_refused(level, smiles, says):
    target = molecule.build("odd", smiles)
    positions = np.zeros((1, target.GetNumAtoms(), 3))
    row = LEVELS[level]
    for function, more in [(row.function, ()), (row.minimizer, (5,))]:
        with pytest.raises(StudyError, match=says) as error:
            resolve(function)(target, positions, "odd", *more)
        assert "molecules.odd" in str(error.value)
        assert "level to uff" not in str(error.value)


@pytest.mark.parametrize(
    ("smiles", "force_field", "electrons"),
    [
        ("[Fe+3](<-O)(<-O)<-O", None, "odd number"),
        ("[Mg+2](<-O)<-O", None, None),
        ("[Ca+2](<-O)<-O", None, None),
        ("[Ga+3](<-O)<-O", None, None),
        ("[O]<-n1ccccc1", None, None),
        ("CN1C=CN(C)[C]1->[Au]Cl", None, None),
        ("[C]1N(C)C=CN1C", "atom 0 (C)", "atom 0 (C)"),
        ("CC1(C)CCCC(C)(C)N1[O]->[Zn+2]", "atom 10 (O)", "atom 10 (O)"),
        ("C[Zn]", "odd number", "odd number"),
        ("CC[Ge]CC", "atom 2 (Ge)", None),
        ("Cl[Sn]Cl", None, None),
        ("[CH2-]C(=O)C", None, None),
    ],
)
def test_which_electrons_are_unpaired(smiles, force_field, electrons):
    """Of metals and acceptors the number of electrons tells, of non-metals RDKit's valences do."""
    target = molecule.build("x", smiles)
    for asks, expected in [(True, force_field), (False, electrons)]:
        found = unpaired(target, force_field=asks)
        assert found is None if expected is None else expected in found


@pytest.mark.parametrize("level", [force_fields.mmff94, force_fields.mmff94s, force_fields.uff])
def test_a_conformer_that_is_far_apart_leaves_the_next_one_whole(level, conformers):
    """The force field is built on the first one, whose atoms are beyond RDKit's own threshold."""
    target, positions = conformers("CCCO", 30)
    alone, _ = level(target, positions[1:2], "x")
    behind, _ = level(target, np.stack([200 * positions[0], positions[1]]), "x")
    assert behind[1] == pytest.approx(alone[0], abs=1e-9)
