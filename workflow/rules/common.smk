"""The checked config, and the helper functions of the other rule files."""

import os
import sys
from functools import cache
from pathlib import Path

from snakemake import __version__
from snakemake.exceptions import WorkflowError
from snakemake.jobs import Job
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
from confsym.archive.checkout import checkout
from confsym.archive.checkout import name as archive_name
from confsym.augmentation_gap import copies_of, families
from confsym.body_order import order_of
from confsym.crystals.registry import EXPERIMENTS as CRYSTAL_EXPERIMENTS
from confsym.energies.registry import LEVELS
from confsym.errors import StudyError
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


def crystal_rows(wildcards):
    return list(CRYSTAL_EXPERIMENTS.values())


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


def copied_features(wildcards):
    """Input: the feature tables of an experiment's moved copies, if it trains on any."""
    experiment = config["experiments"][wildcards.experiment]
    folder = f"results/{wildcards.molecule}/features/{{set}}/augmented/{wildcards.experiment}"
    return expand(
        f"{folder}.parquet", set=feature_sets(experiment) if copies_of(experiment) else []
    )


def learning_curves_of(wildcards):
    """Params: section learning_curves, and what an experiment does otherwise."""
    own = config["experiments"][wildcards.experiment].get("learning_curve", {})
    return config["learning_curves"] | own


def probes():
    """The transforms after which the energy is another one, at the study's level."""
    kinds = {name: TRANSFORMS[settings["kind"]] for name, settings in config["transforms"].items()}
    fixed = LEVELS[config["energies"]["level"]].fixed_bonds
    return [name for name, kind in kinds.items() if fixed and not kind.keeps_energy]


def all_rows(wildcards):
    """The rows of all features and models that any experiment uses."""
    sets = {name for e in config["experiments"].values() for name in feature_sets(e)}
    models = {experiment["model"] for experiment in config["experiments"].values()}
    return [
        *(FEATURES[config["features"][name]["kind"]] for name in sorted(sets)),
        *(MODELS[config["models"][name]["kind"]] for name in sorted(models)),
    ]


def posed():
    """The first transform of kind random_pose, if there is one."""
    kinds = {name: settings["kind"] for name, settings in config["transforms"].items()}
    return [name for name, kind in kinds.items() if kind == "random_pose"][:1]


def posed_features(wildcards):
    """Input: an experiment's feature tables of the conformers in a random pose."""
    return feature_tables(wildcards, posed())


def compared():
    """The experiments that show what augmentation buys, if there is a random pose to test in."""
    names = [name for family in families(config).values() for name in family] if posed() else []
    return list(dict.fromkeys(names))


def compared_study():
    """Params: what the config says of these experiments and their features."""
    experiments = {name: config["experiments"][name] for name in compared()}
    sets = {one for experiment in experiments.values() for one in feature_sets(experiment)}
    features = {name: config["features"][name] for name in sorted(sets)}
    return {"features": features, "experiments": experiments}


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


# Figures, tables and the report.

PRINTED = ("svg", "pdf", "png")  # formats of figures for print
WRITTEN = ("html", "csv", "md", "tex")  # formats of tables
CHAPTERS = (
    *("Summary", "Conformers", "Features", "Parity", "Errors", "Symmetry", "Rediscovery"),
    *("Periodicity", "Concepts"),
)


def parity_batch():
    """The experiments whose parity figures one job draws: all but the notes', if there are any."""
    return [name for name in config["experiments"] if name != "notes"] or ["notes"]


def chapter(name):
    """A category of the report; it sorts them by name, so their order stands before it."""
    filled = {"Features": features_of_kind("symmetry_functions"), "Rediscovery": recoverable()}
    before = CHAPTERS[: CHAPTERS.index(name)]
    return f"{1 + sum(bool(filled.get(one, True)) for one in before)} {name}"


def reported(path, caption, category, **labels):
    """Output: a file with its place in the report."""
    return report(
        path,
        caption=f"../report/{caption}.rst",
        category=chapter(category),
        labels=labels | {"molecule": "{molecule}", "level": LEVEL},
    )


def reported_figure(name, caption, category, **labels):
    """Output: a figure in each format for print, the SVG in the report."""
    stem = f"results/{{molecule}}/figures/{name}"
    svg, *others = [f"{stem}.{ending}" for ending in PRINTED]
    return [reported(svg, caption, category, **labels), *others]


def parity_figures(experiments):
    """Output: the parity figures of some experiments, format by format."""
    stem = "results/{molecule}/figures/parity"
    figures = {ending: [f"{stem}/{name}.{ending}" for name in experiments] for ending in PRINTED}
    named = zip(figures["svg"], experiments)
    figures["svg"] = [reported(path, "parity", "Parity", experiment=name) for path, name in named]
    return figures


def reported_table(name, category):
    """Output: a table in each format, the page in the report."""
    stem = f"results/{{molecule}}/tables/{name}"
    page, *others = [f"{stem}.{ending}" for ending in WRITTEN]
    return [reported(page, name, category, result=f"table: {name}"), *others]


def reported_result(name):
    """Output: a table of one experiment in each format, the page in the report."""
    stem = f"results/{{molecule}}/experiments/{{experiment}}/{name}"
    page, *others = [f"{stem}.{ending}" for ending in WRITTEN]
    labels = {"experiment": "{experiment}", "result": f"table: {name}"}
    return [reported(page, name, "Rediscovery", **labels), *others]


