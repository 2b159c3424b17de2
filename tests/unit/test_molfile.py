"""Molecules from MOL and SDF files, against RDKit called directly, and what is refused."""

import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from rdkit import Chem
from rdkit.Chem import AllChem
from snakemake.iocontainers import InputFiles

from confsym.datasets import molfile
from confsym.errors import StudyError
from confsym.storage.files import read_json, sha256
from confsym.study import check, geometries
from studies import ROOT

SCRIPTS = ROOT / "workflow/scripts"
PLACE = "molecules.x"
SMILES = [
    "CCCCO",
    "CC(C)Cc1ccc(cc1)[C@H](C)C(=O)O",  # a centre
    "C[C@H](N)[C@@H](O)c1ccccc1",  # two
    r"C/C=C\C(=O)O",  # a double bond
    "OC(=O)[C@H](O)[C@@H](O)C(=O)O",  # meso
    "C[S@](=O)CC",  # a lone pair is the fourth neighbour
    "C[N+](C)(C)CC(=O)[O-]",  # charges
    "[2H]C([2H])([2H])CO",  # isotopes
    "CC(=O)NC1=CC=C(O)C=C1",
    "c1ccc2[nH]ccc2c1",
    "O=[N+]([O-])c1ccccc1C",
    "CC(C)(C)OC(=O)N1CC[C@@H](O)C1",
]


def canonical(smiles: str) -> str:
    return Chem.MolToSmiles(Chem.MolFromSmiles(smiles))


def drawing(smiles: str, dimensions: int, hydrogens: bool) -> Chem.Mol:
    molecule = Chem.MolFromSmiles(smiles)
    if hydrogens or dimensions == 3:
        molecule = Chem.AddHs(molecule)
    if dimensions == 3:
        assert AllChem.EmbedMolecule(molecule, randomSeed=7) == 0
        return molecule if hydrogens else Chem.RemoveHs(molecule)
    AllChem.Compute2DCoords(molecule)
    return molecule


def written(path, *blocks: str, ends: bool = True):
    text = "".join(f"{block}{'$$$$' if ends else ''}\n" for block in blocks)
    path.write_text(text)
    return path


@pytest.mark.parametrize("smiles", SMILES)
@pytest.mark.parametrize("dimensions", [2, 3])
@pytest.mark.parametrize("hydrogens", [True, False])
@pytest.mark.parametrize("v3000", [True, False])
def test_the_molecule_is_the_one_that_was_written(smiles, dimensions, hydrogens, v3000, tmp_path):
    block = Chem.MolToMolBlock(drawing(smiles, dimensions, hydrogens), forceV3000=v3000)
    assert ("V3000" in block) == v3000
    drawn = molfile.drawn_molecule(written(tmp_path / "x.mol", block, ends=False), None, PLACE)
    assert drawn.smiles == canonical(smiles)
    assert drawn.coordinates == f"{dimensions}D"
    assert drawn.record == 1


LONE_PAIRS = [
    "C[P@@](CC)c1ccccc1",
    "C[P@](CC)c1ccccc1",
    "C[As@](CC)c1ccccc1",
    "C[N@]1C[C@@H]1C",
    "C[N@]1C[C@H]1C",
    "C[P@]1CC[P@@](C)CC1",
    "C[P@]1CC[P@](C)CC1",
    "C[P@](CC[P@@](C)CC)CC",  # meso
    "C[P@H]CC",
    "C[S@@+](CC)CCC",
]


@pytest.mark.parametrize("smiles", LONE_PAIRS)
@pytest.mark.parametrize("v3000", [True, False])
def test_a_lone_pair_keeps_its_configuration_in_three_dimensions(smiles, v3000, tmp_path):
    """RDKit reads no configuration of phosphines and aziridines from positions."""
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    assert AllChem.EmbedMolecule(molecule, randomSeed=7) == 0
    block = Chem.MolToMolBlock(molecule, forceV3000=v3000)
    for name, text in (("marked", block), ("plain", re.sub(r" CFG=\d", "", block))):
        path = written(tmp_path / f"{name}.mol", text, ends=False)
        drawn = molfile.drawn_molecule(path, None, PLACE)
        assert drawn.smiles == canonical(smiles)
        assert drawn.remarks == ()
    again = Chem.AddHs(Chem.MolFromSmiles(drawn.smiles))
    assert AllChem.EmbedMolecule(again, randomSeed=8) == 0


