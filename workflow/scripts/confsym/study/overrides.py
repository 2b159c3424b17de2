"""Where a molecule's entry overrides the study's sections embedding, energies and split."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any

from confsym.conformers.split import LEAST_HELD_OUT
from confsym.energies.registry import level_row
from confsym.study import attempts, geometries
from confsym.study.experiments import level_of, levels, own_levels

Study = Mapping[str, Any]

MOST_JOBS = 10_000  # that embed a molecule: Snakemake plans some hundred a second
SPLIT = ("train", "seed")  # the keys of section split that a molecule may have for itself


def embedding_of(study: Study, molecule: str) -> dict[str, Any]:
    """Section embedding, with the keys that a molecule's entry overrides."""
    return dict(study["embedding"]) | _of_molecule(study, molecule, "embedding")


def split_of(study: Study, molecule: str) -> dict[str, Any]:
    """Section split, with the keys that a molecule's entry overrides."""
    return dict(study["split"]) | _of_molecule(study, molecule, "split")


def study_of(study: Study, folder: str) -> dict[str, Any]:
    """The study as the molecule that a folder is of has it: at the molecule's own level."""
    level = level_of(study, geometries.molecule_of(folder))
    return {**study, "energies": {**study["energies"], "level": level}}


def of_molecules(study: Study, question: Callable[[Study], Iterable[str]]) -> list[str]:
    """All answers to a question about the study, as each of its molecules has it."""
    studies = [study_of(study, name) for name in study["molecules"]]
    return list(
        dict.fromkeys(answer for molecule_study in studies for answer in question(molecule_study))
    )


def most_parts(study: Study) -> int:
    """Parts of the level that shares its conformers among most jobs."""
    names = of_molecules(study, levels)
    return max(level_row(name, own_levels(study)).parts for name in names)


def _of_molecule(study: Study, folder: str, section: str) -> dict[str, Any]:
    """The keys that the entry of a folder's molecule overrides."""
    return study["molecules"][geometries.molecule_of(folder)].get(section, {})


def most_shards(study: Study) -> range:
    """Numbers of the shards of the molecule that has most of them."""
    embeddings = [embedding_of(study, name) for name in study["molecules"]]
    return max(map(attempts.shards, embeddings), key=len)


def contradictions(study: Study) -> list[str]:
    """Sentences about molecules that cannot have enough conformers, or that embed none."""
    sentences = [
        f"config: molecules.{name}.embedding is for molecules whose conformers are embedded; leave "
        "it out, since these come from a file."
        for name in geometries.from_files(study)
        if "embedding" in study["molecules"][name]
    ]
    for name in geometries.embedded(study):
        attempt_count = embedding_of(study, name)["attempts"]
        fewest = split_of(study, name)["train"] + LEAST_HELD_OUT
        if len(shards := attempts.shards(embedding_of(study, name))) > MOST_JOBS:
            key = _config_key(study, name, "embedding", "shard")
            sentences.append(
                f"config: {key} is {embedding_of(study, name)['shard']}, which makes "
                f"{len(shards):,} jobs of {attempt_count:,} attempts, where {MOST_JOBS:,} are the "
                f"most; raise it to {-(-attempt_count // MOST_JOBS)} or more."
            )
        if attempt_count < fewest:
            key, split_key = (
                _config_key(study, name, "embedding", "attempts"),
                _config_key(study, name, "split", "train"),
            )
            sentences.append(
                f"config: {key} is {attempt_count}, which cannot give {split_key} + "
                f"{LEAST_HELD_OUT} = {fewest} conformers; raise it or lower {split_key}."
            )
    return list(dict.fromkeys(sentences))


def _config_key(study: Study, molecule: str, section: str, key: str) -> str:
    """Where the config says what holds for a molecule."""
    is_own = key in study["molecules"][molecule].get(section, {})
    return f"molecules.{molecule}.{section}.{key}" if is_own else f"{section}.{key}"


def definitions(properties: Mapping[str, Any]) -> dict[str, Any]:
    """JSON Schema of what a molecule may say for itself, from that of the study's sections.

    Parameters
    ----------
    properties
        The schema's properties by section.

    Returns
    -------
    dict
        Entries of `$defs`. They have no defaults: what is left out is as the section says.
    """
    return {
        f"{section}_of_molecule": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                key: {name: part for name, part in deepcopy(entry).items() if name != "default"}
                for key, entry in properties[section]["properties"].items()
                if section != "split" or key in SPLIT
            },
        }
        for section in ("embedding", "split")
    }
