"""What a config says of its experiments: questions that rules and tables ask, and their answers.

A study is the checked config, defaults filled in. Every function here is pure: it reads the study
and the registries, and no file.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from confsym.energies.registry import level_row
from confsym.features.registry import feature_row
from confsym.models.registry import MODELS, Model
from confsym.registry import Row, files_named
from confsym.transforms.registry import TRANSFORMS

Study = Mapping[str, Any]

POSE = frozenset({"translation", "rotation"})
BOTH = "energies_and_forces"  # what an experiment learns beside energies alone
NOTES = "notes"  # the experiment that the target of that name is about


def feature_sets(experiment: Mapping[str, Any]) -> list[str]:
    """Names of the feature sets whose columns an experiment puts side by side."""
    features = experiment["features"]
    return [features] if isinstance(features, str) else list(features)


def features_of(study: Study, name: str) -> list[Mapping[str, Any]]:
    """The entries in section features of an experiment's feature sets."""
    return [study["features"][feature] for feature in feature_sets(study["experiments"][name])]


def model_of(study: Study, name: str) -> Mapping[str, Any]:
    """The entry in section models of an experiment's model."""
    return study["models"][study["experiments"][name]["model"]]


def with_experiments(study: Study, names: Iterable[str]) -> dict[str, Any]:
    """Sections features, models and experiments of a study that has some of its experiments."""
    some = {name: study["experiments"][name] for name in names}
    used = dict.fromkeys(one for entry in some.values() for one in feature_sets(entry))
    return {
        "features": {feature: study["features"][feature] for feature in used},
        "models": {entry["model"]: model_of(study, name) for name, entry in some.items()},
        "experiments": some,
    }


def model_settings(study: Study, name: str) -> Mapping[str, Any]:
    """What builds an experiment's model: that entry, and which feature sets have tails, if any."""
    tails = [feature_row(feature).tails for feature in features_of(study, name)]
    takes_tails = any(tails) and "tails" in model_row(study, name).takes
    return {**model_of(study, name), **({"tails": tails} if takes_tails else {})}


def model_row(study: Study, name: str) -> Model:
    """The registry's row of an experiment's model, with the class that the user names if any."""
    settings = model_of(study, name)
    return MODELS[settings["kind"]].of(settings)


def rows_of(study: Study, name: str) -> list[Row]:
    """The registry's rows of an experiment's model and features.

    Those of an experiment that learns forces name the features' derivatives.
    """
    features = map(feature_row, features_of(study, name))
    if study["experiments"][name].get("learn") == BOTH:
        features = (row.with_derivatives for row in features)
    return [model_row(study, name), *features]


def own_rows(study: Study) -> list[Row]:
    """The rows that name code of the user's choice."""
    models = (MODELS[settings["kind"]].of(settings) for settings in study["models"].values())
    levels = (level_row(name, own_levels(study)) for name in own_levels(study))
    features = map(feature_row, study["features"].values())
    return [row for row in (*models, *levels, *features) if row.own or row.files]


def copies_of(experiment: Mapping[str, Any]) -> int:
    """How many moved copies of each training conformer an experiment adds."""
    return experiment.get("augmentation", {}).get("copies", 0)


def features_of_kind(study: Study, kind: str) -> list[str]:
    """Names of the features of one kind."""
    return [name for name, settings in study["features"].items() if settings["kind"] == kind]


def data_named(study: Study) -> set[str]:
    """The files that options of levels, and parameters of the user's own code, name."""
    options = files_named([*own_levels(study).values()])
    return {path for row in own_rows(study) for path in row.data}.union(options)


# Levels.


def own_levels(study: Study) -> Mapping[str, Mapping[str, Any]]:
    """Section levels: those that the study defines itself."""
    return study.get("levels", {})


def level_settings(study: Study, level: str) -> dict[str, Any]:
    """What the function of a level is told beside molecule and positions: nothing if built in."""
    if level not in own_levels(study):
        return {}
    entry = own_levels(study)[level]
    return {"level": level, "calculator": entry["calculator"], "options": entry["options"]}


def level_of(study: Study, molecule: str) -> str:
    """The level that a molecule's energies are of: its entry's own, or else the study's."""
    return study["molecules"][molecule].get("level", study["energies"]["level"])


def place_of_level(study: Study, molecule: str) -> str:
    """Where the config names that level."""
    own = "level" in study["molecules"][molecule]
    return f"molecules.{molecule}.level" if own else "energies.level"


def levels(study: Study) -> list[str]:
    """The levels that a study takes energies of: its own first, then the baselines'."""
    cheaper = [e["baseline"] for e in study["experiments"].values() if "baseline" in e]
    return list(dict.fromkeys([study["energies"]["level"], *cheaper]))


def computed_levels(study: Study) -> list[str]:
    """Those of them whose energies are computed, not read from the user's file."""
    return [level for level in levels(study) if level_row(level, own_levels(study)).function]


