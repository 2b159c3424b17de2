"""The checked config, and the helper functions of the other rule files."""

import os
import sys
from pathlib import Path

from snakemake import __version__
from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

HERE = workflow.current_basedir.get_path_or_uri(secret_free=True)
if "://" in HERE:
    raise WorkflowError(
        f"confsym: its code has to lie on this machine, not at {HERE}; clone the project and name "
        "the clone's workflow/Snakefile in your module."
    )
SCRIPTS = Path(HERE).resolve().parent / "scripts"
sys.path.insert(0, str(SCRIPTS))

from confsym import provenance, study
from confsym.body_order import order_of
from confsym.energies.registry import LEVELS
from confsym.experiment import feature_sets
from confsym.features.registry import FEATURES
from confsym.models.registry import MODELS
from confsym.registry import ORIGINAL
from confsym.transforms.registry import TRANSFORMS


def checked(config):
    """Stop with one sentence if the config is wrong; fill in the schema's defaults otherwise."""
    schema = SCRIPTS.parent / "schemas/config.schema.yaml"
    repeated = map(study.repeated_key, workflow.configfiles)
    problem = next(filter(None, repeated), None) or study.problem(config, schema)
    if not problem:
        validate(config, schema)
        problem = next(study.contradictions(config), None)
    if problem:
        raise WorkflowError(problem)


# Which row of a registry a job's wildcards lead to.


def level_row(wildcards):
    return LEVELS[wildcards.level]


def feature_row(wildcards):
    return FEATURES[config["features"][wildcards.feature]["kind"]]


def model_row(wildcards):
    return MODELS[model_settings(wildcards)["kind"]]


def transform_rows(wildcards):
    return [TRANSFORMS[settings["kind"]] for settings in config["transforms"].values()]


def model_settings(wildcards):
    """Params: the entry in section models of an experiment's model."""
    return config["models"][config["experiments"][wildcards.experiment]["model"]]


def function_of(row, attribute="function"):
    """Params: `package.module:function` of the row that a row function finds."""

    def function(wildcards):
        return getattr(row(wildcards), attribute)

    return function


# What a job's result depends on beside its data.


def closure_of(rule, row, wildcards):
    rows = row(wildcards) if row else []
    modules = {name for row in (rows if isinstance(rows, list) else [rows]) for name in row.modules}
    return provenance.closure(SCRIPTS / f"{rule}.py", modules)


def code_of(rule, row=None):
    """Input: the rule's script and all package files that it imports, and its kind's own."""

    def code(wildcards):
        return [os.path.relpath(path) for path in closure_of(rule, row, wildcards)]

    return code


def software_of(rule, row=None):
    """Params: versions of all packages that this code imports."""

    def software(wildcards):
        return provenance.software(closure_of(rule, row, wildcards))

    return software


def environment_of_all(wildcards):
    """Params: interpreter, platform, and versions of all packages that any of the code imports."""
    packages = [*provenance.software(SCRIPTS.rglob("*.py")), f"snakemake=={__version__}"]
    return provenance.environment(sorted(packages))


# Conformers.


