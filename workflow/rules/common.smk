"""The checked config, and what the other rule files share.

What a rule asks about the study, `confsym/study/` answers.
"""

import os
from functools import partial
from pathlib import Path

from snakemake import __version__

from confsym.concepts.registry import TOPICS
from confsym.crystals.registry import EXPERIMENTS as CRYSTAL_EXPERIMENTS
from confsym.energies import registry as energies
from confsym.features import registry as features
from confsym.provenance import checksums, imports, snakemake_private
from confsym.registry import ORIGINAL, behind
from confsym.study import check, experiments, geometries, overrides, own_code, stereoisomers
from confsym.study.schema import fill_in
from confsym.transforms.registry import TRANSFORMS


def checked(config):
    """Stop with one sentence if the config is wrong; fill in the schema's defaults otherwise."""
    schema = SCRIPTS.parent / "schemas/config.schema.yaml"
    readable(*workflow.configfiles)
    problem = check.problem(config, schema)
    if not problem:
        fill_in(config, schema)
        own_code.locate(config, [Path(path) for path in workflow.configfiles])
        problem = stereoisomers.expand(config) or next(check.contradictions(config), None)
    if problem:
        raise snakemake_private.refusal(problem)


checked(config)
snakemake_private.compare_by_content(workflow, checksums.recorded_sha256)
snakemake_private.compare_plain_params(workflow)
snakemake_private.measure_inputs_once(workflow)


# Which row of a registry a job's wildcards lead to.


def level_row(wildcards):
    return energies.level_row(wildcards.level, config["levels"])


def feature_row(wildcards):
    return features.feature_row(config["features"][wildcards.feature])


def model_row(wildcards):
    return experiments.model_row(config, wildcards.experiment)


def experiment_alone(wildcards):
    return experiments.with_experiments(config, [wildcards.experiment])


def transform_rows(wildcards):
    return [TRANSFORMS[settings["kind"]] for settings in config["transforms"].values()]


def rows_of_moved_features(wildcards):
    """The feature's row, and those of the transforms, whose order its table follows."""
    return [feature_row(wildcards), *transform_rows(wildcards)]


def rows_of_experiment(wildcards):
    """The rows of all features and of the model that an experiment uses."""
    return experiments.rows_of(config, wildcards.experiment)


def always(*rows):
    """A row function of rules that no wildcard leads to a row."""

    def chosen(wildcards):
        return list(rows)

    return chosen


def function_of(row, attribute="function"):
    """Params: `package.module:function` of the row that a row function finds."""

    def function(wildcards):
        return getattr(row(wildcards), attribute)

    return function


# What a job's result depends on beside its data.


def code_behind(script, row, wildcards):
    """The code of a job: its script, the modules and the user's files that it loads by name."""
    rows = row(wildcards) if row else []
    rows = rows if isinstance(rows, list) else [rows]
    return imports.code(SCRIPTS / f"{script}.py", *behind(rows))


FILES_OF_CODE = {}  # by the SHA-256 that jobs are given


def code_of(script, row=None):
    """Params: SHA-256 of the rule's script, all package files that it imports, its kind's own."""

    def code(wildcards):
        found = code_behind(script, row, wildcards)
        FILES_OF_CODE[found.sha256] = found.files
        return found.sha256

    return code


def software_of(script, row=None):
    """Params: versions of all packages that this code imports."""

    def software(wildcards):
        return list(code_behind(script, row, wildcards).software)

    return software


def environment_of_all(wildcards):
    """Params: interpreter, platform, and versions of all packages that any of the code imports."""
    rows = experiments.own_rows(config)
    files = [*SCRIPTS.rglob("*.py"), *(Path(name) for row in rows for name in row.files)]
    modules = {name for row in rows for name in row.modules}
    packages = [*imports.software(files, modules), f"snakemake=={__version__}"]
    return imports.environment(sorted(packages))


# What a job reads and is told of its experiment.


def feature_tables(transforms, wildcards):
    """Input: an experiment's feature tables after some transforms, set after set."""
    sets = experiments.feature_sets(config["experiments"][wildcards.experiment])
    folder = f"results/{wildcards.molecule}/features"
    return expand(f"{folder}/{{set}}/{{transform}}.parquet", set=sets, transform=transforms)


def training_features(wildcards):
    """Input: the feature tables that an experiment trains on."""
    return feature_tables([config["experiments"][wildcards.experiment]["train_on"]], wildcards)


def copied_features(wildcards):
    """Input: the feature tables of an experiment's moved copies, if it trains on any."""
    experiment = config["experiments"][wildcards.experiment]
    sets = experiments.feature_sets(experiment) if experiments.copies_of(experiment) else []
    folder = f"results/{wildcards.molecule}/features/{{set}}/augmented/{wildcards.experiment}"
    return expand(f"{folder}.parquet", set=sets)


def baseline(wildcards):
    """Input: energies of an experiment's cheaper level, if it learns the difference from one."""
    level = config["experiments"][wildcards.experiment].get("baseline")
    return [f"results/{wildcards.molecule}/energies/{level}.csv"] if level else []


def parts_of(wildcards):
    """Input: the energies of all parts of the ensemble."""
    folder = f"results/{wildcards.molecule}/energies/parts/{wildcards.level}"
    return [f"{folder}/{part}.npz" for part in range(level_row(wildcards).parts)]


def level_settings(wildcards):
    """Params: what the function of a level of the study's own is told."""
    return experiments.level_settings(config, wildcards.level)


def level_files(wildcards):
    """Input: files that the options of such a level name."""
    return experiments.files_named(level_settings(wildcards).get("options"))


def split_of(wildcards):
    """Params: section split, and what the molecule's entry has otherwise."""
    return overrides.split_of(config, wildcards.molecule)


def learning_curve_settings(wildcards):
    """Params: section learning_curves, and what an experiment does otherwise."""
    return experiments.learning_curve(config, wildcards.experiment)


def model_settings(wildcards):
    """Params: what an experiment's model is built with."""
    return experiments.model_settings(config, wildcards.experiment)


# What many rule files name.

CONFIG_FILES = [Path(path) for path in workflow.configfiles]
WITH_FORCES = experiments.with_forces(config)
STYLE = os.path.relpath(SCRIPTS / "confsym/figures/confsym.mplstyle")


def one_of(names):
    """Wildcard constraint: one of these names; nothing at all where there are none."""
    return "|".join(names) or "(?!)"


wildcard_constraints:
    molecule=one_of(geometries.folders(config)),
    feature=one_of(config["features"]),
    experiment=one_of(config["experiments"]),
    level=one_of(overrides.of_molecules(config, experiments.levels_on_trial)),
    part=one_of(map(str, range(overrides.most_parts(config)))),
    shard=one_of(map(str, overrides.most_shards(config))),
