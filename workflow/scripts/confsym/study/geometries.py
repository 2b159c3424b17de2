"""What a config says of where geometries come from: embedded, sampled, or read from a file.

A folder is what stands for `{molecule}` in a path: a molecule's name, or `acac/tests/md_600K` for a
further set of its geometries, which has all that a molecule has but experiments.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from confsym.molecules.smiles import contradicted_charge
from confsym.sampling.registry import DYNAMICS
from confsym.study import config_folders, texts
from confsym.study.experiments import level_of, with_forces

Study = Mapping[str, Any]

TESTS = "/tests/"
UNITS = ("energy_unit", "force_unit")
GIVEN = "given"  # the level of a file's own energies


def from_files(study: Study) -> list[str]:
    """The molecules whose geometries come from a file."""
    return [name for name, entry in study["molecules"].items() if "geometries" in entry]


def described(study: Study) -> list[str]:
    """The molecules whose geometries the study makes itself."""
    return [name for name in study["molecules"] if name not in from_files(study)]


def is_sampled(study: Study) -> bool:
    """Whether it makes them by dynamics."""
    return study.get("sampling", {}).get("kind") == DYNAMICS


def embedded(study: Study) -> list[str]:
    """The molecules whose conformers the study embeds."""
    return [] if is_sampled(study) else described(study)


def sampled(study: Study) -> list[str]:
    """The molecules whose geometries are snapshots of dynamics."""
    return described(study) if is_sampled(study) else []


def from_molfiles(study: Study) -> list[str]:
    """The molecules that come from a MOL or SDF file."""
    return [name for name in described(study) if "file" in study["molecules"][name]]


def from_smiles(study: Study) -> list[str]:
    """The molecules that come from a SMILES alone."""
    return [name for name in described(study) if name not in from_molfiles(study)]


def further_sets(study: Study, name: str) -> list[str]:
    """Names of a molecule's further sets."""
    return list(study["molecules"][name].get("tests", {}))


def pools(study: Study) -> set[str]:
    """Names of the further sets that experiments choose geometries to label from."""
    wishes = (one.get("acquire", {}) for one in study["experiments"].values())
    return {one["pool"] for one in wishes if "pool" in one}


def test_sets(study: Study, name: str) -> list[str]:
    """Names of a molecule's further sets that are only ever predicted: all but the pools."""
    return [one for one in further_sets(study, name) if one not in pools(study)]


def set_folder(name: str, test: str) -> str:
    """The folder of a further set of a molecule."""
    return f"{name}{TESTS}{test}"


def read_folders(study: Study) -> list[str]:
    """The folders whose geometries are read: molecules and their further sets."""
    return _with_sets(study, from_files(study))


def sampled_folders(study: Study) -> list[str]:
    """The folders whose geometries are sampled: molecules and their further sets."""
    return _with_sets(study, sampled(study))


def _with_sets(study: Study, names: Sequence[str]) -> list[str]:
    return [
        folder
        for name in names
        for folder in (name, *(set_folder(name, one) for one in further_sets(study, name)))
    ]


def folders(study: Study) -> list[str]:
    """All folders."""
    return [*embedded(study), *sampled_folders(study), *read_folders(study)]


def molecule_of(folder: str) -> str:
    """The molecule that a folder is of."""
    return folder.partition(TESTS)[0]


def set_of(folder: str) -> str:
    """The further set that a folder is; empty for a molecule itself."""
    return folder.partition(TESTS)[2]


def sampling_of(study: Study, folder: str) -> dict[str, Any]:
    """How a folder's geometries are sampled: a further set says what differs."""
    test = set_of(folder)
    overrides = study["molecules"][molecule_of(folder)]["tests"][test] if test else {}
    return {key: value for key, value in study["sampling"].items() if key != "kind"} | overrides


def sampling_place(folder: str) -> str:
    """Where the config says how a folder's geometries are sampled."""
    test = set_of(folder)
    return f"molecules.{molecule_of(folder)}.tests.{test}" if test else "sampling"