@pytest.mark.parametrize(
    "smiles",
    ["C1CN2CCC1CC2", "C1CN2CCN1CC2", "C1CN2CCC1C2", "CCN(C)CC(C)C", "CP1CCC1", "c1ccccc1P(C)C"],
)
def test_no_configuration_is_read_where_there_is_none(smiles, tmp_path):
    path = written(tmp_path / "x.mol", Chem.MolToMolBlock(drawing(smiles, 3, hydrogens=True)))
    assert molfile.drawn_molecule(path, None, PLACE).smiles == canonical(smiles)


@pytest.mark.parametrize(
    ("smiles", "said"),
    [
        ("CC=C=CC", "the hand of the axis from C2 to C4 is not kept"),
        ("CC=C=C=CC", "the configuration of the cumulene from C2 to C5 is not kept"),
        ("Cc1cccc(Cl)c1-c1c(C)cccc1Cl", "the hand of the axis from C8 to C9 is not kept"),
        ("CC=C=C", None),
    ],
)
def test_a_configuration_that_no_smiles_has_is_remarked(smiles, said, tmp_path):
    path = written(tmp_path / "x.mol", Chem.MolToMolBlock(drawing(smiles, 3, hydrogens=True)))
    remarks = molfile.drawn_molecule(path, None, PLACE).remarks
    assert len(remarks) == (said is not None)
    assert said is None or said in remarks[0]
    path = written(tmp_path / "y.mol", Chem.MolToMolBlock(drawing(smiles, 2, hydrogens=False)))
    assert molfile.drawn_molecule(path, None, PLACE).remarks == ()


def test_what_a_drawing_leaves_open_stays_open(tmp_path):
    """A plain bond and a crossed one; in three dimensions nothing is open."""
    flat = Chem.MolToMolBlock(drawing("CCC(C)O", 2, hydrogens=False))
    assert molfile.drawn_molecule(
        written(tmp_path / "a.mol", flat), None, PLACE
    ).smiles == canonical("CCC(C)O")
    solid = Chem.MolToMolBlock(drawing("CCC(C)O", 3, hydrogens=True))
    found = molfile.drawn_molecule(written(tmp_path / "b.mol", solid), None, PLACE).smiles
    assert found in {canonical("CC[C@H](C)O"), canonical("CC[C@@H](C)O")}
    crossed = drawing("CC=CC", 2, hydrogens=False)
    crossed.GetBondWithIdx(1).SetStereo(Chem.BondStereo.STEREOANY)
    path = written(tmp_path / "c.mol", Chem.MolToMolBlock(crossed))
    assert molfile.drawn_molecule(path, None, PLACE).smiles == canonical("CC=CC")


def test_windows_and_old_files(tmp_path):
    """Line ends of another system, and a name that is no UTF-8."""
    block = Chem.MolToMolBlock(drawing("CCO", 2, hydrogens=False))
    bytes_ = b"\xe4thanol" + block.encode()
    (tmp_path / "x.mol").write_bytes(bytes_.replace(b"\n", b"\r\n"))
    assert molfile.drawn_molecule(tmp_path / "x.mol", None, PLACE).smiles == "CCO"


# Records.


@pytest.fixture
def three(tmp_path):
    """An SDF of three molecules, the last two of one name, with properties and blank lines."""
    blocks = []
    for name, smiles in (("ethanol", "CCO"), ("amine", "CCN"), ("amine", "CCCN")):
        molecule = drawing(smiles, 2, hydrogens=False)
        molecule.SetProp("_Name", name)
        blocks.append(f"{Chem.MolToMolBlock(molecule)}>  <mass>\n46.07\n\n")
    return written(tmp_path / "three.sdf", *blocks, ends=True)


