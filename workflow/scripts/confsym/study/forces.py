"""What a config can get wrong about learning forces."""

from collections.abc import Iterator, Mapping
from typing import Any

from confsym.features.registry import feature_row, with_derivatives
from confsym.models.registry import MODELS
from confsym.registry import ORIGINAL
from confsym.study.experiments import copies_of, feature_sets, with_forces

ABLE = [name for name, row in MODELS.items() if row.forces]


def contradictions(study: Mapping[str, Any]) -> Iterator[str]:
    """Sentences about experiments that learn forces and cannot, or that could learn nothing else.

    Parameters
    ----------
    study
        The config, valid by the schema, defaults filled in.
    """
    for name, experiment in study["experiments"].items():
        model = study["models"].get(experiment["model"])
        if model:
            yield from _unable(study, name, model["kind"])
    for name in with_forces(study):
        experiment = study["experiments"][name]
        yield from _without_derivatives(study, name)
        if copies_of(experiment):
            yield (
                f"config: experiments.{name} learns forces and has augmentation, whose copies have "
                "none; leave one of them out."
            )
        if experiment["train_on"] != ORIGINAL:
            yield (
                f"config: experiments.{name} learns forces and has train_on "
                f"{experiment['train_on']!r}, where forces are those of other positions; leave "
                "one of them out."
            )


def _unable(study: Mapping[str, Any], name: str, kind: str) -> Iterator[str]:
    """A model that takes no forces, or nothing without them."""
    row, model = MODELS[kind], study["experiments"][name]["model"]
    learns_forces = name in with_forces(study)
    if learns_forces and not row.forces:
        yield (
            f"config: experiments.{name} learns energies_and_forces, but models.{model} is of kind "
            f"{kind}, which learns energies alone; kinds that learn both: {', '.join(ABLE)}."
        )
    if not learns_forces and not row.function:
        yield (
            f"config: models.{model} is of kind {kind}, which learns energies and forces together; "
            f"give experiments.{name} learn: energies_and_forces."
        )


def _without_derivatives(study: Mapping[str, Any], name: str) -> Iterator[str]:
    """Features that a model needs derivatives of, and that have none."""
    sets = feature_sets(study["experiments"][name])
    model = study["models"].get(study["experiments"][name]["model"])
    if not model or MODELS[model["kind"]].reads or not set(sets) <= set(study["features"]):
        return  # it reads positions, or what is wrong is said already
    for feature in sets:
        settings = study["features"][feature]
        reason = feature_row(settings).why_no_derivatives(settings)
        if reason:
            yield (
                f"config: experiments.{name} learns forces and needs derivatives of "
                f"features.{feature}: kind {settings['kind']} has none, since {reason}; use "
                f"one of {with_derivatives()}."
            )