def settings_of(study: Study, folder: str) -> dict[str, Any]:
    """How a folder's file is read: a further set says what differs."""
    test, entry = set_of(folder), study["molecules"][molecule_of(folder)]
    shared = {key: value for key, value in entry["geometries"].items() if key not in ("sha256",)}
    return shared | entry["tests"][test] if test else dict(entry["geometries"])


def place_of(folder: str) -> str:
    """Where the config names a folder's file."""
    key, test = f"molecules.{molecule_of(folder)}", set_of(folder)
    return f"{key}.tests.{test}" if test else f"{key}.geometries"


def path_of(study: Study, folder: str, configs: Sequence[Path]) -> Path:
    """Where the file of a folder lies, as the config file that names it says.

    Parameters
    ----------
    study
        The config.
    folder
        A molecule, or a further set of its geometries.
    configs
        The study's config files; without any a path starts from the working directory.
    """
    file = Path(_entry_of(study, folder)["file"]).expanduser()
    keys = f"{_place_of_file(study, folder)}.file".split(".")
    config = config_folders.naming(configs, keys)
    return file if file.is_absolute() or config is None else config.parent / file


def _entry_of(study: Study, folder: str) -> Mapping[str, Any]:
    """What says which file a folder's geometries, or the molecule itself, come from."""
    return (
        study["molecules"][folder] if folder in from_molfiles(study) else settings_of(study, folder)
    )


def _place_of_file(study: Study, folder: str) -> str:
    """Where the config names it: a further set may leave it to the molecule's geometries."""
    if folder in from_molfiles(study):
        return f"molecules.{folder}"
    name, test = molecule_of(folder), set_of(folder)
    inherited = test and "file" not in study["molecules"][name]["tests"][test]
    return place_of(name if inherited else folder)


def _folders_with_files(study: Study) -> list[str]:
    return [*read_folders(study), *from_molfiles(study)]


def files(study: Study, configs: Sequence[Path]) -> dict[str, str]:
    """Files of geometries and of molecules: paths from the working directory, and as named."""
    return {
        os.path.relpath(path_of(study, folder, configs)): _entry_of(study, folder)["file"]
        for folder in _folders_with_files(study)
    }


def missing(study: Study, configs: Sequence[Path]) -> str | None:
    """One sentence about a file that is missing or has an unfit name; None if there is none."""
    for folder in _folders_with_files(study):
        key, settings = _place_of_file(study, folder), _entry_of(study, folder)
        path = path_of(study, folder, configs)
        if not os.path.isfile(path):  # unlike pathlib's, it takes any name and any rights
            obstacle = "a folder, where a file should be" if os.path.isdir(path) else "not there"
            source = f"get it from {settings['source']}" if "source" in settings else "put it there"
            if "sha256" in settings:
                source += f" (SHA-256 {settings['sha256']})"
            return (
                f"{key}.file: {path} is {obstacle}; {source}, or correct the path, which "
                "starts from the folder of the config file that names it."
            )
        if problem := texts.misread_path(os.path.relpath(path), f"{key}.file"):
            return problem
    return None


def contradictions(study: Study) -> Sequence[str]:
    """Sentences about molecules that are not given, or given in two ways."""
    sentences = list(_about_split(study))
    for name, entry in study["molecules"].items():
        key = f"config: molecules.{name}"
        needs_energy = GIVEN in (level_of(study, name), *_baselines(study))
        if "record" in entry and "file" not in entry:
            sentences.append(
                f"{key}.record is for a molecule from a file; add file or leave it out."
            )
        sentences += _about_charge(name, entry)
        if "geometries" not in entry:
            sentences += _about_molfile(key, entry)
            if "tests" in entry and not is_sampled(study):
                sentences.append(
                    f"{key}.tests is for molecules whose geometries come from a file or from "
                    "dynamics; add geometries, set sampling.kind to dynamics, or leave it out."
                )
            sentences += _about_names(study, name)
            if needs_energy:
                sentences.append(
                    f"{key} has no geometries from a file, so it has no energies of level given; "
                    "add geometries, or name a level that can be computed."
                )
            continue
        if "file" in entry:
            sentences.append(
                f"{key} has both file and geometries, and the geometries say what the molecule "
                "is; leave one of them out."
            )
        for folder in (name, *(set_folder(name, one) for one in further_sets(study, name))):
            sentences += _about_file(study, folder, needs_energy)
        sentences += _about_names(study, name)
    return sentences