@pytest.mark.parametrize(("record", "smiles"), [(1, "CCO"), ("ethanol", "CCO"), (3, "CCCN")])
def test_a_record_by_number_or_name(three, record, smiles):
    assert molfile.drawn_molecule(three, record, PLACE).smiles == smiles


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (None, ["holds 3 molecules", "molecules.x.record", "1 to 3", "ethanol, amine"]),
        (4, ["molecules.x.record is 4", "has 3 record(s)"]),
        ("amine", ["'amine'", "first line of 2 of the 3"]),
        ("propanol", ["'propanol'", "first line of 0 of the 3"]),
    ],
)
def test_a_record_is_never_guessed(three, record, says):
    with pytest.raises(StudyError) as error:
        molfile.drawn_molecule(three, record, PLACE)
    assert all(part in str(error.value) for part in says), error.value
    assert "\n" not in str(error.value)


def test_blank_lines_behind_the_last_record_are_none(tmp_path):
    block = Chem.MolToMolBlock(drawing("CCO", 2, hydrogens=False))
    (tmp_path / "x.sdf").write_text(f"{block}$$$$\n\n\n")
    assert molfile.drawn_molecule(tmp_path / "x.sdf", None, PLACE).record == 1


# What is refused.


def block(symbols: str, bonds: list[tuple[int, int, int]], tail: str = "") -> str:
    """A V2000 record by hand, atoms in a zigzag."""
    names = symbols.split()
    lines = [f"title\n\n\n{len(names):3}{len(bonds):3}  0  0  0  0  0  0  0  0999 V2000"]
    lines += [
        f"{1.2 * i:10.4f}{0.7 * (i % 2):10.4f}{0:10.4f} {name:<3}" + " 0" + "  0" * 11
        for i, name in enumerate(names)
    ]
    lines += [f"{one:3}{other:3}{kind:3}  0" for one, other, kind in bonds]
    return "\n".join(lines) + f"\n{tail}M  END\n"


CHAIN = [(1, 2, 1), (2, 3, 1)]
POLYMER = "M  STY  1   1 SRU\nM  SAL   1  1   2\nM  SBL   1  2   1   2\nM  SMT   1 n\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (block("C C Q", CHAIN), ["atom 3 of no element", "one definite molecule"]),
        (block("C C A", CHAIN), ["atom 3 of no element"]),
        (block("C C R#", CHAIN, "M  RGP  1   3   1\n"), ["atom 3 of no element (R1:"]),
        (block("C C L", CHAIN, "M  ALS   3  2 F N   O   \n"), ["atom 3 of no element"]),
        (block("Pol C O", CHAIN), ["atom 1 of no element (Pol:"]),
        (block("C C O", CHAIN, "M  UNS  1   1   1\n"), ["a query on atom 1"]),
        (block("C C O", CHAIN, "M  APO  1   3   1\n"), ["a point of attachment on atom 3"]),
        (block("C C C", CHAIN, "A    3\nBoc\n"), ["the label 'Boc'", "atom 3"]),
        (block("C C C", [(1, 2, 5), (2, 3, 1)]), ["a bond between atoms 1 and 2 that is no"]),
        (block("C C C", [(1, 2, 8), (2, 3, 1)]), ["a bond between atoms 1 and 2 that is no"]),
        (block("C C O", CHAIN, "M  LIN  1   2   4   1   3\n"), ["a link node"]),
        (block("C C O", CHAIN, POLYMER), ["kind SRU", "polymer"]),
        (block("C C O Na", CHAIN), ["2 separate fragments"]),
        (block("", []), ["no atoms"]),
        (block("C O C C", [(1, 2, 1), (2, 3, 1), (2, 4, 1)]), ["cannot be read", "valence"]),
        (block("C C Zz", CHAIN), ["cannot be read", "Zz"]),
        ("hello\nworld\n", ["cannot be read by RDKit", "MOL or SDF file"]),
        ("\n \n", ["is empty"]),
        ("$$$$\n", ["is empty"]),
        (block("O", []).replace("O  ", "He ", 1), ["no conformers to learn from"]),
    ],
)
def test_what_is_no_definite_molecule_is_one_sentence(text, says, tmp_path):
    (tmp_path / "x.sdf").write_text(text)
    with pytest.raises(StudyError) as error:
        molfile.drawn_molecule(tmp_path / "x.sdf", None, PLACE)
    said = str(error.value)
    assert said.startswith("molecules.x")
    assert all(part in said for part in says), said
    assert "\n" not in said


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path):
    with pytest.raises(
        StudyError, match=r"^molecules\.x\.file: .* cannot be read: .*; name a file"
    ):
        molfile.drawn_molecule(tmp_path, None, PLACE)


