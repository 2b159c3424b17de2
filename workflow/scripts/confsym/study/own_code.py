"""The code that a study names: where its files are, and what is wrong with it."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from confsym import own
from confsym.energies.registry import KINDS, LEVELS
from confsym.errors import StudyError
from confsym.features.registry import feature_row
from confsym.models.registry import MODELS
from confsym.registry import code_parts, files_named, is_file
from confsym.study import config_folders, texts
from confsym.study.schema import nearest

RESULTS = "given"  # what results/ calls energies that no level computes


def locate(study: Mapping[str, Any], configs: Sequence[Path]) -> None:
    """Write the user's files into a study as they are seen from the working directory.

    Parameters
    ----------
    study
        The config, valid by the schema, defaults filled in. Changed in place.
    configs
        The study's config files. A file of the user's stands in the folder of the one that names
        it, or in the working directory. What a function claims is read from its file, where the
        config does not say it.
    """
    for section, name_in_section, key in _codes(study):
        entry = study[section][name_in_section]
        source, name = code_parts(entry[key])
        config = config_folders.naming(configs, (section, name_in_section, key))
        path = config.parent / source if config else Path(source)
        if is_file(source) and os.path.isfile(path):
            entry[key] = f"{Path(os.path.relpath(path)).as_posix()}:{name}"
    for entry in study["features"].values():
        if feature_row(entry).files and "claims" not in entry:
            with suppress(StudyError):  # which `complaints` says
                entry["claims"] = own.claims(entry["kind"])


def archived(study: Mapping[str, Any], config: str | None) -> list[tuple[str, str]]:
    """The user's files of code, and where a config in the folder config/ finds them.

    Parameters
    ----------
    study
        As for `locate`, and after it.
    config
        The study's one config file, which goes into an archive as it is; None if that has the study
        itself.

    Returns
    -------
    list of (str, str)
        Paths from the working directory, and from the folder that has config/.
    """
    paths = []
    for section, entry, key in _codes(study):
        path, _ = code_parts(study[section][entry][key])
        if not is_file(path):
            continue
        path_from_config = path
        if config:
            path_from_config, _ = code_parts(
                config_folders.value(Path(config), (section, entry, key))
            )
            if os.path.isfile(Path(config).parent / path_from_config):
                path_from_config = os.path.join(
                    "config", path_from_config
                )  # itself if it begins at the root
        paths.append((path, path_from_config))
    return paths


def unknown_levels(study: Mapping[str, Any]) -> Iterator[str]:
    """Sentences about levels that nothing defines."""
    levels = [*LEVELS, *study.get("levels", {})]
    level_of_key = {
        "energies.level": study["energies"]["level"],
        **_entries_with(study, "molecules", "level"),
        **_entries_with(study, "experiments", "baseline"),
    }
    for key, level in level_of_key.items():
        if level not in levels:
            yield f"config: {key} is {level!r};{nearest(level, levels)}"


def _entries_with(study: Mapping[str, Any], section: str, key: str) -> dict[str, str]:
    """What entries of a section say under a key, by place."""
    entries = study[section].items()
    return {f"{section}.{name}.{key}": entry[key] for name, entry in entries if key in entry}


def complaints(study: Mapping[str, Any]) -> Iterator[str]:
    """Sentences about code of the user's choice.

    Parameters
    ----------
    study
        As for `locate`, and after it.
    """
    for name, entry in study.get("levels", {}).items():
        if name.lower() in (*LEVELS, RESULTS):
            yield f"config: levels.{name} is a level that confsym has itself; choose another name."
        key = KINDS[entry["kind"]].names_code
        if problem := _code_complaint(entry[key], f"levels.{name}.{key}"):
            yield problem
        yield from _misread(files_named(entry.get("options")), f"levels.{name}.options")
    for name, entry in study["features"].items():
        if feature_row(entry).files:
            problem = _code_complaint(entry["kind"], f"features.{name}.kind")
            if problem := problem or _claims_complaint(entry):
                yield problem
            yield from _misread(feature_row(entry).data, f"features.{name}.parameters")
    for name, settings in study["models"].items():
        if MODELS[settings["kind"]].names_code:
            # scikit-learn takes a second to load, which other studies need not wait for.
            from confsym.models.estimator import complaint

            if problem := complaint(name, settings):
                yield problem
            data = MODELS[settings["kind"]].of(settings).data
            yield from _misread(data, f"models.{name}.parameters")


def _code_complaint(code: str, key: str) -> str | None:
    """What is wrong with code, or with its file's name."""
    source, _ = code_parts(code)
    return own.complaint(code, key) or texts.misread_path(source, key)


def _misread(paths: Iterable[str], key: str) -> Iterator[str]:
    """Sentences about names of files that options or parameters have."""
    yield from filter(None, (texts.misread_path(path, key) for path in paths))


def _claims_complaint(entry: Mapping[str, Any]) -> str | None:
    try:
        own.claims(entry["kind"])
    except StudyError as error:
        return str(error)
    return None


def _codes(study: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Where the config may name a file: section, entry and key."""
    for name, entry in study.get("levels", {}).items():
        yield "levels", name, KINDS[entry["kind"]].names_code
    for name in study["features"]:
        yield "features", name, "kind"
