"""A molecule from a MOL or SDF file, V2000 or V3000: bonds, charges and configuration as drawn.

Coordinates serve for the configuration alone: conformers are embedded as those of a SMILES are.
"""

import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rdkit import Chem
from rdkit.Chem.rdMolDescriptors import CalcMolFormula

from confsym.errors import StudyError
from confsym.molecules import molecule, stereo
from confsym.molecules.rdkit_messages import CLOCK, messages, reason
from confsym.molecules.stereo_elements import stereo_elements

END = "$$$$"
MOST_LISTED = 6  # names of records in a sentence
FLAT = 0.1  # of the volume that three unit vectors can span: a centre below it is as good as planar
# Groups of atoms that stand for many molecules, by what CTfile calls them.
POLYMERS = frozenset({"SRU", "MON", "MER", "COP", "CRO", "MOD", "GRA", "MIX", "FOR", "COM", "ANY"})


class Drawn(NamedTuple):
    """What a record of a file was understood to be.

    Parameters
    ----------
    smiles
        Canonical and isomeric, hydrogens implied.
    record
        Its number in the file, from 1.
    title
        Its first line.
    coordinates
        "3D", "2D" or "none".
    remarks
        What is worth knowing about it, each a sentence's end.
    """

    smiles: str
    record: int
    title: str
    coordinates: str
    remarks: tuple[str, ...]

    @property
    def origin(self) -> dict[str, Any]:
        """What `molecule.json` says of it beside the file."""
        return {"record": self.record, "title": self.title, "coordinates": self.coordinates}


def drawn_molecule(path: str | Path, record: int | str | None, config_key: str) -> Drawn:
    """Read one molecule.

    Parameters
    ----------
    path
        A MOL file, or an SDF of one record or more.
    record
        Number from 1, or first line, of the record; None where there is but one.
    config_key
        Where the config names the file, for error messages, such as `molecules.aspirin`.

    Raises
    ------
    StudyError
        If the file cannot be read, it is left open which record is meant, or the record is not one
        definite molecule.
    """
    source = f"{config_key}.file: {Path(path).name}"
    records = _records(Path(path), source)
    number = _record_number(records, record, config_key, source)
    block = records[number - 1]
    location = source if len(records) == 1 else f"{source}, record {number}"
    with messages() as lines:
        # RDKit has no other letters in what it reads, and cuts them in half in what it says.
        ascii_block = block.encode("ascii", errors="replace").decode()
        read_in = Chem.MolFromMolBlock(ascii_block, sanitize=True, removeHs=False)
    if read_in is None:
        raise StudyError(
            f"{location} cannot be read by RDKit ({reason(lines)}); give a MOL or SDF file, V2000 "
            "or V3000, in which valences and charges are right."
        )
    if unclear := _unclear(read_in):
        raise StudyError(f"{location} has {unclear}; draw one definite molecule.")
    smiles = Chem.MolToSmiles(Chem.RemoveHs(_with_lone_pairs(read_in)))
    _require_same(read_in, smiles, config_key, location)
    conformer = read_in.GetConformer()
    remarks = [*(CLOCK.sub("", line) for line in lines), *_on_configuration(read_in)]
    title = block.partition("\n")[0].strip()
    return Drawn(smiles, number, title, _coordinates(conformer), tuple(remarks))


def _records(path: Path, source: str) -> list[str]:
    """The records of a file, each the text of its molecule."""
    try:
        text = path.read_bytes().decode("utf-8", errors="replace")
    except OSError as error:
        raise StudyError(f"{source} cannot be read: {error.strerror}; name a file.") from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    parts = re.split(rf"^{re.escape(END)}.*\n?", lines, flags=re.M)
    records = [part for part in parts if part.strip()]
    if not records:
        raise StudyError(f"{source} is empty; give a MOL or SDF file with a molecule.")
    return records


def _record_number(
    records: list[str], record: int | str | None, config_key: str, source: str
) -> int:
    """The number of the record that is meant, from 1."""
    titles = [text.partition("\n")[0].strip() for text in records]
    first_lines = list(dict.fromkeys(filter(None, titles)))
    listed = ", ".join(first_lines[:MOST_LISTED]) + (
        ", …" if len(first_lines) > MOST_LISTED else ""
    )
    choices = f"1 to {len(records)}" + (f", or by its first line ({listed})" if first_lines else "")
    if record is None:
        if len(records) > 1:
            raise StudyError(
                f"{source} holds {len(records)} molecules; say which one is meant by "
                f"{config_key}.record: its number, {choices}."
            )
        return 1
    if isinstance(record, int):
        if record > len(records):
            raise StudyError(
                f"{config_key}.record is {record}, but {source.partition(': ')[2]} has "
                f"{len(records)} record(s); give a number, {choices}."
            )
        return record
    numbers = [number for number, title in enumerate(titles, 1) if title == record.strip()]
    if len(numbers) != 1:
        raise StudyError(
            f"{config_key}.record is {record!r}, which is the first line of {len(numbers)} of the "
            f"{len(records)} record(s) of {source.partition(': ')[2]}; give a number, {choices}."
        )
    return numbers[0]