def shards():
    """Numbers of all shards."""
    attempts, size = config["embedding"]["attempts"], config["embedding"]["shard"]
    return range(-(-attempts // size))


def shard_of(wildcards):
    """Params: first attempt and number of attempts of a shard."""
    attempts, size = config["embedding"]["attempts"], config["embedding"]["shard"]
    first = int(wildcards.shard) * size
    return {"first": first, "count": min(size, attempts - first)}


def embedding_settings():
    """Params: what an attempt depends on; not how many there are, nor how they are sharded."""
    others = ("attempts", "prune_rms", "shard")
    return {key: value for key, value in config["embedding"].items() if key not in others}


# Energies.


def levels():
    """The levels that the study takes energies of: its own, and those learned the difference from."""
    cheaper = [e["baseline"] for e in config["experiments"].values() if "baseline" in e]
    return list(dict.fromkeys([config["energies"]["level"], *cheaper]))


def levels_where(in_parts):
    """Wildcard constraint: the study's levels whose energies take several jobs, or one."""
    chosen = [level for level in levels() if (LEVELS[level].parts > 1) == in_parts]
    return one_of(chosen)


def parts_of(wildcards):
    """Input: the energies of all parts of the ensemble."""
    folder = f"results/{wildcards.molecule}/energies/parts/{wildcards.level}"
    return [f"{folder}/{part}.npz" for part in range(level_row(wildcards).parts)]


# Experiments.


def training_features(wildcards):
    """Input: the feature tables that an experiment trains on."""
    experiment = config["experiments"][wildcards.experiment]
    return feature_tables(wildcards, [experiment["train_on"]])


def all_features(wildcards):
    """Input: the feature tables that an experiment predicts, set after set, as embedded first."""
    return feature_tables(wildcards, [ORIGINAL, *config["transforms"]])


def feature_tables(wildcards, transforms):
    sets = feature_sets(config["experiments"][wildcards.experiment])
    folder = f"results/{wildcards.molecule}/features"
    return expand(f"{folder}/{{set}}/{{transform}}.parquet", set=sets, transform=transforms)


def baseline(wildcards):
    """Input: energies of the cheaper level that an experiment learns the difference from, if any."""
    level = config["experiments"][wildcards.experiment].get("baseline")
    return [f"results/{wildcards.molecule}/energies/{level}.csv"] if level else []


def recoverable():
    """The experiments that can find MMFF94's constants: least squares on its own terms."""
    own = {"kind": "force_field_terms", "labels": "mmff_types", "pairs": "mmff_radii"}
    found = []
    for name, experiment in config["experiments"].items():
        sets = [config["features"][feature] for feature in feature_sets(experiment)]
        linear = config["models"][experiment["model"]]["kind"] == "least_squares"
        exact = config["energies"]["level"] == "mmff94" and "baseline" not in experiment
        if exact and linear and len(sets) == 1 and own.items() <= sets[0].items():
            found.append(name)
    return found


def with_body_order():
    """The experiments whose features are sums over so many atoms at a time."""
    return [name for name in config["experiments"] if order_of(config, name) is not None]


def with_deviation():
    """The experiments whose models predict a standard deviation."""
    kinds = {name: MODELS[settings["kind"]] for name, settings in config["models"].items()}
    return [name for name, e in config["experiments"].items() if kinds[e["model"]].deviation]


# Figures.


def parity_batch():
    """The experiments whose parity figures one job draws: all but the notes', if there are any."""
    return [name for name in config["experiments"] if name != "notes"] or ["notes"]


def reported(path, caption, category, **labels):
    """Output: a file with its place in the report."""
    labels = {"molecule": "{molecule}"} | labels
    return report(path, caption=f"../report/{caption}.rst", category=category, labels=labels)


def reported_parity(experiments):
    """Output: the parity figures of some experiments."""
    stem = "results/{molecule}/figures/parity"
    return [
        reported(f"{stem}/{name}.svg", "parity", "Parity", experiment=name) for name in experiments
    ]


def reported_table(name):
    """Output: a table in each format, the CSV in the report."""
    stem = f"results/{{molecule}}/tables/{name}"
    return [reported(f"{stem}.csv", name, "Tables", table=name), f"{stem}.md", f"{stem}.tex"]


def reported_result(name):
    """Output: a table of one experiment as CSV, in the report, and as Markdown."""
    stem = f"results/{{molecule}}/experiments/{{experiment}}/{name}"
    labels = {"experiment": "{experiment}", "table": name}
    return [reported(f"{stem}.csv", name, "Rediscovery", **labels), f"{stem}.md"]


def reported_concept(topic):
    """Output: the figure of a teaching topic."""
    stem, caption = f"results/concepts/{topic}", f"../report/concept_{topic}.rst"
    shown = report(f"{stem}.svg", caption=caption, category="Concepts", labels={"topic": topic})
    return [shown, f"{stem}.pdf"]


def notes_figures(wildcards):
    """Input: the notes' parity figures."""
    if "notes" not in config["experiments"]:
        raise WorkflowError(
            "config: the target notes needs an experiment called 'notes'; section experiments "
            f"has {', '.join(config['experiments'])}."
        )
    return expand(
        "results/{molecule}/figures/parity/notes.{ending}",
        molecule=config["molecules"],
        ending=["svg", "pdf"],
    )


def features_of_kind(kind):
    """Names of the features of one kind."""
    return [name for name, settings in config["features"].items() if settings["kind"] == kind]


def one_of(names):
    """Wildcard constraint: one of these names; nothing at all where there are none."""
    return "|".join(names) or "(?!)"


def titled(rows, settings):
    """A kind's label with what the study has chosen by a word ("inverse distances, sorted")."""
    words = [value for key, value in settings.items() if key != "kind" and isinstance(value, str)]
    return ", ".join([rows[settings["kind"]].label, *words])


def titles_of(experiments):
    """Params: what each figure is called, and the transform that its model was trained on."""
    level = LEVELS[config["energies"]["level"]].label

    def titles(wildcards):
        entries = []
        for name in experiments:
            experiment = config["experiments"][name]
            sets = [config["features"][feature] for feature in feature_sets(experiment)]
            features = " + ".join(titled(FEATURES, settings) for settings in sets)
            model = titled(MODELS, config["models"][experiment["model"]])
            title = f"{wildcards.molecule}, {level}, {name}: {features}; {model}"
            entries.append({"home": experiment["train_on"], "title": title})
        return entries

    return titles


def moved_panels():
    """Params: the transform of the two lower panels, the first translation, and its wording."""
    for name, settings in config["transforms"].items():
        if settings["kind"] == "translation":
            vector = ", ".join(f"{x:g}" for x in settings["vector"])
            return {name: f"moved by ({vector}) Å"}
    return {}


checked(config)


wildcard_constraints:
    molecule="|".join(config["molecules"]),
    feature="|".join(config["features"]),
    experiment="|".join(config["experiments"]),
    level="|".join(levels()),
    part=r"\d+",
    shard="|".join(map(str, shards())),
