"""Files of geometries: what is read, what is handled and said, what is refused in one sentence."""

import gzip
import json
import logging
import lzma
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import ase.db
import ase.io
import numpy as np
import pytest
from ase import Atoms, units
from ase.calculators.singlepoint import SinglePointCalculator
from ase.data import covalent_radii
from rdkit import Chem
from scipy.spatial.transform import Rotation

from confsym.datasets import given, perception
from confsym.datasets.consistency import refuse, report
from confsym.datasets.elements import formula
from confsym.datasets.order import bonds_of
from confsym.datasets.reading import read
from confsym.datasets.units import ENERGY_UNITS, FORCE_UNITS, LENGTH_UNITS
from confsym.datasets.yardsticks import atoms_energy
from confsym.energies.registry import LEVELS
from confsym.errors import StudyError
from confsym.registry import resolve

PLACE = "molecules.m.geometries"
WATER = [("O", 0.0, 0.0, 0.1), ("H", 0.0, 0.76, -0.47), ("H", 0.0, -0.76, -0.47)]
PROPERTIES = "Properties=species:S:1:pos:R:3:forces:R:3"
NAMED = {"energy": "energy", "forces": "forces", "energy_unit": "eV"}


def atom(symbol: str, *numbers: object) -> str:
    return " ".join(map(str, (symbol, *numbers)))


def frame(comment: str = "", shift: float = 0.0, atoms: list | None = None) -> str:
    """A frame of water with forces that sum to nothing, as extended XYZ."""
    rows = atoms or [
        atom(s, x + shift, y, z, *f)
        for (s, x, y, z), f in zip(WATER, [(0, 0, 1), (0, 0, -0.5), (0, 0, -0.5)], strict=True)
    ]
    return "\n".join([str(len(rows)), f"{PROPERTIES} {comment}", *rows]) + "\n"


def two(comment: str = "energy=-76.5") -> str:
    return frame("energy=-76.25") + frame(comment, 0.5)


def write(folder: Path, text: str, name: str = "water.xyz") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def load(path: Path, **settings):
    return read(path, {"file": path.name, **settings}, "m", PLACE)


def said(frames) -> str:
    return "\n".join(frames.remarks)


def plain(symbols: list[str]) -> str:
    rows = [atom(s, *row[1:]) for s, row in zip(symbols, WATER, strict=True)]
    return "\n".join(["3", "", *rows]) + "\n"


STARS = atom("O", "********", 0, 0.1, 0, 0, 1)
SHORT = frame("energy=1").replace("H 0.0 -0.76 -0.47 0 0 -0.5\n", "")
ALL_ROWS = frame().splitlines()[2:]