def _unclear(target: Chem.Mol) -> str | None:
    """What leaves open which molecule is meant, as the rest of a sentence."""
    if not target.GetNumAtoms():
        return "no atoms"
    for atom in target.GetAtoms():
        atom_name = f"atom {atom.GetIdx() + 1}"  # as the file numbers them
        alias = atom.GetProp("molFileAlias") if atom.HasProp("molFileAlias") else ""
        if atom.GetAtomicNum() == 0:
            label = atom.GetProp("dummyLabel") if atom.HasProp("dummyLabel") else "a query"
            return f"{atom_name} of no element ({label}: an R-group, a list or any atom)"
        if atom.HasQuery():
            return f"a query on {atom_name}"
        if atom.HasProp("molAttchpt"):
            return f"a point of attachment on {atom_name}"
        if alias and alias != atom.GetSymbol():
            return f"the label {alias!r} in the place of {atom_name}, whose atoms it does not list"
    for bond in target.GetBonds():
        ends = f"between atoms {bond.GetBeginAtomIdx() + 1} and {bond.GetEndAtomIdx() + 1}"
        if bond.HasQuery() or bond.GetBondType() not in molecule.BOND_TYPES:
            return f"a bond {ends} that is no single, double, triple, aromatic or dative one"
        if bond.HasProp("_MolFileBondEndPts"):
            return f"a bond {ends} that leads to several atoms at once"
    if target.HasProp("_molLinkNodes"):
        return "atoms that are repeated (a link node)"
    for group in Chem.GetMolSubstanceGroups(target):
        if (kind := group.GetProp("TYPE")) in POLYMERS:
            return f"a group of atoms of kind {kind}, a polymer or a mixture"
    if (fragments := len(Chem.GetMolFrags(target))) > 1:
        return f"{fragments} separate fragments, such as counter-ions or solvent"
    return None


def _require_same(read_in: Chem.Mol, smiles: str, config_key: str, location: str) -> None:
    """Refuse a molecule whose SMILES RDKit reads as another one."""
    rebuilt = molecule.build(config_key.removeprefix("molecules."), smiles)
    rebuilt_formula = CalcMolFormula(rebuilt, separateIsotopes=True)
    if (formula := CalcMolFormula(read_in, separateIsotopes=True)) != rebuilt_formula:
        raise StudyError(
            f"{location} is {formula}, but RDKit writes it as {smiles!r}, which is "
            f"{rebuilt_formula}; give the molecule's smiles instead of its file."
        )


def _with_lone_pairs(target: Chem.Mol) -> Chem.Mol:
    """Copy a molecule; centres with a lone pair get the configuration of 3D positions.

    RDKit reads none of phosphines, arsines and aziridines there. Of those that it reads, and of
    centres that lie nearly in a plane, nothing changes.
    """
    copy = Chem.Mol(target)
    conformer = target.GetConformer()
    if _coordinates(conformer) != "3D":
        return copy
    for element in stereo_elements(target):
        atom = copy.GetAtomWithIdx(element["atoms"][0])
        if element["kind"] == "tetrahedral" and not element["specified"]:
            arms = conformer.GetPositions()[element["neighbours"][:3]]
            arms = arms - conformer.GetPositions()[atom.GetIdx()]
            volume = np.linalg.det(arms) / np.linalg.norm(arms, axis=1).prod()
            if atom.GetTotalDegree() == 3 and abs(volume) > FLAT:
                stereo.set_centre(copy, element, bool(volume > 0))
    return copy


def _coordinates(conformer: Chem.Conformer) -> str:
    positions = conformer.GetPositions()
    if len(positions) > 1 and not (positions != positions[0]).any():
        return "none"
    return "3D" if conformer.Is3D() else "2D"


def _on_configuration(target: Chem.Mol) -> list[str]:
    """What a file says of configurations beside those of one molecule."""
    groups = {
        Chem.StereoGroupType.STEREO_AND: "a mixture of both configurations",
        Chem.StereoGroupType.STEREO_OR: "one of two configurations, not known which",
    }
    remarks = [
        f"the file means {groups[kind]} of {len(group.GetAtoms())} centre(s) (an enhanced stereo "
        "group); the configuration is taken as drawn"
        for group in target.GetStereoGroups()
        if (kind := group.GetGroupType()) in groups
    ]
    none = Chem.ChiralType.CHI_UNSPECIFIED
    centres = any(atom.GetChiralTag() != none for atom in target.GetAtoms())
    flag = target.HasProp("_MolFileChiralFlag") and target.GetIntProp("_MolFileChiralFlag")
    coordinates = _coordinates(target.GetConformer())
    if centres and not flag and not target.GetStereoGroups() and coordinates == "2D":
        remarks.append(
            "the chiral flag is 0, by which the format may mean the racemate; the configuration is "
            "taken as drawn"
        )
    if coordinates == "none":
        remarks.append("all atoms lie in one point, so they show no configuration")
    for element in stereo_elements(target) if coordinates == "3D" else ():
        if element["kind"] in stereo.NO_SMILES:
            what = (
                "hand of the axis" if element["kind"] == "axis" else "configuration of the cumulene"
            )
            ends = [f"{target.GetAtomWithIdx(i).GetSymbol()}{i + 1}" for i in element["atoms"]]
            remarks.append(
                f"the {what} from {ends[0]} to {ends[1]} is not kept, for no SMILES has it; "
                "conformers of both are embedded"
            )
    return remarks