def _about_split(study: Study) -> Iterator[str]:
    split = study["split"]
    by_column = split["by"] == "column"
    for key in ("column", "training_values"):
        if by_column and key not in split:
            yield f"config: split.by is 'column', which needs split.{key}; add it."
        if key in split and not by_column:
            yield f"config: split.{key} is for split.by column; set that, or leave {key} out."
    if by_column and (names := described(study)):
        yield (
            f"config: split.by is 'column', but molecules.{names[0]} has no file with columns; "
            "give it geometries, or split by shuffle or order."
        )


def _about_molfile(key: str, entry: Mapping[str, Any]) -> list[str]:
    """Sentences about a molecule without geometries that has no source, or two of them."""
    if "smiles" not in entry and "file" not in entry:
        return [f"{key} has neither smiles nor file nor geometries; give one of them."]
    if "smiles" in entry and "file" in entry:
        return [f"{key} has smiles and file; leave one of them out."]
    return []


def _about_charge(name: str, entry: Mapping[str, Any]) -> list[str]:
    """Sentences about a charge that the molecule's source states already, perhaps another one."""
    if "charge" not in entry:
        return []
    if "file" in entry:
        return [
            f"config: molecules.{name}.charge is for molecules from a SMILES or from geometries; "
            "leave it out, since the file has the charge."
        ]
    contradiction = (
        contradicted_charge(name, entry["smiles"], entry["charge"]) if "smiles" in entry else ""
    )
    return [f"config: {contradiction}"] if contradiction else []


def _about_names(study: Study, name: str) -> list[str]:
    return [
        f"config: molecules.{name}.tests.{test} is a name that the split uses; choose another."
        for test in further_sets(study, name)
        if test in ("train", "test")
    ]


def _baselines(study: Study) -> list[str]:
    return [one["baseline"] for one in study["experiments"].values() if "baseline" in one]


def _about_file(study: Study, folder: str, needs_energy: bool) -> list[str]:
    settings, entry_key, sentences = settings_of(study, folder), f"config: {place_of(folder)}", []
    if "energy" in settings and "energy_unit" not in settings:
        sentences.append(
            f"{entry_key} has an energy but no energy_unit; say which unit the file has."
        )
    named_keys = [settings[key] for key in ("energy", "forces", "gradients") if key in settings]
    if len(set(named_keys)) < len(named_keys):
        sentences.append(
            f"{entry_key} names {named_keys[0]!r} twice; energy and forces have keys of their own."
        )
    if not named_keys and (unit := next((key for key in UNITS if key in settings), "")):
        sentences.append(
            f"{entry_key} has {unit}, but names no energy and no forces; add the key that the file "
            f"has them under, or leave {unit} out."
        )
    if {"forces", "gradients"} & set(settings) and not set(UNITS) & set(settings):
        sentences.append(
            f"{entry_key} names forces, but neither force_unit nor energy_unit; say which unit the "
            "file has."
        )
    if "forces" in settings and "gradients" in settings:
        sentences.append(f"{entry_key} names forces and gradients; leave one of them out.")
    if needs_energy and "energy" not in settings:
        sentences.append(
            f"{entry_key} names no energy, which level given takes from the file; add the key that "
            "the file has it under, with its energy_unit."
        )
    forces = {"forces", "gradients"} & set(settings)
    if level_of(study, molecule_of(folder)) == GIVEN and not forces:
        asking_keys = [f"experiments.{name}.learn" for name in with_forces(study)]
        asking_keys += ["energies.gradients"] if study["energies"]["gradients"] else []
        if asking_keys:
            sentences.append(
                f"{entry_key} names no forces, which {asking_keys[0]} asks for; add the key that "
                f"the file has them under, or leave {asking_keys[0]} out."
            )
    return sentences