def levels_behind(study: Study, name: str) -> list[str]:
    """The levels that an experiment stands on: the study's, its baseline, and its features'.

    Features that take MMFF94's types or terms keep the symmetries that MMFF94 keeps.
    """
    levels = [study["energies"]["level"], study["experiments"][name].get("baseline")]
    for settings in features_of(study, name):
        levels.append(settings.get("variant"))
        if {"mmff_types", "mmff_radii"} & {settings.get("labels"), settings.get("pairs")}:
            levels.append("mmff94")
    return list(dict.fromkeys(filter(None, levels)))


def levels_on_trial(study: Study) -> list[str]:
    """The levels that any experiment stands on, whose own symmetries are tried."""
    behind = [levels_behind(study, name) for name in study["experiments"]]
    return list(dict.fromkeys(level for levels in behind for level in levels))


# Symmetries.


def claimed(study: Study, name: str) -> frozenset[str]:
    """Symmetries that an experiment claims: those of all its features, or of its model."""
    claims = [feature_row(one).claims(one) for one in features_of(study, name)]
    return frozenset.intersection(*claims) | model_row(study, name).claimed


def smooth(study: Study, name: str) -> bool:
    """Whether an experiment claims that its energies and their slopes never jump along a path."""
    features = features_of(study, name)
    return model_row(study, name).smooth and all(
        feature_row(one).is_smooth(one) for one in features
    )


def why_no_forces(study: Study, name: str) -> str:
    """Why an experiment has no forces; empty where it has."""
    if name in with_forces(study):
        return ""
    row = model_row(study, name)
    return "was asked to learn energies alone" if row.forces else row.no_forces


def probes(study: Study, name: str) -> list[str]:
    """The transforms that change the energy at the study's level or an experiment's baseline."""
    known = [study["energies"]["level"], study["experiments"][name].get("baseline")]
    rows = [level_row(level, own_levels(study)) for level in known if level]
    if not any(row.fixed_bonds for row in rows):
        return []
    kinds = {name: TRANSFORMS[settings["kind"]] for name, settings in study["transforms"].items()}
    return [name for name, kind in kinds.items() if not kind.keeps_energy]


def posed(study: Study) -> list[str]:
    """The first transform of kind random_pose, if there is one."""
    kinds = {name: settings["kind"] for name, settings in study["transforms"].items()}
    return [name for name, kind in kinds.items() if kind == "random_pose"][:1]


def families(study: Study) -> dict[str, list[str]]:
    """Which experiments to compare: where copies are posed, those that differ in copies alone.

    Returns
    -------
    dict
        For each family its experiments by number of copies, and then those with the same model on
        features that a pose leaves alone, which augmentation is held against. A family is called
        after its features, model, baseline and motions, and after what else differs between copies.
    """
    experiments = study["experiments"]
    augmented = {
        name: augmentation
        for name, experiment_entry in experiments.items()
        if (augmentation := _copied(experiment_entry))
    }
    differing = [
        (key, unit)
        for key, unit in (("displacement", " Å"), ("seed", ""))
        if len({augmentation.get(key) for augmentation in augmented.values()}) > 1
    ]
    members: dict[str, list[str]] = {}
    for name, augmentation in augmented.items():
        if not POSE.intersection(augmentation["motions"]):
            continue
        experiment = experiments[name]
        learner = f"{' + '.join(feature_sets(experiment))} and {experiment['model']}"
        above = f" above {experiment['baseline']}" if "baseline" in experiment else ""
        more = "".join(f", {key} {augmentation[key]}{unit}" for key, unit in differing)
        title = f"{learner}{above}, copies moved by {' and '.join(augmentation['motions'])}{more}"
        like_experiments = [
            other for other in experiments if _alike(experiment, experiments[other])
        ]
        invariant = [
            other
            for other, entry in experiments.items()
            if entry["model"] == experiment["model"]
            and entry.get("baseline") == experiment.get("baseline")
            and not copies_of(entry)
            and all(
                feature_row(settings).claims(settings) >= POSE
                for settings in features_of(study, other)
            )
        ]
        by_copies = sorted(like_experiments, key=lambda other: copies_of(experiments[other]))
        members[title] = list(dict.fromkeys(by_copies + invariant))
    return members


def _copied(experiment: Mapping[str, Any]) -> dict[str, Any]:
    """How an experiment moves its copies, however many; empty where it has none."""
    settings = experiment["augmentation"] if copies_of(experiment) else {}
    return {key: value for key, value in settings.items() if key != "copies"}


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    keys = ("model", "baseline", "train_on")
    is_alike = all(one.get(key) == other.get(key) for key in keys)
    is_alike = is_alike and feature_sets(one) == feature_sets(other)
    return is_alike and (not copies_of(other) or _copied(one) == _copied(other))


def compared(study: Study) -> list[str]:
    """The experiments that show what augmentation buys, if there is a random pose to test in."""
    names = [name for family in families(study).values() for name in family] if posed(study) else []
    return list(dict.fromkeys(names))