def test_an_element_as_label_is_no_label(tmp_path):
    path = written(tmp_path / "x.mol", block("C C O", CHAIN, "A    3\nO\n"))
    assert molfile.drawn_molecule(path, None, PLACE).smiles == "CCO"


# What is remarked.


def test_a_chiral_flag_of_zero_is_remarked(tmp_path):
    text = Chem.MolToMolBlock(drawing("C[C@H](O)CC", 2, hydrogens=False))
    flags = text.splitlines()[3]
    assert flags[12:15] == "  0"
    (remark,) = molfile.drawn_molecule(written(tmp_path / "x.mol", text), None, PLACE).remarks
    assert "chiral flag is 0" in remark
    sure = text.replace(flags, f"{flags[:12]}  1{flags[15:]}")
    assert molfile.drawn_molecule(written(tmp_path / "y.mol", sure), None, PLACE).remarks == ()


def test_a_racemate_of_v3000_is_remarked(tmp_path):
    molecule = Chem.MolFromSmiles("C[C@H](O)CC |&1:1|")
    AllChem.Compute2DCoords(molecule)
    path = written(tmp_path / "x.mol", Chem.MolToMolBlock(molecule, forceV3000=True))
    drawn = molfile.drawn_molecule(path, None, PLACE)
    assert "a mixture of both configurations of 1 centre(s)" in drawn.remarks[0]
    assert drawn.smiles == canonical("C[C@H](O)CC")


def test_a_file_without_coordinates_says_so(tmp_path):
    text = Chem.MolToMolBlock(drawing("CC(O)CC", 2, hydrogens=False))
    text = re.sub(r"^( *-?\d\.\d{4}){3}", "    0.0000" * 3, text, flags=re.M)
    drawn = molfile.drawn_molecule(written(tmp_path / "x.mol", text), None, PLACE)
    assert drawn.coordinates == "none"
    assert drawn.smiles == canonical("CC(O)CC")
    assert "they show no configuration" in drawn.remarks[-1]


# In a study.


def test_the_script_writes_what_the_file_is(three, tmp_path):
    started = SimpleNamespace(
        log=[str(tmp_path / "log")],
        resources={},
        wildcards=SimpleNamespace(molecule="x"),
        input=InputFiles(fromdict={"file": str(three)}),
        params=SimpleNamespace(entry={"file": "three.sdf", "record": 3}),
        output=[str(tmp_path / "molecule.json")],
    )
    runpy.run_path(str(SCRIPTS / "read_molecule.py"), init_globals={"snakemake": started})
    description = read_json(tmp_path / "molecule.json")
    assert description["smiles"] == "CCCN"
    assert description["formula"] == "C3H9N"
    assert description["drawn"] == {
        "file": "three.sdf",
        "sha256": sha256(three),
        "record": 3,
        "title": "amine",
        "coordinates": "2D",
    }
    assert "'CCCN' is C3H9N" in (tmp_path / "log").read_text()


