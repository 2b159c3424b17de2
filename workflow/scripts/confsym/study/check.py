"""One sentence about what is wrong with a study's config."""

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema.exceptions import best_match

from confsym.conformers.split import LEAST_HELD_OUT
from confsym.energies.registry import LEVELS, level_row
from confsym.models.registry import MODELS
from confsym.molecules.smiles import complaint
from confsym.registry import ORIGINAL
from confsym.study import (
    acquisition,
    dynamics,
    forces,
    geometries,
    overrides,
    registries,
    sampling,
    texts,
)
from confsym.study.experiments import (
    claimed,
    copies_of,
    feature_sets,
    level_of,
    levels_on_trial,
    own_levels,
    place_of_level,
)
from confsym.study.own_code import complaints, unknown_levels
from confsym.study.schema import Validator, definitions, nearest, read_schema, sentence
from confsym.transforms.registry import TRANSFORMS

USERS_SECTIONS = ("molecules", "levels", "transforms", "features", "models", "experiments")
PROJECT = Path(__file__).resolve().parents[4]
LEAST = 1e-6  # largest component of a vector that counts as none
RESERVED = {
    "molecules": ("concepts", "archive", "crystals", "comparison"),
    "transforms": (ORIGINAL,),
}
# What Windows keeps for devices, so that no file or folder there can have the name.
DEVICES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]", re.IGNORECASE)


def problem(config: Any, schema: Path) -> str | None:
    """Say the most telling thing that a schema finds wrong with a config; None if nothing is.

    Parameters
    ----------
    config
        As read from YAML, defaults not filled in.
    schema
        Path of the JSON Schema.
    """
    for first_sentence in (*not_numbers(config), *texts.unfit(config)):
        return first_sentence
    content = read_schema(schema)
    if stale := _stale(content):
        return stale
    error = best_match(Validator(content).iter_errors(config))
    return sentence(error) if error else None


def _stale(schema: Mapping[str, Any]) -> str | None:
    """Say that the schema has been generated from other rows than the registries have now."""
    written, current = schema["$defs"], generated_definitions(schema)
    parts = [name for name in written | current if written.get(name) != current.get(name)]
    if not parts:
        return None
    return (
        "confsym: the registries have changed, and the part of workflow/schemas/config.schema.yaml "
        f"that is generated from them has not ($defs: {', '.join(parts)}); run `make generated` in "
        f"the folder of this project, {PROJECT}."
    )


