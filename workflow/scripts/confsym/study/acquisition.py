"""What a config says of acquiring geometries: rounds of choosing what to label next."""

from collections.abc import Iterator, Mapping
from typing import Any

from confsym.models.registry import MODELS
from confsym.sampling import times
from confsym.study import geometries
from confsym.study.experiments import with_forces
from confsym.study.overrides import split_of
from confsym.study.schema import nearest

Study = Mapping[str, Any]

ROUND = "results/{molecule}/experiments/{experiment}/acquired/{by}/{repeat}/{round}"
WAYS = ("chosen", "random")
ABLE = [name for name, row in MODELS.items() if row.forces and row.deviation]


def settings(study: Study, name: str) -> Mapping[str, Any]:
    """How an experiment acquires geometries."""
    return study["experiments"][name]["acquire"]


def acquiring(study: Study) -> list[str]:
    """The experiments that acquire geometries."""
    return [name for name, experiment in study["experiments"].items() if "acquire" in experiment]


def sizes(study: Study, name: str) -> list[int]:
    """Labels that an experiment has after each round, the start first."""
    acquire = settings(study, name)
    return [acquire["start"] + acquire["batch"] * number for number in range(acquire["rounds"] + 1)]


def pool_folder(study: Study, name: str, molecule: str) -> str:
    """The folder of the geometries that an experiment chooses from."""
    pool = settings(study, name).get("pool")
    return geometries.set_folder(molecule, pool) if pool else molecule


def contradictions(study: Study) -> Iterator[str]:
    """Sentences about experiments that cannot choose, or have too little to choose from.

    Parameters
    ----------
    study
        The config, valid by the schema, defaults filled in.
    """
    for name in acquiring(study):
        model = study["models"].get(study["experiments"][name]["model"])
        if model:
            yield from _unable(study, name, model["kind"])
        for molecule in study["molecules"]:
            yield from _about_pool(study, name, molecule)


def _unable(study: Study, name: str, kind: str) -> Iterator[str]:
    """A model that does not know how uncertain it is of forces."""
    if kind not in ABLE:
        yield (
            f"config: experiments.{name}.acquire chooses by standard deviations of forces, and "
            f"models.{study['experiments'][name]['model']} is of kind {kind}, which has none; "
            f"kinds that have: {', '.join(ABLE)}."
        )
    elif name not in with_forces(study):
        yield (
            f"config: experiments.{name}.acquire chooses by standard deviations of forces; give "
            f"experiments.{name} learn: energies_and_forces, or leave acquire out."
        )


def _about_pool(study: Study, name: str, molecule: str) -> Iterator[str]:
    """A pool that is not there, or smaller than what is to be chosen from it."""
    acquire, key = settings(study, name), f"config: experiments.{name}.acquire"
    further_sets, pool = geometries.further_sets(study, molecule), acquire.get("pool")
    if pool and pool not in further_sets:
        yield (
            f"{key}.pool is {pool!r}, which molecules.{molecule}.tests does not define;"
            f"{nearest(pool, further_sets)}"
        )
        return
    labels, pool_size = sizes(study, name)[-1], _most(study, molecule, pool)
    if pool_size is not None and pool_size < labels:
        pool_key = f"molecules.{molecule}.tests.{pool}" if pool else "split.train"
        yield (
            f"{key} asks for start + batch × rounds = {labels} geometries, and {pool_key} gives "
            f"{pool_size} of molecules.{molecule} at most; ask for fewer, or give it more."
        )


def _most(study: Study, molecule: str, pool: str | None) -> int | None:
    """How many geometries a pool has at most, where the config says it."""
    if not pool:
        split = split_of(study, molecule)
        return None if split["by"] == "column" else split["train"]
    if molecule not in geometries.sampled(study):
        return None  # the file says it
    walks = geometries.sampling_of(study, geometries.set_folder(molecule, pool))
    return walks["walkers"] * times.frames(walks["duration"], walks["interval"])