# text of the file, and what its one sentence has in it
REFUSED = {
    "empty": ("", ["no geometries", "empty"]),
    "only empty lines": ("\n\n", ["no geometries"]),
    "too few atoms": (
        two().replace("3\n", "4\n", 1),
        ["frame 0 (line 1) says 4 atoms", "line 6 is '3'"],
    ),
    "file ends": (two() + SHORT, ["frame 2 (line 11) says 3 atoms", "ends after 2"]),
    "too many atoms": (
        frame("energy=1").replace("3\n", "2\n", 1) + frame("energy=1"),
        ["frame 1 (line 5) begins with 'H 0.0 -0.76", "frame 0", "too small"],
    ),
    "no number of atoms": ("water\n" + two(), ["frame 0 (line 1) begins with 'water'"]),
    "stars": (
        two() + frame("energy=1", atoms=[STARS, *ALL_ROWS[1:]]),
        ["frame 2 (line 11) has '********'", "line 13"],
    ),
    "no energy in one": (two("config=1"), ["frame 1 (line 6) has no energy 'energy'", "config"]),
    "another key": (
        two().replace("energy", "REF_energy"),
        ["frame 0 (line 1) has no energy 'energy'; its keys are REF_energy"],
    ),
    "energy with a unit": (two('energy="-76.5 eV"'), ["frame 1 (line 6) has energy='-76.5 eV'"]),
    "list of energies": (two('energy="-76.5 -76.4"'), ["frame 1 (line 6)", "one finite number"]),
    "energy NaN": (two("energy=nan"), ["frame 1 (line 6) has energy='nan'"]),
    "energy Inf": (two("energy=-Inf"), ["frame 1 (line 6) has energy='-inf'"]),
    "energy with an underscore": (
        two("energy=-1_15.5"),
        ["frame 1 (line 6) has energy='-1_15.5', where one finite number without a unit is needed"],
    ),
    "whole energy with an underscore": (
        two('energy = "-1_15"'),
        ["frame 1 (line 6) has energy='-1_15', where one finite"],
    ),
    "position with an underscore": (
        two().replace("0.76", "0.7_6", 1),
        ["frame 0 (line 1) has '0.7_6' for a number in line 4"],
    ),
    "force with an underscore": (
        two().replace("0 0 1", "0 0 1_0", 1),
        ["frame 0 (line 1) has '1_0' for a number in line 3"],
    ),
    "energy is a word": (two("energy"), ["frame 1 (line 6) has energy='True'"]),
    "no forces": (
        two().replace(":forces:R:3", ":force:R:3"),
        ["frame 0 (line 1) has no forces 'forces'", "keys of atoms are force;"],
    ),
    "unnamed columns": (
        two().replace(PROPERTIES, ""),
        ["frame 0 (line 1) has no forces 'forces'", "columns need a name in Properties"],
    ),
    "forces NaN": (
        two().replace("0 0 -0.5", "0 0 nan", 1),
        ["frame 0 (line 1) has forces", "finite"],
    ),
    "two columns of forces": (
        two().replace("forces:R:3", "forces:R:2"),
        ["frame 0 (line 1) has forces of shape (3, 2)"],
    ),
    "all forces zero": (
        two().replace("0 0 1", "0 0 0").replace("0 0 -0.5", "0 0 0"),
        ["all forces of all frames are zero"],
    ),
    "positions NaN": (two().replace("0.76", "nan", 1), ["frame 0 (line 1) has positions that"]),
    "no element": (two().replace("\nO ", "\nOw ", 1), ["frame 0 (line 1) has an atom 'Ow'"]),
    "dummy atom": (two().replace("\nO ", "\nX ", 1), ["frame 0 (line 1) has an atom 'X'"]),
    "other elements": (
        two() + frame("energy=1").replace("\nO ", "\nS "),
        ["frame 2 (line 11) is H2S, and frame 0 (line 1) is H2O"],
    ),
    "fewer atoms": (
        two() + "2\nenergy=1\nO 0 0 0\nH 0 0 1\n",
        ["frame 2 (line 11)"],
    ),
    "only isolated atoms": (f"1\n{PROPERTIES} energy=1\nH 0 0 0 0 0 0\n", ["but isolated atoms"]),
    "properties": (
        two().replace("pos:R:3", "position:R:3"),
        ["frame 0 (line 1) has Properties=", "no pos"],
    ),
    "energy twice": (two("energy=1 energy=2"), ["frame 1 (line 6) says energy= more than once"]),
    "atoms without end": (f"{'9' * 30}\n{two()}", ["frame 0 (line 1) begins with '999"]),
    "more digits than Python reads": (f"{'9' * 5000}\n", ["frame 0 (line 1) begins with '999"]),
    "a page": ("<!DOCTYPE html>\n<html>\n", ["frame 0 (line 1) begins with '<!DOCTYPE html>'"]),
    "a pointer": (
        "version https://git-lfs.github.com/spec/v1\n",
        ["pointer of Git LFS", "git lfs"],
    ),
    "atoms in one place": (
        two().replace("0.5 -0.76 -0.47", "0.5 0.0 0.1", 1),
        ["in frame 1 (line 6) atoms 0 and 2, counted from 0, are 0.00 Å apart"],
    ),
    "far off": (two().replace("-0.76", "1e300", 1), ["frame 0 (line 1) is 1.0e+300 Å wide"]),
    "a broken comment": (two("stress=1"), ["frame 1 (line 6) has a comment that cannot be read"]),
    "nanometres": (
        two().replace("0.76", "0.076").replace("0.47", "0.047").replace("0.1 ", "0.01 "),
        ["fit nm", "length_unit"],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_one_sentence(name, tmp_path):
    text, words = REFUSED[name]
    with pytest.raises(StudyError) as caught:
        load(write(tmp_path, text), **NAMED)
    message = str(caught.value)
    assert message.startswith(f"{PLACE}: water.xyz: ")
    for word in words:
        assert word in message
    assert message.count("\n") == 0
    assert message.endswith(".")


# text of the file, and what the remarks say; positions and energies are those of two()
HANDLED = {
    "empty line between frames": (
        frame("energy=-76.25") + "\n \n" + frame("energy=-76.5", 0.5),
        "Frame 1 (line 8) comes after empty lines",
    ),
    "empty lines at the end": (two() + "\n\n", ""),
    "Windows": (two().replace("\n", "\r\n"), ""),
    "byte-order mark": ("\ufeff" + two(), ""),
    "Fortran": (
        two("energy=-0.765D+02").replace("0.76 ", "0.76d0 "),
        "Frame 0 (line 1), the first of 3 such frames, has Fortran's exponents",
    ),
    "a box": (
        two('Lattice="9 0 0 0 9 0 0 0 9" energy=-76.5'),
        "Frame 1 (line 6) has a periodic box",
    ),
    "a box without pbc": (
        two('Lattice="9 0 0 0 9 0 0 0 9" pbc="F F F" energy=-76.5'),
        "Frame 1 (line 6) has a box, which a molecule does not need",
    ),
    "heavy water": (two().replace("\nH", "\nD", 1), "hydrogen written as D or T"),
    "atomic numbers": (two().replace("\nO", "\n8", 1), "gives elements as atomic numbers"),
    "a space before the energy": (two("energy= -76.5"), ""),
    "lower case": (two().replace("\nO", "\no"), ""),
    "more columns": (two().replace("0 0 1", "0 0 1 7"), "has more columns than have a name"),
    "numbers in columns": (
        two().replace("species:S:1", "Z:I:1").replace("\nO", "\n8").replace("\nH", "\n1"),
        "",
    ),
    "a second energy": (two("energy=-76.5 REF_energy=3").replace("=-76.25", "=-76.25 REF_energy=2"),
        "Energies are energy; not used: REF_energy."),
    "an isolated atom": (
        frame("energy=-76.25") + f"1\n{PROPERTIES} energy=-0.5 config_type=IsolatedAtom\n"
        "H 0 0 0 0 0 0\n" + frame("energy=-76.5", 0.5),
        "Frame 1 (line 6) is an isolated atom and is set aside.",
    ),
    "another order of elements": (
        frame("energy=-76.25") + frame("energy=-76.5", 0.5, [
            atom("H", 0.5, 0.76, -0.47, 0, 0, -0.5), atom("O", 0.5, 0, 0.1, 0, 0, 1),
            atom("H", 0.5, -0.76, -0.47, 0, 0, -0.5)]),
        "put into that of the others by their bonds: 1, the first of them frame 1 (line 6).",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HANDLED)
def test_handled_and_said(name, tmp_path):
    text, words = HANDLED[name]
    expected = load(write(tmp_path, two()), **NAMED)
    frames = load(write(tmp_path, text), **NAMED)
    np.testing.assert_array_equal(frames.positions, expected.positions)
    np.testing.assert_array_equal(frames.gradients, expected.gradients)
    np.testing.assert_array_equal(frames.energy, expected.energy)
    np.testing.assert_array_equal(frames.numbers, [8, 1, 1])
    assert words in said(frames)
    assert set(expected.remarks) <= set(frames.remarks)
    assert (len(frames.remarks) > len(expected.remarks)) == bool(words)


def test_ase_stops_silently_where_this_reads_on(tmp_path):
    path = write(tmp_path, HANDLED["empty line between frames"][0])
    assert len(ase.io.read(path, ":")) == 1
    assert len(load(path, **NAMED).frame) == 2


def test_frames_keep_their_place_in_the_file(tmp_path):
    frames = load(write(tmp_path, HANDLED["an isolated atom"][0]), **NAMED)
    assert frames.frame.tolist() == [0, 2]


def test_isolated_atoms_as_reference(tmp_path):
    atoms = "".join(
        f"1\n{PROPERTIES} energy={value}\n{symbol} 0 0 0 0 0 0\n"
        for symbol, value in {"H": -0.5, "O": -75.0}.items()
    )
    path = write(tmp_path, atoms + two())
    total = load(path, **NAMED).energy
    above = load(path, **NAMED, isolated_atoms="reference")
    np.testing.assert_array_equal(above.energy, total - (-76.0) * ENERGY_UNITS["eV"])
    assert "above the file's isolated atoms" in said(above)
    with pytest.raises(StudyError, match="no isolated atom with an energy of O"):
        load(write(tmp_path, atoms[: len(atoms) // 2] + two()), **NAMED, isolated_atoms="reference")


def test_units_are_asked_for_and_never_guessed(tmp_path):
    path = write(tmp_path, two())
    with pytest.raises(StudyError, match="energies have no unit; say energy_unit"):
        load(path, energy="energy")
    with pytest.raises(StudyError, match="forces have no unit"):
        load(path, forces="forces")
    with pytest.raises(StudyError, match="energy_unit 'ev' is unknown"):
        load(path, **NAMED | {"energy_unit": "ev"})
    with pytest.raises(StudyError, match="both forces and gradients"):
        load(path, **NAMED, gradients="forces")


def test_units_against_ase():
    kcal, hartree = units.kcal / units.mol, units.Hartree
    known = {"eV": 1, "meV": 1e-3, "kcal/mol": kcal, "kJ/mol": units.kJ / units.mol}
    for unit, value in (known | {"hartree": hartree}).items():
        assert ENERGY_UNITS[unit] == pytest.approx(value / kcal, rel=1e-7)  # CODATA 2014 in ASE
    assert LENGTH_UNITS["bohr"] == pytest.approx(units.Bohr, rel=1e-8)
    assert FORCE_UNITS["hartree/bohr"] == pytest.approx(hartree / units.Bohr / kcal, rel=1e-7)
    assert ENERGY_UNITS["kcal/mol"] == LENGTH_UNITS["angstrom"] == 1


def test_nothing_named_is_allowed_and_said(tmp_path):
    frames = load(write(tmp_path, two("energy=-76.5 spin=1")))
    assert frames.energy is None
    assert frames.gradients is None
    assert "No energy is named; frames have energy." in said(frames)
    assert "No forces are named; atoms have forces." in said(frames)
    assert "Some frames have no value" not in said(frames)


def test_columns_for_a_split(tmp_path):
    frames = load(
        write(tmp_path, frame("energy=1 T=300 set=a") + frame("energy=2 T=600 set=b", 1)), **NAMED
    )
    assert frames.columns["T"].tolist() == [300, 600]
    assert frames.columns["set"].tolist() == ["a", "b"]
    gaps = load(write(tmp_path, frame("energy=1 T=300") + frame("energy=2", 1)), **NAMED)
    assert "T" not in gaps.columns
    assert "Some frames have no value of T" in said(gaps)


def test_repeated_geometries_are_counted(tmp_path):
    frames = load(write(tmp_path, two() + frame("energy=-76.25") + frame("energy=-70")), **NAMED)
    assert "Frames that repeat an earlier one, with another energy: 1." in said(frames)


def test_single_precision_is_said(tmp_path):
    energies = np.float32([-97263.55, -97258.885, -97255.117])
    text = "".join(frame(f"energy={float(e)}", k) for k, e in enumerate(energies))
    frames = load(write(tmp_path, text), **NAMED)
    np.testing.assert_array_equal(frames.energy, energies.astype(float) * ENERGY_UNITS["eV"])
    assert "steps here are 0.0078 eV, or 0.18 kcal/mol" in said(frames)


@pytest.mark.parametrize("name", ["absent.xyz", "."])
def test_no_file(name, tmp_path):
    with pytest.raises(StudyError, match=r"does not exist|is a folder"):
        load(tmp_path / name, **NAMED)


def test_links_are_followed(tmp_path):
    path = write(tmp_path, two())
    (tmp_path / "link.xyz").symlink_to(path)
    assert len(load(tmp_path / "link.xyz", **NAMED).frame) == 2


@pytest.mark.parametrize(
    "name", ["water.xyz", "water.db", "water.json", "water.traj", "water.xyz.gz"]
)
def test_what_ase_wrote_is_read_to_the_last_digit(name, tmp_path, rng):
    images = []
    for _ in range(4):
        image = Atoms("OH2", np.array([row[1:] for row in WATER]) + rng.normal(0, 0.01, (3, 3)))
        image.calc = SinglePointCalculator(
            image, energy=-2079 + rng.normal(), forces=rng.normal(size=(3, 3))
        )
        images.append(image)
    path = tmp_path / name
    if path.suffix == ".db":
        with ase.db.connect(path) as database:
            for k, image in enumerate(images):
                database.write(image, temperature=300 + k)
    else:
        ase.io.write(path, images)
    again = list(ase.io.iread(path, ":"))  # extended XYZ is written with eight decimals
    frames = load(path, **NAMED)
    np.testing.assert_array_equal(frames.positions, [one.positions for one in again])
    energies = np.array([one.get_potential_energy() for one in again])
    np.testing.assert_array_equal(frames.energy, energies * ENERGY_UNITS["eV"])
    forces = np.array([one.get_forces() for one in again])
    np.testing.assert_array_equal(frames.gradients, forces * -FORCE_UNITS["eV/angstrom"])
    if path.suffix == ".db":
        assert frames.columns["temperature"].tolist() == [300, 301, 302, 303]


def schnet(path: Path, **metadata) -> Path:
    """A database as SchNetPack makes it: properties are data of rows, units are metadata."""
    with ase.db.connect(path) as database:
        for k in range(3):
            positions = np.array([row[1:] for row in WATER]) + 0.01 * k
            data = {"energy": np.array([-2079.0 - k]), "forces": np.eye(3) - 1 / 3}
            database.write(Atoms("OH2", positions), data=data)
        database.metadata = metadata
    return path


@pytest.mark.parametrize(
    ("metadata", "said"),
    [
        ({"_property_unit_dict": {"energy": "eV", "forces": "eV/Ang"}}, None),
        ({"_property_unit_dict": {"energy": "kcal/mol"}}, "energy_unit in the file is 'kcal/mol'"),
        ({"_property_unit_dict": {"energy": "Hartree"}}, "energy_unit in the file is 'Hartree'"),
        ({"_property_unit_dict": {"forces": "Ha/Bohr"}}, "force_unit in the file is 'Ha/Bohr'"),
        ({"_property_unit_dict": {"dipole": "Debye"}}, None),
        ({"_distance_unit": "Bohr"}, "distance_unit in the file is 'Bohr', and length_unit is ang"),
        ({"_distance_unit": "Ang", "atomrefs": {}}, None),
        ({"energy_unit": "kJ/mol"}, "energy_unit in the file is 'kJ/mol', and energy_unit is eV"),
    ],
)
def test_units_in_the_metadata_of_a_database(metadata, said, tmp_path):
    path = schnet(tmp_path / "water.db", **metadata)
    settings = {"energy": "energy", "forces": "forces", "energy_unit": "eV"}
    if said:
        with pytest.raises(StudyError, match=re.escape(said)):
            load(path, **settings)
    else:
        assert load(path, **settings).energy.tolist() == pytest.approx(
            [ENERGY_UNITS["eV"] * energy for energy in (-2079, -2080, -2081)]
        )


def test_a_unit_in_the_metadata_that_nobody_knows_is_a_remark(tmp_path):
    path = schnet(tmp_path / "water.db", _property_unit_dict={"energy": "Ry"})
    frames = load(path, energy="energy", energy_unit="eV")
    assert any("energy_unit in the file is 'Ry', which is not known" in r for r in frames.remarks)


@pytest.mark.parametrize("name", ["water.gen", "POSCAR"])
def test_a_number_with_an_underscore_is_none_in_any_text(name, tmp_path):
    """Python reads 0_0.76 as 0.76, and so does ASE."""
    path = tmp_path / name
    water = Atoms("OH2", np.array([row[1:] for row in WATER]))
    water.center(vacuum=3)
    ase.io.write(path, water)
    text = path.read_text()
    assert len(load(path).frame) == 1
    number = re.findall(r"-?\d+\.\d+", text)[-1]
    path.write_text(text.replace(number, "1_0.5"))
    with pytest.raises(StudyError, match=r"'1_0\.5' for a number"):
        load(path)


def test_a_database_in_the_wrong_clothes(tmp_path):
    with sqlite3.connect(tmp_path / "mine.db") as connection:
        connection.execute("create table geese (name text)")
    with pytest.raises(StudyError, match=r"ASE cannot read frame 0 as db .*systems"):
        load(tmp_path / "mine.db", **NAMED)
    with closing(sqlite3.connect(tmp_path / "mine.db")) as connection:
        tables = connection.execute("select name from sqlite_master").fetchall()
    assert tables == [("geese",)]  # ASE would have added its own
    with pytest.raises(StudyError, match="no format that is read"):
        load(write(tmp_path, "print('hello')\n", "mine.py"), **NAMED)
    with pytest.raises(StudyError, match="no format that is read"):
        load(write(tmp_path, "1;2;3\n", "mine.csv"), **NAMED)


def test_sdf(tmp_path, conformers):
    target, positions = conformers("CCO", 5)
    mol = Chem.Mol(target)
    path = tmp_path / "ethanol.sdf"
    with Chem.SDWriter(str(path)) as writer:
        for k, one in enumerate(positions):
            mol.RemoveAllConformers()
            conformer = Chem.Conformer(mol.GetNumAtoms())
            conformer.SetPositions(np.ascontiguousarray(one))
            mol.AddConformer(conformer)
            mol.SetProp("E", repr(-154.1 - k / 7))
            writer.write(mol)
    frames = load(path, energy="E", energy_unit="hartree")
    np.testing.assert_array_equal(frames.positions, np.round(positions, 4))
    energies = np.array([-154.1 - k / 7 for k in range(len(positions))])
    np.testing.assert_array_equal(frames.energy, energies * ENERGY_UNITS["hartree"])
    with pytest.raises(StudyError, match="an SDF file has no forces"):
        load(path, energy="E", energy_unit="hartree", forces="F")
    with pytest.raises(
        StudyError, match=r"frame 0 \(line 1\) has no energy 'energy'; its keys are E"
    ):
        load(path, energy="energy", energy_unit="hartree")
    text = path.read_text().replace("-154.2", "n/a ", 1)
    with pytest.raises(StudyError, match=r"frame 1 \(line \d\d\) has E='n/a "):
        load(write(tmp_path, text, "bad.sdf"), energy="E", energy_unit="hartree")
    text = path.read_text()
    cut = write(tmp_path, text[: text.rindex("$$$$", 0, -6) + 40], "cut.sdf")
    with pytest.raises(StudyError, match=r"frame 4 \(line \d+\) is cut off"):
        load(cut, energy="E", energy_unit="hartree")
    joined = write(tmp_path, text.replace("$$$$\n", ""), "joined.sdf")
    with pytest.raises(StudyError, match=r"frame 0 \(line 1\) has 5 molecules; end each record"):
        load(joined, energy="E", energy_unit="hartree")
    last = write(tmp_path, text.removesuffix("$$$$\n"), "last.sdf")
    assert len(load(last, energy="E", energy_unit="hartree").frame) == len(positions)


@pytest.mark.parametrize(
    ("smiles", "what"), [("CCO", "leaves out 6 hydrogen atoms"), ("[H]O[H]", "is flat")]
)
def test_sdf_of_drawings(smiles, what, tmp_path):
    mol = Chem.MolFromSmiles(smiles)
    if smiles == "CCO":
        from rdkit.Chem import rdDistGeom

        mol = Chem.AddHs(mol)
        rdDistGeom.EmbedMolecule(mol, randomSeed=1)
        mol = Chem.RemoveHs(mol)
    else:
        from rdkit.Chem import rdDepictor

        mol = Chem.AddHs(mol)
        rdDepictor.Compute2DCoords(mol)
    path = tmp_path / "flat.sdf"
    with Chem.SDWriter(str(path)) as writer:
        writer.write(mol)
    with pytest.raises(StudyError, match=rf"frame 0 \(line 1\) {what}"):
        load(path)


FORCES = np.array([[[0, 0, 1], [0, 0, -0.5], [0, 0, -0.5]]] * 3)
ARRAYS = {
    "positions": np.array([[row[1:] for row in WATER]] * 3) + np.arange(3)[:, None, None],
    "energy": np.array([-76.1, -76.2, -76.4]),
    "forces": FORCES,
}
SPELLINGS = {
    "MD17": ("R", "z", "E", "F"),
    "rMD17": ("coords", "nuclear_charges", "energies", "forces"),
    "mlp-train": ("R", "Z", "E_true", "F_true"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_npz(spelling, tmp_path):
    position, number, energy, force = SPELLINGS[spelling]
    content = {position: ARRAYS["positions"], number: np.array([8, 1, 1], dtype=np.int16)}
    content |= {energy: ARRAYS["energy"].reshape(3, 1), force: ARRAYS["forces"], "T": np.arange(3)}
    if spelling == "mlp-train":
        content |= {number: np.array([[8, 1, 1]] * 3), "E_predicted": np.array(None, dtype=object)}
    np.savez(tmp_path / "water.npz", **content)
    frames = load(tmp_path / "water.npz", energy=energy, forces=force, energy_unit="hartree")
    np.testing.assert_array_equal(frames.positions, ARRAYS["positions"])
    np.testing.assert_array_equal(frames.energy, ARRAYS["energy"] * ENERGY_UNITS["hartree"])
    expected = -ARRAYS["forces"] * FORCE_UNITS["hartree/angstrom"]
    np.testing.assert_array_equal(frames.gradients, expected)
    assert frames.columns["T"].tolist() == [0, 1, 2]
    with pytest.raises(StudyError, match=f"has no energy 'e'; its keys are {energy}, T"):
        load(tmp_path / "water.npz", energy="e", energy_unit="eV")


def test_rounded_energies_are_remarked(tmp_path):
    content = ARRAYS | {"R": ARRAYS["positions"], "z": [8, 1, 1]}
    content.pop("positions")
    content.pop("numbers", None)
    for size, words in ((0.1, "multiples of 0.1 eV, or 2.3 kcal/mol"), (1e-5, "")):
        energy = np.array([-761, -762, -764]) * size
        np.savez(tmp_path / "water.npz", **content | {"energy": energy.round(5)})
        remarks = said(load(tmp_path / "water.npz", energy="energy", energy_unit="eV"))
        assert words in remarks
        assert ("multiples" in remarks) == bool(words)


NPZ_REFUSED = {
    "no positions": ({"z": [8, 1, 1]}, "no array is known to be positions"),
    "two positions": ({"R": ARRAYS["positions"], "pos": [0]}, "several arrays could be positions"),
    "no numbers": ({"R": ARRAYS["positions"]}, "no array is known to be atomic numbers"),
    "objects": (
        {"R": np.array([[None]], dtype=object), "z": [8, 1, 1]},
        "R holds Python objects, which are not read",
    ),
    "flat positions": ({"R": np.zeros((3, 9)), "z": [8, 1, 1]}, r"R is float64 of shape \(3, 9\)"),
    "numbers of others": ({"R": ARRAYS["positions"], "z": [8, 1]}, r"z is int64 of shape \(2,\)"),
    "several energies": (
        {"R": ARRAYS["positions"], "z": [8, 1, 1], "energy": np.ones((3, 2)), "forces": FORCES},
        "frame 0 has energy=",
    ),
    "fewer energies": (
        {"R": ARRAYS["positions"], "z": [8, 1, 1], "energy": np.ones(2), "forces": FORCES},
        r"energy is float64 of shape \(2,\); energies are numbers of shape \(3,\)",
    ),
    "complex energies": (
        {"R": ARRAYS["positions"], "z": [8, 1, 1], "energy": np.ones(3) + 1j, "forces": FORCES},
        "energy is complex128 of shape",
    ),
    "other forces": (
        {"R": ARRAYS["positions"], "z": [8, 1, 1], "forces": np.zeros((2, 3, 3))},
        r"forces is float64 of shape \(2, 3, 3\)",
    ),
    "complex forces": (
        {"R": ARRAYS["positions"], "z": [8, 1, 1], "energy": np.ones(3), "forces": FORCES + 1j},
        "forces is complex128 of shape",
    ),
    "padded": ({"R": ARRAYS["positions"], "z": [8, 1, 0]}, "has an atom '0', which is no element"),
}  # fmt: skip


@pytest.mark.parametrize("name", NPZ_REFUSED)
def test_npz_refused(name, tmp_path):
    content, words = NPZ_REFUSED[name]
    np.savez(tmp_path / "water.npz", **{key: np.array(value) for key, value in content.items()})
    with pytest.raises(StudyError, match=f"^{PLACE}: water.npz: .*{words}"):
        load(tmp_path / "water.npz", **NAMED)


def test_energies_of_more_than_double_precision(tmp_path):
    content = {"R": ARRAYS["positions"], "z": [8, 1, 1], "forces": FORCES}
    energy = np.array([-761, -762, -764], dtype=np.longdouble)
    np.savez(tmp_path / "water.npz", energy=energy, **content)
    read = load(tmp_path / "water.npz", **NAMED)
    np.savez(tmp_path / "water.npz", energy=energy.astype(float), **content)
    np.testing.assert_array_equal(read.energy, load(tmp_path / "water.npz", **NAMED).energy)


UNKNOWN = "which is not known; {} are taken to be in {}"
AS_STATED = ", as the config says."


@pytest.mark.parametrize(
    ("units", "remark"),
    [
        ({"e_unit": "eV", "r_unit": "Ang"}, ""),
        ({"e_unit": " EV ", "r_unit": "Å"}, ""),
        ({"e_unit": ["electronvolt"], "r_unit": "A"}, ""),
        ({"e_unit": "what DFT gave"}, f"'what DFT gave', {UNKNOWN.format('energies', 'eV')}, as"),
        ({"e_unit": "Ry"}, f"e_unit in the file is 'Ry', {UNKNOWN.format('energies', 'eV')}, as"),
        ({"e_unit": 27.2}, "e_unit in the file is '27.2', which is not known"),
        (
            {"e_unit": np.array(["eV", None])},
            "e_unit in the file is 'a Python object', which is not",
        ),
        ({"r_unit": ["bohr"] * 3}, UNKNOWN.format("positions", "angstrom.")),
    ],
)
def test_units_that_an_npz_states(tmp_path, hot, units, remark):
    path = save(tmp_path, hot, **{name: np.array(unit) for name, unit in units.items()})
    found = said(load(path, energy="E", energy_unit="eV"))
    assert remark in found
    assert ("which is not known" in found) == bool(remark)


@pytest.mark.parametrize(
    ("key", "unit", "stated"),
    [
        *(
            ("e_unit", unit, "energy_unit is eV")
            for unit in ("kcal/mol", "kcal mol-1", "kcal mol^-1", "kcal·mol⁻¹", "KCAL/MOL", "kcal")
        ),
        *(("e_unit", unit, "energy_unit is eV") for unit in ("Ha", "E_h", "a.u.", "au", "Hartree")),
        *(("e_unit", unit, "energy_unit is eV") for unit in ("kJ mol**-1", "kJ", "meV")),
        *(("r_unit", unit, "length_unit is angstrom") for unit in ("bohr", "a0", "a.u.", "nm")),
        ("e_unit", np.bytes_("kcal/mol"), "energy_unit is eV"),
        *(
            ("f_unit", unit, "force_unit is eV/angstrom")
            for unit in ("hartree/bohr", "Ha/Bohr", "a.u.", "kcal/(mol Å)", "kcal mol-1 A-1")
        ),
    ],
)
def test_units_that_an_npz_contradicts(tmp_path, hot, key, unit, stated):
    path = save(tmp_path, hot, **{key: np.array(unit)})
    with pytest.raises(StudyError, match=rf"{key} in the file is .*, and {stated}; correct the"):
        load(path, energy="E", energy_unit="eV", forces="F")


@pytest.mark.parametrize("unit", ["eV/Ang", "eV/Å", "eV Å⁻¹", "ev ang^-1", "eV per Angstrom"])
def test_forces_in_the_stated_unit_however_it_is_spelt(tmp_path, hot, unit):
    path = save(tmp_path, hot, f_unit=np.array(unit))
    assert "known" not in said(load(path, energy="E", energy_unit="eV", forces="F"))


def test_a_unit_of_what_is_not_read_says_nothing(tmp_path, hot):
    path = save(tmp_path, hot, e_unit=np.array("Ry"), f_unit=np.array("Ry/bohr"))
    assert "unit in the file" not in said(load(path))


def test_units_that_frames_state(tmp_path):
    text = two("energy=-76.5 energy_unit=Hartree").replace("-76.25", "-76.25 energy_unit=eV")
    with pytest.raises(StudyError, match="energy_unit in the file is 'Hartree', and energy_unit"):
        load(write(tmp_path, text), **NAMED)
    frames = load(write(tmp_path, text.replace("Hartree", '"eV per cell"')), **NAMED)
    assert f"is 'eV per cell', {UNKNOWN.format('energies', 'eV')}{AS_STATED}" in said(frames)


def test_words_with_underscores_stay_words(tmp_path):
    """Python reads 1_0 as ten, which no other program does; a name may have one."""
    comments = ["energy=-76.25 run=1_0 id=a1_2 b1_2=7", 'energy=-76.5 run="2_0 3" id=x_ b1_2=8']
    frames = load(
        write(tmp_path, "".join(frame(text, k) for k, text in enumerate(comments))), **NAMED
    )
    assert {key: column.tolist() for key, column in frames.columns.items()} == {
        "run": ["1_0", "2_0 3"],
        "id": ["a1_2", "x_"],
        "b1_2": [7, 8],
    }


def test_an_energy_with_an_underscore_in_other_files(tmp_path, hot):
    words = "frame 0.* has E='-1_15.5', where one finite number"
    path = save(tmp_path, hot, E=np.array(["-1_15.5"] * len(hot[1])))
    with pytest.raises(StudyError, match=words):
        load(path, energy="E", energy_unit="eV")
    target, conformer = Chem.Mol(hot[0]), Chem.Conformer(len(hot[1][0]))
    conformer.SetPositions(np.ascontiguousarray(hot[1][0]))
    target.AddConformer(conformer)
    target.SetProp("E", "-1_15.5")
    with Chem.SDWriter(str(tmp_path / "hot.sdf")) as writer:
        writer.write(target)
    with pytest.raises(StudyError, match=words):
        load(tmp_path / "hot.sdf", energy="E", energy_unit="eV")


@pytest.mark.parametrize("ending", ["npz", "sdf", "db"])
def test_packed_files_that_are_not_unpacked(tmp_path, ending):
    with pytest.raises(StudyError, match=f"a .{ending} file that is packed is not read; unpack it"):
        load(write(tmp_path, "", f"water.{ending}.gz"))


def test_no_npz(tmp_path):
    np.save(tmp_path / "one.npy", np.zeros(3))
    (tmp_path / "one.npy").rename(tmp_path / "one.npz")
    with pytest.raises(StudyError, match=r"one.npz: this is one array; save positions"):
        load(tmp_path / "one.npz", **NAMED)
    with pytest.raises(StudyError, match="file of plain arrays"):
        load(write(tmp_path, "R = 1", "water.npz"), **NAMED)


def test_files_that_end_too_soon(tmp_path):
    with gzip.open(tmp_path / "water.xyz.gz", "wt") as file:
        file.writelines(frame(f"energy={k}", k / 7) for k in range(200))
    content = (tmp_path / "water.xyz.gz").read_bytes()
    (tmp_path / "water.xyz.gz").write_bytes(content[: len(content) // 2])
    with pytest.raises(StudyError, match="the file cannot be read to its end"):
        load(tmp_path / "water.xyz.gz", **NAMED)


def test_a_damaged_xz_file(tmp_path):
    whole = bytearray(lzma.compress(two().encode()))
    whole[len(whole) // 2] ^= 255
    for content in (b"hello", whole):
        (tmp_path / "water.xyz.xz").write_bytes(content)
        with pytest.raises(StudyError, match="the file cannot be read to its end"):
            load(tmp_path / "water.xyz.xz", **NAMED)


@pytest.mark.parametrize("encode", [gzip.compress, lambda text: text.decode().encode("utf-16")])
def test_bytes_that_are_no_text(encode, tmp_path):
    (tmp_path / "water.xyz").write_bytes(encode(two().encode()))
    with pytest.raises(StudyError, match="bytes that are no text in UTF-8; unpack it, or save"):
        load(tmp_path / "water.xyz", **NAMED)


def test_another_encoding_of_a_comment(tmp_path):
    (tmp_path / "latin.xyz").write_bytes(two("energy=-76.5 br\xfccke=1").encode("latin-1"))
    assert len(load(tmp_path / "latin.xyz", **NAMED).frame) == 2


@pytest.fixture(scope="module")
def hot(conformers) -> tuple[Chem.Mol, np.ndarray, np.ndarray, np.ndarray]:
    """Shaken ethanol: molecule, positions (Å), energies and gradients (kcal/mol) by MMFF94."""
    target, positions = conformers("CCO", 5)
    rng = np.random.default_rng(5)
    shaken = np.repeat(positions[:1], 120, axis=0) + rng.normal(0, 0.04, (120, 9, 3))
    energy, gradients = resolve(LEVELS["mmff94"].function)(target, shaken, "m")
    return target, shaken, energy, gradients


def numbers_of(molecule: Chem.Mol) -> np.ndarray:
    return np.array([one.GetAtomicNum() for one in molecule.GetAtoms()])


def save(folder: Path, hot, **change) -> Path:
    target, positions, energy, gradients = hot
    content = {"R": positions, "z": numbers_of(target), "E": energy, "F": -gradients} | change
    np.savez(folder / "hot.npz", **content)
    return folder / "hot.npz"


KCAL = {"energy": "E", "forces": "F", "energy_unit": "kcal/mol"}


def judged(path: Path, **settings) -> dict:
    settings = {"file": path.name, **settings}
    found = report(read(path, settings, "m", PLACE))
    json.dumps(found, allow_nan=False)
    refuse(found, settings, PLACE)
    return found


def test_slope_of_right_units_is_one(tmp_path, hot):
    found = judged(save(tmp_path, hot), **KCAL)
    assert found["judged"]
    assert found["slope"] == pytest.approx(1, abs=0.03)
    assert 300 < found["stiffness"] < 1300
    assert found["net_force"] < 1e-4
    assert found["net_torque"] < 1e-4


SLIPS = {
    "gradients": ({"gradients": "F", "forces": None}, "wrong sign: name them as forces"),
    "eV": ({"force_unit": "eV/angstrom"}, "force_unit kcal/mol/angstrom"),
    "bohr": ({"force_unit": "kcal/mol/bohr"}, "force_unit kcal/mol/angstrom"),
    "hartree": ({"force_unit": "hartree/bohr"}, "force_unit kcal/mol/angstrom"),
    "kJ": ({"energy_unit": "kJ/mol", "force_unit": "kcal/mol/angstrom"}, "energy_unit kcal/mol"),
    "both in kJ": ({"energy_unit": "kJ/mol"}, "energy_unit kcal/mol would fit"),
    "both in eV": ({"energy_unit": "eV"}, "energy_unit kcal/mol would fit"),
    "both in meV": ({"energy_unit": "meV"}, "energy_unit kcal/mol would fit"),
    "both in hartree": ({"energy_unit": "hartree"}, "energy_unit kcal/mol would fit"),
    "energies alone": (
        {"energy_unit": "hartree", "force_unit": "kcal/mol/angstrom"},
        "energy_unit kcal/mol would fit",
    ),
    "positions": ({"length_unit": "bohr"}, "they fit angstrom: check length_unit"),
}  # fmt: skip


@pytest.mark.parametrize("name", SLIPS)
def test_slips_are_refused_with_their_cause(name, tmp_path, hot):
    settings, words = SLIPS[name]
    with pytest.raises(StudyError, match=words) as caught:
        judged(save(tmp_path, hot), **KCAL | settings)
    assert str(caught.value).startswith(f"{PLACE}: hot.npz: ")


def test_energies_alone_in_another_unit_and_energies_an_atom(tmp_path, hot):
    energy = hot[2] / ENERGY_UNITS["hartree"]
    words = r"1: energy_unit hartree with force_unit kcal/mol/angstrom would fit"
    with pytest.raises(StudyError, match=words):
        judged(save(tmp_path, hot, E=energy), **KCAL)
    found = judged(save(tmp_path, hot), **KCAL)
    found |= {"atoms": 13, "slope": 1 / 13, "slope_quartiles": [0.07, 0.08]}
    with pytest.raises(StudyError, match="multiply them by 13 if they are energies an atom"):
        refuse(found, KCAL, PLACE)


def test_what_belongs_to_something_else_is_refused(tmp_path, hot):
    _, _, energy, gradients = hot
    for change in ({"F": -gradients[::-1]}, {"E": energy[::-1]}, {"F": -gradients[:, ::-1]}):
        with pytest.raises(StudyError, match=r"do not follow|sum to"):
            judged(save(tmp_path, hot, **change), **KCAL)
    with pytest.raises(StudyError, match="all 120 energies under 'E' are the same"):
        judged(save(tmp_path, hot, E=np.full(120, -3.0)), **KCAL)
    wild = energy.copy()
    wild[7] += 1e5
    with pytest.raises(StudyError, match="the energy of frame 7 is 99,996"):
        judged(save(tmp_path, hot, E=wild), **KCAL)


def test_few_or_relaxed_geometries_are_not_judged(tmp_path, hot):
    _, positions, energy, gradients = hot
    few = {"R": positions[:3], "E": energy[:3], "F": -gradients[:3]}
    found = judged(save(tmp_path, hot, **few), **KCAL)
    assert not found["judged"]
    assert "no verdict" in found["remarks"][0]
    rng = np.random.default_rng(3)
    # Minima of like energies, forces next to nothing: a slope would be that of noise.
    relaxed = {"R": positions[0] + rng.normal(0, 0.001, positions.shape)}
    relaxed |= {"F": rng.normal(0, 1e-4, positions.shape), "E": rng.normal(0, 0.1, len(positions))}
    relaxed["F"] -= relaxed["F"].mean(axis=1, keepdims=True)
    found = report(load(save(tmp_path, hot, **relaxed), **KCAL))
    assert found["slope"] is None
    assert "relaxed" in found["remarks"][0]


def test_net_forces_are_said(tmp_path, hot):
    pushed = -hot[3] + [1.0, 0.0, 0.0]
    found = judged(save(tmp_path, hot, F=pushed), **KCAL)
    assert any("do not sum to zero" in remark for remark in found["remarks"])


def test_total_energies_tell_their_unit(tmp_path, hot):
    total = hot[2] + -97_200.0
    assert not any(
        "energy_unit" in r for r in judged(save(tmp_path, hot, E=total), **KCAL)["remarks"]
    )
    only = {"energy": "E", "energy_unit": "kJ/mol"}
    remarks = judged(save(tmp_path, hot, E=total), **only)["remarks"]
    assert any("4.184 times as large: check energy_unit" in remark for remark in remarks)
    with pytest.raises(StudyError, match="all electrons of the atoms have only"):
        judged(save(tmp_path, hot, E=total / 400), energy="E", energy_unit="hartree")


@pytest.mark.parametrize(
    # Hartree-Fock energies, hartree: Bunge, Barrientos and Bunge, At. Data Nucl. Data Tables 53,
    # 113 (1993), doi:10.1006/adnd.1993.1003.
    ("z", "energy"), [(6, -37.689), (7, -54.401), (8, -74.809), (16, -397.505), (35, -2572.441)]
)  # fmt: skip
def test_energies_of_atoms(z, energy):
    assert atoms_energy(np.array([z])) == pytest.approx(energy, rel=0.01)


def test_shuffled_atoms_are_put_back(tmp_path, hot, rng):
    target, positions, _, gradients = hot
    numbers = numbers_of(target)
    orders = [rng.permutation(9) for _ in positions]
    orders[0] = np.arange(9)
    for same_elements in (False, True):
        if same_elements:  # only among like atoms: the elements say nothing
            orders = [np.lexsort((rng.random(9), -numbers)) for _ in positions]
            orders[0] = np.lexsort((np.arange(9), -numbers))
        shuffled = {
            "R": np.array([x[o] for x, o in zip(positions, orders, strict=True)]),
            "F": -np.array([g[o] for g, o in zip(gradients, orders, strict=True)]),
            "z": np.array([numbers[o] for o in orders]),
        }
        frames = load(save(tmp_path, hot, **shuffled), **KCAL)
        assert "with atoms in another order" in said(frames)
        wanted = bonds_of(positions[0][orders[0]], numbers[orders[0]])
        for k in range(len(positions)):
            np.testing.assert_array_equal(
                bonds_of(frames.positions[k], frames.numbers, 1.35), wanted
            )
            # Gradients moved with their atoms: each row is still that of its atom.
            place = [
                np.flatnonzero((positions[k] == row).all(axis=1))[0] for row in frames.positions[k]
            ]
            np.testing.assert_array_equal(frames.gradients[k], gradients[k][place])
        assert report(frames)["slope"] == pytest.approx(1, abs=0.2)


def test_carbons_of_a_ring_are_told_apart(tmp_path, conformers, rng):
    """In cyclobutane the next atom but one is hardly farther than the next."""
    target, positions = conformers("C1CCC1", 5)
    shaken = np.repeat(positions[:1], 30, axis=0) + rng.normal(0, 0.03, (30, 12, 3))
    homes = [[bond[1] for bond in bonds_of(positions[0], numbers_of(target)) if bond[0] == k][-2:]
             for k in range(4)]  # fmt: skip
    order = np.arange(12)
    order[[0, 1, *homes[0], *homes[1]]] = [1, 0, *homes[1], *homes[0]]
    content = {"R": shaken.copy(), "z": numbers_of(target)}
    content["R"][20:] = content["R"][20:, order]
    np.savez(tmp_path / "ring.npz", **content)
    frames = load(tmp_path / "ring.npz")
    assert "by their bonds: 10, the first of them frame 20." in said(frames)
    wanted = bonds_of(positions[0], numbers_of(target))
    length = np.linalg.norm(np.diff(frames.positions[:, wanted], axis=2)[:, :, 0], axis=-1)
    assert np.abs(length - length[:20].mean(axis=0)).max() < 0.25  # Å; two bonds: 0.6


@pytest.fixture(params=["CCCCO", "CC(C)CCO", "CCCCCCCCCC"])
def flexible(request, conformers, rng):
    """Frames of a flexible molecule in many conformations, each atom the same in all of them."""
    target, (start, *_) = conformers(request.param, 5)
    numbers, shaken = numbers_of(target), []
    while len(shaken) < 40:
        for one, other in target.GetSubstructMatches(Chem.MolFromSmarts("[CX4;!H3]-[CX4,O]")):
            side = turned_side(target, one, other)
            axis = start[other] - start[one]
            turn = Rotation.from_rotvec(axis / np.linalg.norm(axis) * rng.uniform(0, 2 * np.pi))
            start[side] = turn.apply(start[side] - start[one]) + start[one]
        frame = start + rng.normal(0, 0.02, start.shape)
        if len(bonds_of(frame, numbers)) == target.GetNumBonds():
            shaken.append(frame)
    return target, np.array(shaken), rng.permutation(len(numbers))


def turned_side(target, one, other) -> list[int]:
    """The atoms behind a bond, seen from its first atom."""
    side, waiting = {one, other}, [other]
    while waiting:
        near = {atom.GetIdx() for atom in target.GetAtomWithIdx(waiting.pop()).GetNeighbors()}
        waiting += near - side
        side |= near
    return sorted(side - {one})


def turning(target, positions) -> np.ndarray:
    """(n, centres) in which sense the four neighbours of a carbon go round."""
    homes = [[one.GetIdx() for one in atom.GetNeighbors()] for atom in target.GetAtoms()]
    corners = positions[:, [home for home in homes if len(home) == 4]]
    return np.sign(np.linalg.det(corners[:, :, 1:] - corners[:, :, :1]))


def test_no_hydrogens_of_a_flexible_molecule_are_exchanged(tmp_path, flexible):
    """What is nearest in another conformation is often a mirrored CH2, which dynamics never has."""
    target, positions, order = flexible
    numbers, own = numbers_of(target), tmp_path / "own.npz"
    listed = {"R": positions.copy(), "z": np.repeat(numbers[None], 40, axis=0)}
    listed["R"][20:] = positions[20:, order]
    listed["z"][20:] = numbers[order]
    np.savez(tmp_path / "both.npz", **listed)
    frames = load(tmp_path / "both.npz")
    usual = turning(target, positions[:1])
    assert (turning(target, positions) == usual).all()
    assert (turning(target, frames.positions) == usual).all()
    assert ("best of 5000 orders" in said(frames)) == (len(numbers) == 32)
    np.savez(own, R=positions[:20], z=numbers)
    np.savez(tmp_path / "further.npz", R=listed["R"][20:], z=numbers[order])
    own = load(own)
    described = given.describe("m", {}, own)
    further = given.in_molecule_order(
        described, own.positions, load(tmp_path / "further.npz"), PLACE
    )
    assert (turning(target, further.positions) == usual).all()
    assert ("best of 5000 orders" in said(further)) == (len(numbers) == 32)


def test_orders_that_bonds_do_not_tell_are_refused(tmp_path, hot):
    target, positions, _, _ = hot
    far = positions.copy()
    order = np.roll(np.arange(9), 1)
    far[5] = positions[5][order] * 3
    numbers = np.repeat(numbers_of(target)[None], 120, axis=0)
    numbers[5] = numbers[5][order]
    with pytest.raises(StudyError, match="frame 5 lists its atoms in another order"):
        load(save(tmp_path, hot, R=far, z=numbers), **KCAL)
    frames = load(
        save(
            tmp_path, hot, R=np.where(np.arange(120)[:, None, None] == 5, positions * 3, positions)
        ),
        **KCAL,
    )
    assert (
        "where a bond of the molecule is torn, and which are kept: 1, the first of them frame 5."
        in said(frames)
    )


def test_a_hydrogen_that_moves_is_no_other_order(tmp_path):
    """Malonaldehyde's proton goes from one oxygen to the other: names of atoms stay."""
    half = [("O", 1.28, 0.0, 0), ("C", 1.2, 1.28, 0), ("H", 2.1, 1.85, 0)]
    heavy = [*half, ("C", 0.0, 1.95, 0), ("H", 0.0, 3.03, 0)]
    heavy += [(symbol, -x, y, z) for symbol, x, y, z in half]
    text = "".join(
        "\n".join(["9", "", *[atom(*row) for row in heavy], atom("H", x, -0.35, 0)]) + "\n"
        for x in (0.4, 0.38, -0.6, -0.62)
    )
    frames = load(write(tmp_path, text))
    np.testing.assert_array_equal(frames.positions[:, 8, 0], [0.4, 0.38, -0.6, -0.62])
    assert (
        "where a hydrogen is nearer to another atom than in the others, and which are kept: 2"
        in said(frames)
    )
    assert "another order" not in said(frames)


# Folder of published sets: acetylacetone and ethanol of BOTNet-datasets, ethanol of QM-22.
REAL = os.environ.get("CONFSYM_DATASETS")
EV = {"energy": "energy", "forces": "forces", "energy_unit": "eV"}
PUBLISHED = {
    "acac_train_300K.xyz": (EV, 500, "C5H8O2"),
    "acac_test_MD_600K.xyz": (EV, 650, "C5H8O2"),
    "ethanol_pbe_train.xyz": (EV, 1000, "C2H6O"),
    "ethanol_b3lyp.npz": (KCAL, 11011, "C2H6O"),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_sets(name):
    if REAL is None or not (Path(REAL) / name).is_file():
        pytest.skip(f"CONFSYM_DATASETS names no folder with {name}")
    settings, n, elements = PUBLISHED[name]
    frames = load(Path(REAL) / name, **settings)
    assert len(frames.frame) == n
    assert formula(frames.numbers) == elements
    assert "another order" not in said(frames)
    found = judged(Path(REAL) / name, **settings)
    assert found["judged"]
    assert found["slope"] == pytest.approx(1, abs=0.05)
    assert 500 < found["stiffness"] < 1000
    own = settings["energy_unit"]
    other = "eV" if own == "kcal/mol" else "kcal/mol"
    flipped = {"gradients": settings["forces"], "forces": None}
    for slip in ({"energy_unit": other}, {"force_unit": f"{other}/angstrom"}, flipped):
        with pytest.raises(StudyError, match=rf"_unit {own}|wrong sign"):
            judged(Path(REAL) / name, **settings | slip)


def test_formula():
    assert formula(np.array([8, 6, 1, 1, 6])) == "C2H2O"
    assert formula(np.array([8, 1, 1])) == "H2O"


@pytest.mark.parametrize(
    "smiles",
    ["C1C2CC1C2", "OC12CC(C1)C2", "IC(I)I", "BrC(Br)(Br)Br", "C[Si]1(C)O[Si](C)(C)O1", "C1CSS1"],
)
def test_neighbours_of_an_atom_may_be_near_without_a_bond(smiles, conformers, rng):
    """In small rings and beside heavy atoms, two neighbours of an atom are as near as bonded."""
    target, (positions, *_) = conformers(smiles, 3)
    shaken = positions + rng.normal(0, 0.015, (20, *positions.shape))
    assert not perception.other_bonds(target, shaken).any()
    if "Si" not in smiles:  # whose atoms across the ring are as near as bonded ones at any cutoff
        written = perception.perceive(numbers_of(target), positions, 0, PLACE)
        assert written == Chem.CanonSmiles(smiles)
    closed = shaken[:1].copy()
    bonds = Chem.GetAdjacencyMatrix(target)
    heavy = np.flatnonzero(numbers_of(target) != 1)
    first, second = next(
        (a, b) for a in heavy for b in heavy if a < b and not bonds[a, b] and bonds[a] @ bonds[b]
    )
    middle = closed[0, [first, second]].mean(axis=0)
    radii = covalent_radii[numbers_of(target)[[first, second]]]
    for atom, radius in zip((first, second), radii, strict=True):
        away = closed[0, atom] - middle
        closed[0, atom] = middle + radius * away / np.linalg.norm(away)
    assert perception.other_bonds(target, closed).all()


@pytest.mark.parametrize(
    "smiles",
    [
        "CS(C)=O",
        "C[S@](=O)CC",
        "CS(=O)O",
        "CS(=O)[O-]",
        "CSS(C)=O",
        "C[S@](=O)C[S@](C)=O",
        "O=S1CCCC1",
        "O=S(O)O",
        "ClS(Cl)=O",
        "O=S=O",
        "CC=S=O",
        "CS(C)=S",
        "C[Se](C)=O",
        "C[Se](C)(=O)=O",
        "O=[Se]=O",
        "C[Te](C)=O",
        "CS(C)(=O)=O",
        "CP(C)(C)=O",
        "C[N+](=O)[O-]",
        "[O-][n+]1ccccc1",
    ],
)
def test_oxides_are_perceived_as_they_are_written(smiles, conformers):
    """With S=O, for which MMFF94 has types; a sulfoxide keeps its configuration."""
    target, (positions, *_) = conformers(smiles, 3)
    charge = Chem.GetFormalCharge(target)
    written = perception.perceive(numbers_of(target), positions, charge, PLACE)
    assert Chem.CanonSmiles(written, useChiral="@" in smiles) == Chem.CanonSmiles(smiles)


def test_a_further_set_in_another_order_is_listed_like_the_first(tmp_path, hot, rng):
    """Hydrogens of ethanol that the bonds cannot tell apart are told apart in space."""
    target, positions, energy, gradients = hot
    entry = {"smiles": "CCO"}
    settings = {"file": "hot.npz", **KCAL}
    log = logging.getLogger("test")
    path = save(tmp_path, hot)
    first = given.read(str(path), settings, PLACE, "m", entry, [], log)
    listed = rng.permutation(9)
    numbers = numbers_of(target)[listed]
    path = save(tmp_path, hot, R=positions[:, listed], z=numbers, E=energy, F=-gradients[:, listed])
    known = [(first.description, first.frames.positions[60:])]
    again = given.read(str(path), settings, PLACE, "m", entry, known, log)
    np.testing.assert_array_equal(again.frames.positions, first.frames.positions)
    np.testing.assert_array_equal(again.frames.gradients, first.frames.gradients)


def test_the_other_isomer_of_a_smiles_is_refused(tmp_path, conformers):
    target, positions = conformers("C[C@H](O)F", 4)
    path = save(tmp_path, (target, positions, np.arange(float(len(positions))), positions))
    settings = {"file": "hot.npz", "energy": "E", "energy_unit": "kcal/mol"}
    log = logging.getLogger("test")
    given.read(str(path), settings, PLACE, "m", {"smiles": "C[C@H](O)F"}, [], log)
    with pytest.raises(StudyError, match=r"no geometry has the configuration .* give the SMILES"):
        given.read(str(path), settings, PLACE, "m", {"smiles": "C[C@@H](O)F"}, [], log)