def generated_definitions(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema's `$defs` as the registries and its sections, `properties`, have them now."""
    return definitions() | overrides.definitions(schema["properties"])


def contradictions(study: Mapping[str, Any]) -> Iterator[str]:
    """Sentences about what a schema cannot see: names that no section defines, impossible sizes.

    Parameters
    ----------
    study
        The config, valid by the schema, defaults filled in.
    """
    for section in USERS_SECTIONS:
        yield from _name_clashes(section, list(study.get(section, {})))
    for name, entry in study["molecules"].items():
        yield from _name_clashes(f"molecules.{name}.tests", list(entry.get("tests", {})))
    yield from geometries.contradictions(study)
    for name, entry in study["molecules"].items():
        if "smiles" in entry and (problem := complaint(name, entry["smiles"])):
            yield problem
    yield from unknown_levels(study)
    yield from complaints(study)
    yield from sampling.contradictions(study)
    trainable = [ORIGINAL]
    for transform, settings in study["transforms"].items():
        if TRANSFORMS[settings["kind"]].every_conformer:
            trainable.append(transform)
    for name, experiment in study["experiments"].items():
        feature_keys = [("features", "features", feature) for feature in feature_sets(experiment)]
        for key, section, value in [*feature_keys, ("model", "models", experiment["model"])]:
            if value not in study[section]:
                yield (
                    f"config: experiments.{name}.{key} is {value!r}, which section "
                    f"{section} does not define;{nearest(value, study[section])}"
                )
        yield from _learned_baseline(study, name, experiment)
        kernels = study["models"].get(experiment["model"], {}).get("kernels")
        if kernels is not None and len(kernels) != len(feature_keys):
            yield (
                f"config: experiments.{name} has {len(feature_keys)} feature set(s), but the "
                f"kernels of models.{experiment['model']} are for {len(kernels)}; give one kernel "
                "a set."
            )
        yield from _unreadable(study, name, experiment)
        yield from _useless_augmentation(study, name, experiment)
        if experiment["train_on"] not in trainable:
            yield (
                f"config: experiments.{name}.train_on is {experiment['train_on']!r}, which is no "
                "transform of every conformer (kinds translation and random_pose are);"
                f"{nearest(experiment['train_on'], trainable)}"
            )
    for name, transform in study["transforms"].items():
        if transform["kind"] == "reflection" and max(map(abs, transform["normal"])) < LEAST:
            yield f"config: transforms.{name}.normal is zero; give the normal of the mirror plane."
        if transform["kind"] == "translation" and max(map(abs, transform["vector"])) < LEAST:
            yield f"config: transforms.{name}.vector is zero, which moves nothing; give another."
    if list(unknown_levels(study)):
        return  # said already
    yield from registries.misspelt(_rows_used(study))
    yield from _no_minimizer(study)
    yield from overrides.contradictions(study)
    yield from forces.contradictions(study)
    yield from acquisition.contradictions(study)
    yield from dynamics.contradictions(study)
    cell_count, fewest_cells = (
        study["crystals"]["cells"],
        study["crystals"]["train"] + LEAST_HELD_OUT,
    )
    if cell_count < fewest_cells:
        yield (
            f"config: crystals.cells is {cell_count}, fewer than crystals.train + {LEAST_HELD_OUT} "
            f"= {fewest_cells}; raise it or lower crystals.train."
        )


def _rows_used(study: Mapping[str, Any]) -> set[str]:
    """Names of the registries' rows that a study uses, but for that of its sampling."""
    sections = (study.get(name, {}) for name in USERS_SECTIONS)
    kinds = {entry["kind"] for section in sections for entry in section.values() if "kind" in entry}
    return kinds.union(overrides.of_molecules(study, levels_on_trial))


def _learned_baseline(
    study: Mapping[str, Any], name: str, experiment: Mapping[str, Any]
) -> Iterator[str]:
    """An experiment whose cheaper level is the one that it learns, of some molecule."""
    level = experiment.get("baseline")
    keys = [
        place_of_level(study, molecule)
        for molecule in study["molecules"]
        if level_of(study, molecule) == level
    ]
    for key in dict.fromkeys(keys):
        learned = "the study learns" if key == "energies.level" else f"{key} has learned"
        yield (
            f"config: experiments.{name}.baseline is {level!r}, the level that {learned}; name a "
            "cheaper one or leave the key out."
        )


def _no_minimizer(study: Mapping[str, Any]) -> Iterator[str]:
    """A level that the study cannot minimise conformers on, as it is told to."""
    iterations = study["energies"]["minimize_iterations"]
    with_minimizer = [row.name for row in LEVELS.values() if row.minimizer]
    for molecule in study["molecules"] if iterations else ():
        level, key = level_of(study, molecule), place_of_level(study, molecule)
        if not level_row(level, own_levels(study)).minimizer:
            yield (
                f"config: energies.minimize_iterations is {iterations}, but {level} has no "
                f"minimiser; set it to 0, or {key} to one that has: {', '.join(with_minimizer)}."
            )


def not_numbers(content: Any, path: str = "") -> Iterator[str]:
    """Sentences about infinite numbers, not-a-numbers and keys that are not text, anywhere."""
    items: Any = ()
    if isinstance(content, Mapping):
        items = content.items()
        for key in content:
            if not isinstance(key, str):
                yield f"config: {key!r} in {path or 'the study'} is not text; put it in quotes."
    elif isinstance(content, list):
        items = enumerate(content)
    elif isinstance(content, float) and not math.isfinite(content):
        yield f"config: {path} is {content}, but must be a finite number."
    for key, value in items:
        yield from not_numbers(value, f"{path}.{key}" if path else str(key))


def _unreadable(
    study: Mapping[str, Any], name: str, experiment: Mapping[str, Any]
) -> Iterator[str]:
    """A model that reads one kind of feature, on another."""
    kinds = [study["features"].get(one, {}).get("kind") for one in feature_sets(experiment)]
    kind = study["models"].get(experiment["model"], {}).get("kind")
    reads = MODELS[kind].reads if kind else None
    if reads and kinds != [reads]:
        yield (
            f"config: experiments.{name}.model is {experiment['model']!r}, whose kind {kind} reads "
            f"one feature set of kind {reads}; experiments.{name}.features has "
            f"{', '.join(map(str, kinds))}."
        )


def _useless_augmentation(
    study: Mapping[str, Any], name: str, experiment: Mapping[str, Any]
) -> Iterator[str]:
    """Copies that the experiment cannot tell from the conformer, or of moved conformers."""
    if not copies_of(experiment):
        return
    if experiment["train_on"] != ORIGINAL:
        yield (
            f"config: experiments.{name} has train_on {experiment['train_on']!r} and augmentation, "
            "which moves the conformers as embedded; leave one of them out."
        )
    sets, model = feature_sets(experiment), experiment["model"]
    if not set(sets) <= set(study["features"]) or model not in study["models"]:
        return  # said already
    motions = set(experiment["augmentation"]["motions"])
    if motions <= claimed(study, name):
        yield (
            f"config: experiments.{name}.augmentation moves copies by "
            f"{', '.join(sorted(motions))}, which changes nothing for features {', '.join(sets)} "
            f"and model {model} together; leave augmentation out, or name motions that the "
            "features or the model can see."
        )


def _name_clashes(section: str, names: list[str]) -> Iterator[str]:
    by_lower_case: dict[str, str] = {}
    for name in names:
        if name.lower() in RESERVED.get(section, ()):
            yield f"config: {section}.{name} is a name that results/ uses itself; choose another."
        if DEVICES.fullmatch(name):
            yield (
                f"config: {section}.{name} is a device's name in Windows, where no folder can be "
                "called so; choose another."
            )
        if periodic := re.search(r"(.+?)\1{19,}$", name):
            yield (
                f"config: {section}.{name} ends in {periodic[1]!r} twenty times or more, which "
                "Snakemake takes for an endless wildcard; choose a shorter name."
            )
        twin = by_lower_case.setdefault(name.lower(), name)
        if twin != name:
            yield (
                f"config: {section}.{twin} and {section}.{name} differ only in capitals and would "
                "share a folder on some file systems; rename one."
            )