def reported_of_crystals(file):
    """Output: a file of the crystals with its place in the report."""
    return report(
        f"results/crystals/{file}",
        caption="../report/periodicity.rst",
        category=chapter("Periodicity"),
        labels={
            "result": file,
            "crystals": "-".join(config["crystals"]["elements"]),
            "level": "EMT",
        },
    )


def reported_concept(topic):
    """Output: the figure of a teaching topic in each format for print, the SVG in the report."""
    svg, *others = [f"results/concepts/{topic}.{ending}" for ending in PRINTED]
    labels = {"topic": topic.replace("_", " "), "molecule": FIRST, "level": LEVEL}
    caption, category = "../report/concept.rst", chapter("Concepts")
    return [report(svg, caption=caption, category=category, labels=labels), *others]


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
        ending=PRINTED,
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

    def titles(wildcards):
        entries = []
        for name in experiments:
            experiment = config["experiments"][name]
            sets = [config["features"][feature] for feature in feature_sets(experiment)]
            features = " + ".join(titled(FEATURES, settings) for settings in sets)
            model = titled(MODELS, config["models"][experiment["model"]])
            title = f"{wildcards.molecule}, {LEVEL}, {name}: {features}; {model}"
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


# The archive.

PROJECT = SCRIPTS.parents[1]


def archived_targets():
    """The targets whose files an archive has."""
    return ["all", *config["archive"]["targets"]]


@cache
def study_jobs():
    """The jobs that these targets lead to, as Snakemake plans them, by rules and wildcards."""
    asked = [workflow.get_rule(target).expand_input({})[0] for target in archived_targets()]
    jobs, waiting = {}, [path for paths in asked for path in paths]
    while waiting:
        path = waiting.pop()
        producers = [one for one in workflow.rules if one.is_producer(path)]
        if path in jobs or not producers:
            continue
        chosen = max(producers)  # by ruleorder
        job = Job(chosen, workflow.dag, chosen.get_wildcards(path), targetfile=path)
        jobs.update(dict.fromkeys(job.output, job))
        waiting.extend(job.input)
    order = {one.name: place for place, one in enumerate(workflow.rules)}
    placed = {(order[job.rule.name], job.output[0]): job for job in jobs.values()}
    return [placed[place] for place in sorted(placed)]


def study_files(wildcards):
    """Input: every file of the study."""
    return [path for job in study_jobs() for path in job.output]


def described_jobs(wildcards):
    """Params: what each job reads, runs and writes; the project's files by their names in it."""
    written = set(study_files(wildcards))
    return [
        {
            "rule": job.rule.name,
            "wildcards": dict(job.wildcards.items()),
            "script": f"workflow/scripts/{Path(job.rule.script).name}",
            "inputs": [str(p) if p in written else named_in_project(p) for p in job.input],
            "outputs": list(map(str, job.output)),
            "params": dict(job.params.items()),
            "logs": list(map(str, job.log)),
            "timings": [str(job.benchmark)],
        }
        for job in study_jobs()
    ]


def named_in_project(path):
    return Path(os.path.relpath(path, PROJECT)).as_posix()


@cache
def checked_out():
    """The project's files and commit; stop with one sentence if git cannot say."""
    try:
        return checkout(PROJECT)
    except StudyError as error:
        raise WorkflowError(f"archive: {error}")


def project_names(wildcards):
    """Params: names of the project's files."""
    return list(checked_out().files)


def project_files(wildcards):
    """Input: the project's files; stop if an archive of another name is asked for."""
    if wildcards.archive != archive_stem():
        raise WorkflowError(
            f"archive: {wildcards.archive} is not what this study's archive is called, which is "
            f"{archive_stem()}; ask for the target archive."
        )
    return [os.path.relpath(PROJECT / name) for name in checked_out().files]


def source_of_project(wildcards):
    """Params: the targets, the commit, its date, and what is not as committed."""
    found = checked_out()
    return {
        "targets": archived_targets(),
        "commit": found.commit,
        "date": found.date,
        "uncommitted": list(found.changes),
        "config_as_committed": found.config_as_committed,
    }


def study_config(wildcards):
    """Input: the study's one config file, or what Snakemake made of several and of --config."""
    files = workflow.configfiles
    one = len(files) == 1 and not workflow.config_settings.config
    return os.path.relpath(files[0]) if one else "results/run_config.yaml"


def archive_stem():
    """What the archive is called, after molecules and commit, if all is committed."""
    found = checked_out()
    if found.changes and not config["archive"]["allow_dirty"]:
        some = ", ".join(found.changes[:5]) + (" ..." if found.changes[5:] else "")
        raise WorkflowError(
            f"archive: not as committed, so that no commit names the code: {some}; commit or undo "
            "the changes, or set archive.allow_dirty to true."
        )
    return archive_name(list(config["molecules"]), found.label)


def archive_files(wildcards):
    """Input: the archive and the run record."""
    stem = f"results/archive/{archive_stem()}"
    return [f"{stem}.zip", f"{stem}-record.zip"]


checked(config)
LEVEL = LEVELS[config["energies"]["level"]].label
FIRST = next(iter(config["molecules"]))


wildcard_constraints:
    molecule="|".join(config["molecules"]),
    feature="|".join(config["features"]),
    experiment="|".join(config["experiments"]),
    level="|".join(levels()),
    part=r"\d+",
    shard="|".join(map(str, shards())),