def compared_alone(study: Study) -> dict[str, dict]:
    """What a study says of the experiments that `compared` names, and of their features."""
    experiments = {name: study["experiments"][name] for name in compared(study)}
    sets = {one for experiment in experiments.values() for one in feature_sets(experiment)}
    features = {name: study["features"][name] for name in sorted(sets)}
    return {"features": features, "experiments": experiments}


def baseline_pairs(study: Study) -> dict[str, dict[str, str]]:
    """Experiments with a cheaper level, where another experiment differs in that alone.

    Returns
    -------
    dict
        For each of them the level (`baseline`) and the other experiment (`without`).
    """
    experiments = study["experiments"]
    pairs = {}
    for name, entry in experiments.items():
        without_baseline = {key: value for key, value in entry.items() if key != "baseline"}
        twins = [
            other for other, other_entry in experiments.items() if other_entry == without_baseline
        ]
        if "baseline" in entry and twins:
            pairs[name] = {"baseline": entry["baseline"], "without": twins[0]}
    return pairs


def paired_by_baseline(study: Study) -> list[str]:
    """All experiments of `baseline_pairs`."""
    pairs = baseline_pairs(study)
    return list(dict.fromkeys([*pairs, *(pair["without"] for pair in pairs.values())]))


# What an experiment can show.


def recoverable(study: Study) -> list[str]:
    """The experiments that can find MMFF94's constants: least squares on its own terms."""
    terms = {"kind": "force_field_terms", "labels": "mmff_types", "pairs": "mmff_radii"}
    return [
        name
        for name, experiment in study["experiments"].items()
        if study["energies"]["level"] == "mmff94"
        and "baseline" not in experiment
        and model_of(study, name)["kind"] == "least_squares"
        and len(sets := features_of(study, name)) == 1
        and terms.items() <= sets[0].items()
    ]


def body_order(study: Study, name: str) -> int | None:
    """Most atoms whose positions meet in one term of an experiment's features, if one can say."""
    orders = [feature_row(one).order(one) for one in features_of(study, name)]
    return None if None in orders else max(orders)


def with_body_order(study: Study) -> list[str]:
    """The experiments whose features are sums over so many atoms at a time."""
    return [name for name in study["experiments"] if body_order(study, name) is not None]


def with_deviation(study: Study) -> list[str]:
    """The experiments whose models predict a standard deviation."""
    return [name for name in study["experiments"] if model_row(study, name).deviation]


def with_deviation_of_forces(study: Study) -> list[str]:
    """Those of them that learn forces."""
    return [name for name in with_deviation(study) if name in with_forces(study)]


def with_forces(study: Study) -> list[str]:
    """The experiments that learn energies and forces."""
    experiments = study["experiments"].items()
    return [name for name, one in experiments if one.get("learn") == BOTH]


def of_forces(study: Study) -> dict[str, Any]:
    """What tables read of a study that has those alone, and of its own levels those behind them."""
    alone = {**study, **with_experiments(study, with_forces(study))}
    behind = levels_on_trial(alone)
    own = {name: entry for name, entry in own_levels(study).items() if name in behind}
    return tabled({**alone, "levels": own})


def energies_alone(study: Study) -> list[str]:
    """The experiments that learn energies and no forces."""
    return [name for name in study["experiments"] if name not in with_forces(study)]


def learning_curve(study: Study, name: str) -> dict[str, Any]:
    """Section learning_curves, with the keys that an experiment has of its own."""
    return study["learning_curves"] | study["experiments"][name].get("learning_curve", {})


# How tables and figures name them.


def tabled(study: Study) -> dict[str, Any]:
    """What tables that set experiments side by side read of a study."""
    sections = ("levels", "transforms", "features", "models", "experiments")
    level = {"energies": {"level": study["energies"]["level"]}}
    return {section: study[section] for section in sections} | level


def title(study: Study, name: str) -> str:
    """What a figure calls an experiment: its name, its features and its model in words."""
    features = [_in_words(feature_row(one), one) for one in features_of(study, name)]
    model = _in_words(model_row(study, name), model_of(study, name))
    return f"{name}: {' + '.join(features)}; {model}"


def _in_words(row: Row, settings: Mapping[str, Any]) -> str:
    """A kind's label with what the study has chosen by a word ("inverse distances, sorted")."""
    left_out = ("kind", row.names_code)
    words = [
        value for key, value in settings.items() if key not in left_out and isinstance(value, str)
    ]
    return ", ".join([row.label, *words])


def moved_panels(study: Study) -> dict[str, str]:
    """The transform that parity figures show beside the conformers, and its wording.

    It is the first translation; an empty dict without one.
    """
    for name, settings in study["transforms"].items():
        if settings["kind"] == "translation":
            vector = ", ".join(f"{x:g}" for x in settings["vector"])
            return {name: f"moved by ({vector}) Å"}
    return {}