def test_one_stereoisomer_can_be_required_of_a_file(tmp_path):
    path = written(tmp_path / "x.mol", Chem.MolToMolBlock(drawing("CCC(C)O", 2, hydrogens=False)))
    started = SimpleNamespace(
        log=[str(tmp_path / "log")],
        resources={},
        wildcards=SimpleNamespace(molecule="x"),
        input=InputFiles(fromdict={"file": str(path)}),
        params=SimpleNamespace(entry={"file": "x.mol", "stereo": "require"}),
        output=[str(tmp_path / "molecule.json")],
    )
    with pytest.raises(SystemExit):
        runpy.run_path(str(SCRIPTS / "read_molecule.py"), init_globals={"snakemake": started})
    assert "molecules.x: stereo is require, and 'CCC(C)O' leaves" in (tmp_path / "log").read_text()


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"smiles": "CCO", "file": "x.sdf"}, "molecules.x has smiles and file"),
        ({}, "molecules.x has neither smiles nor file nor geometries"),
        ({"smiles": "CCO", "record": 1}, "molecules.x.record is for a molecule from a file"),
        ({"file": "x.sdf", "geometries": {"file": "x.xyz"}}, "both file and geometries, and"),
        ({"file": "x.sdf", "charge": 1}, "molecules.x.charge is for molecules from a SMILES or"),
    ],
)
def test_contradictions(entry, says):
    study = {"molecules": {"x": entry}, "experiments": {}}
    study["energies"] = {"level": "mmff94", "gradients": False}
    study["split"] = {"by": "shuffle", "train": 60}
    assert any(says in sentence for sentence in geometries.contradictions(study))


@pytest.mark.parametrize(
    ("record", "says"), [(0, "at least 1"), (1.5, "an integer or text"), ("", "is empty")]
)
def test_records_that_the_schema_refuses(record, says):
    study = {
        "molecules": {"x": {"file": "x.sdf", "record": record}},
        "features": {"raw": {"kind": "raw_coordinates"}},
        "models": {"mean": {"kind": "mean"}},
        "experiments": {"mean": {"features": "raw", "model": "mean"}},
    }
    said = check.problem(study, ROOT / "workflow/schemas/config.schema.yaml")
    assert "molecules.x.record" in said
    assert says in said


def test_a_path_starts_from_the_config_file_that_names_it(tmp_path):
    """Of two config files the last need not be the one that names the file."""
    one, other = tmp_path / "a/one.yaml", tmp_path / "b/other.yaml"
    said = {
        "molecules": {
            "x": {
                "geometries": {"file": "x.xyz"},
                "tests": {"hot": {"file": "hot.xyz"}, "same": {}},
            },
            "y": {"file": "y.sdf"},
        }
    }
    for path in (one, other):
        path.parent.mkdir()
    one.write_text(yaml.safe_dump(said))
    other.write_text("molecules: {x: {tests: {hot: {file: hot.xyz}}}}\n")
    found = {
        folder: geometries.path_of(said, folder, [one, other]).relative_to(tmp_path).as_posix()
        for folder in ("x", "x/tests/hot", "x/tests/same", "y")
    }
    assert found == {
        "x": "a/x.xyz",
        "x/tests/hot": "b/hot.xyz",
        "x/tests/same": "a/x.xyz",
        "y": "a/y.sdf",
    }
    assert geometries.path_of(said, "y", []) == Path("y.sdf")
    said["molecules"]["z"] = {"file": "z.sdf"}  # by --config
    assert geometries.path_of(said, "z", [one, other]) == other.parent / "z.sdf"


def test_a_missing_file_is_told_before_the_first_job(three):
    study = {"molecules": {"x": {"file": three.name}, "y": {"smiles": "CCO"}}}
    config = three.parent / "study.yaml"
    config.write_text("molecules:\n")
    assert geometries.missing(study, [config]) is None
    assert geometries.from_molfiles(study) == ["x"]
    assert geometries.from_smiles(study) == ["y"]
    assert geometries.embedded(study) == ["x", "y"]
    study["molecules"]["x"]["file"] = "none.sdf"
    said = geometries.missing(study, [config])
    assert said.startswith("molecules.x.file: ")
    assert "none.sdf is not there; put it there, or correct the path" in said
