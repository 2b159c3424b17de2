"""The file of a force field: the same numbers back, and one sentence for any other file."""

import json
import pickle
import zipfile
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

from confsym.calculator import load
from confsym.errors import StudyError
from confsym.force_field import export, file
from confsym.force_field.ranges import Ranges
from confsym.models.labelled import Labelled
from confsym.models.network.with_forces import with_forces
from confsym.models.registry import MODELS
from confsym.molecules.topology import Topology
from confsym.registry import resolve
from confsym.storage import zipped
from force_fields import COUNT, DESCRIPTION, FACTS, ethanol, level, turned


@pytest.fixture
def path(tmp_path):
    path = tmp_path / file.NAME
    file.write(path, ethanol())
    return path


def members(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(path, **head):
    """The file with other entries in its JSON."""
    content = members(path)
    entries = json.loads(content[file.HEAD]) | head
    zipped.write(path, content | {file.HEAD: json.dumps(entries).encode()})
    return path


def sentence(path) -> str:
    with pytest.raises(StudyError) as error:
        file.read(path)
    said = str(error.value)
    assert said.startswith(str(path))
    assert said.endswith(".")
    assert "\n" not in said
    return said


def test_the_model_comes_back_bit_for_bit(path):
    known, again = ethanol(), file.read(path)
    positions = turned(11, 0.1, seed=9)
    for one, other in zip(
        known.model.energies_and_forces(positions),
        again.model.energies_and_forces(positions),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(again.distance(positions), known.distance(positions))
    assert again.training == known.training
    assert again.level == known.level
    assert again.molecule == known.molecule
    assert again.citation == known.citation


def test_the_same_content_has_the_same_bytes(path, tmp_path):
    file.write(tmp_path / "again.zip", file.read(path))
    assert (tmp_path / "again.zip").read_bytes() == path.read_bytes()


def test_what_it_holds_is_plain(path):
    content = members(path)
    head = json.loads(content.pop(file.HEAD))
    assert head["format"] == "confsym force field"
    assert head["version"] == 3
    assert head["units"]["force"] == "kcal/mol/angstrom"
    assert [atom["element"] for atom in head["molecule"]["atoms"]] == list("CCO") + ["H"] * 6
    assert len(head["molecule"]["bonds"]) == 8
    assert head["training"]["geometries"] == COUNT
    assert content.pop("CITATION.cff").startswith(b"title:")
    for name, data in content.items():
        assert name.startswith("arrays/")
        assert np.load(BytesIO(data), allow_pickle=False).dtype.kind in "if"


def test_a_network_comes_back_bit_for_bit(path):
    positions = turned(16, 0.05)
    energies, forces = level(positions)
    known = Labelled(Topology.from_description(DESCRIPTION), positions, energies, forces)
    network = with_forces(known, [], channels=4, gaussians=4, steps=3, batch=4)
    facts = FACTS | {"kind": "equivariant_network"}
    taken = export.force_field(network, DESCRIPTION, positions, energies, facts, "", None)
    file.write(path, taken)
    again = file.read(path)
    for one, other in zip(
        network.energies_and_forces(positions),
        again.model.energies_and_forces(positions),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)
    assert again.training.ranges == taken.training.ranges


def test_ranges_come_back_too(path):
    known = ethanol()
    training = replace(known.training, ranges=Ranges((1 / 3,) * 36, (3.0,) * 36))
    file.write(path, replace(known, training=training))
    assert file.read(path).training == training


@pytest.mark.parametrize("version", [0, 2, "3", None])
def test_another_version_is_refused(path, version):
    said = sentence(changed(path, version=version))
    assert f"version {version} of the format" in said
    assert "reads version 3" in said


@pytest.mark.parametrize(
    "changes",
    [
        {"molecule": {}},
        {"molecule": []},
        {"molecule": {"name": "x", "formula": "H2O", "atoms": [{"number": 8}], "bonds": []}},
        {"training": {"geometries": 1, "lowest": 0, "highest": 1, "reach": "x", "ranges": None}},
    ],
)
def test_what_does_not_fit_together_is_refused(path, changes):
    assert "lacks a part of a force field" in sentence(changed(path, **changes))


@pytest.mark.parametrize("value", [float("nan"), 10**400, "x"])
@pytest.mark.parametrize(
    ("entry", "place"),
    [
        ("molecule", ("atoms", 0, "number")),
        ("molecule", ("bonds", 0, "atoms", 0)),
        ("model", ("state", "unit_kcal_mol_angstrom")),
        ("model", ("state", "noise")),
        ("training", ("lengths", 0)),
    ],
)
def test_a_number_that_is_none_is_refused(path, entry, place, value):
    entries = json.loads(members(path)[file.HEAD])[entry]
    inside = entries
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value
    assert "has a damaged one" in sentence(changed(path, **{entry: entries}))


@pytest.mark.parametrize("limit", ["least", "most"])
def test_a_range_that_is_no_number_is_refused(path, limit):
    known = ethanol()
    training = replace(known.training, ranges=Ranges((1 / 3,) * 36, (3.0,) * 36))
    file.write(path, replace(known, training=training))
    entries = json.loads(members(path)[file.HEAD])["training"]
    entries["ranges"][limit][0] = float("nan")
    assert "are not finite" in sentence(changed(path, training=entries))


@pytest.mark.parametrize("spoilt", ["shorter", "no number"])
@pytest.mark.parametrize("array", ["constant", "scale"])
def test_arrays_that_give_no_energy_are_refused(path, array, spoilt):
    content = members(path)
    name = f"{file.ARRAYS}{array}.npy"
    array = np.load(BytesIO(content[name]))
    buffer = BytesIO()
    np.save(buffer, array[:-1] if spoilt == "shorter" else np.full_like(array, np.nan))
    zipped.write(path, content | {name: buffer.getvalue()})
    assert "lacks a part of a force field" in sentence(path)


def test_lengths_of_other_bonds_are_refused(path):
    training = json.loads(members(path)[file.HEAD])["training"]
    shorter = training | {"lengths": training["lengths"][:-1]}
    assert "lacks a part of a force field" in sentence(changed(path, training=shorter))


def test_json_too_deep_is_refused(path):
    zipped.write(path, members(path) | {file.HEAD: b"[" * 100_000})
    assert "is no force field of confsym" in sentence(path)


def test_a_truncated_file_is_refused(path):
    whole = path.read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        assert "is no whole zip file" in sentence(path)


def test_a_damaged_file_is_refused(path):
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 255
    path.write_bytes(whole)
    assert "is no whole zip file" in sentence(path)


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "x.zip"
    zipped.write(path, {"a.txt": b"a"})
    assert "is no force field of confsym" in sentence(path)
    zipped.write(path, {file.HEAD: b"[1, 2]"})
    assert "is no force field of confsym" in sentence(path)
    zipped.write(path, {file.HEAD: b"no JSON"})
    assert "is no force field of confsym" in sentence(path)
    path.write_text("a page of text")
    assert "is no whole zip file" in sentence(path)


def test_a_model_of_an_unknown_kind_is_refused(path):
    assert "kind 'os:system'" in sentence(changed(path, model={"kind": "os:system", "state": {}}))
    assert "kind 'ridge'" in sentence(changed(path, model={"kind": "ridge", "state": {}}))


@pytest.mark.parametrize("entry", ["level", "baseline", "training", "model", "units"])
def test_an_entry_of_the_wrong_kind_is_refused(path, entry):
    assert "export it again" in sentence(changed(path, **{entry: 3}))


def test_an_array_that_is_missing_is_named(path):
    content = members(path)
    del content["arrays/x.npy"]
    zipped.write(path, content)
    assert "KeyError: 'x'" in sentence(path)


class Harmful:
    """Its unpickling would leave a trace."""

    seen = False

    def __reduce__(self):
        return setattr, (Harmful, "seen", True)


def test_a_pickle_is_refused_and_never_loaded(path):
    buffer = BytesIO()
    np.save(buffer, np.array([Harmful()], dtype=object), allow_pickle=True)
    for harmful in (buffer.getvalue(), pickle.dumps(Harmful())):
        content = members(path) | {"arrays/x.npy": harmful}
        zipped.write(path.with_name("harmful.zip"), content)
        assert "arrays/x.npy is no array" in sentence(path.with_name("harmful.zip"))
    assert not Harmful.seen


def test_an_array_of_another_size_than_its_head_says_is_refused(path):
    buffer = BytesIO()
    huge = {"descr": "<f8", "fortran_order": False, "shape": (10**15,)}
    np.lib.format.write_array_header_1_0(buffer, huge)
    for wrong in (buffer.getvalue(), b"\x93NUMPY\x01\x00\x10\x00" + b"(" * 16):
        content = members(path) | {"arrays/x.npy": wrong}
        zipped.write(path.with_name("wrong.zip"), content)
        assert "arrays/x.npy is no array" in sentence(path.with_name("wrong.zip"))


def test_every_kind_that_learns_forces_can_be_taken_away():
    for row in MODELS.values():
        assert bool(row.fitted) == bool(row.forces), row.name
        if row.fitted:
            kind = resolve(row.fitted)
            assert all(hasattr(kind, name) for name in ("state", "from_state"))


def test_a_file_is_loaded_by_its_own_name_or_its_folders(path):
    assert repr(load(path)) == repr(load(path.parent)) == repr(load(str(path)))
