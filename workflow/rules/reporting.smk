"""Formats of figures and tables, their places in the report, what they are called; a run's last words."""

from functools import partial

from confsym.provenance.snakemake_private import folder, log_lines, outputs, refusal
from confsym.study import closing

PRINTED = ("svg", "pdf", "png")  # formats of figures for print
WRITTEN = ("html", "csv", "md", "tex")  # formats of tables
CHAPTERS = {  # in the order of the report, and whether a study has anything for them
    "Summary": True,
    "Comparison": len(config["molecules"]) > 1,
    "Conformers": True,
    "Features": bool(experiments.features_of_kind(config, "symmetry_functions")),
    "Parity": True,
    "Errors": True,
    "Forces": bool(experiments.with_forces(config)),
    "Dynamics": bool(experiments.with_forces(config)),
    "Symmetry": True,
    "Rediscovery": bool(overrides.of_molecules(config, experiments.recoverable)),
    "Periodicity": True,
    "Concepts": True,
}


def reported(stem, formats, caption, chapter, **labels):
    """Output: a figure, table or page in each format; the first has a place in the report.

    The report sorts chapters by name, so their order stands before it.
    """
    first, *others = [f"{stem}.{ending}" for ending in formats]
    if "{molecule}" in stem:
        labels["molecule"] = "{molecule}"
    else:
        labels.setdefault("level", labels_of_levels(config["molecules"]))
    before = list(CHAPTERS.values())[: list(CHAPTERS).index(chapter)]
    told = labels if "level" in labels else with_level(labels)
    place = {"category": f"{1 + sum(before)} {chapter}", "labels": told}
    return [report(first, caption=f"../report/{caption}.rst", **place), *others]


def with_level(labels):
    """Labels of a molecule's result in the report, and its level."""

    def told(wildcards):
        return labels | {"level": level_label(wildcards)}

    return told


reported_figure = partial(reported, formats=PRINTED)
reported_table = partial(reported, formats=WRITTEN)


def shown_as(wildcards):
    """Params: what an experiment's figure is called, and the transform that it trained on."""
    return _shown_as(wildcards, wildcards.experiment)


def all_shown_as(wildcards):
    """Params: the same of each experiment."""
    return [_shown_as(wildcards, name) for name in config["experiments"]]


def _shown_as(wildcards, name):
    title = f"{title_of_molecule(wildcards)}, {experiments.title(config, name)}"
    return {"trained_on": config["experiments"][name]["train_on"], "title": title}


def notes_figures(wildcards):
    """Input: the notes' parity figures."""
    if experiments.NOTES not in config["experiments"]:
        raise refusal(
            "config: the target notes needs an experiment called 'notes'; section experiments "
            f"has {', '.join(config['experiments'])}."
        )
    return expand(
        "results/{molecule}/figures/parity/notes.{ending}",
        molecule=config["molecules"],
        ending=PRINTED,
    )


def files_of_all(wildcards):
    """Input: what the target `all` asks for beside the targets of the stages."""
    asked = [
        "results/{molecule}/conformers/ensemble.sdf",
        "results/{molecule}/figures/parity/{experiment}.{printed}",
        "results/{molecule}/figures/parity/{experiment}.html",
        "results/{molecule}/figures/parity/plotly.min.js",
        "results/{molecule}/figures/symmetry_functions/{descriptor}.{printed}",
        "results/{molecule}/tables/numbers.{numbers}",
    ]
    if experiments.baseline_pairs(config):
        asked += [
            "results/{molecule}/figures/baselines.svg",
            "results/{molecule}/tables/baselines.csv",
        ]
    paths = expand(
        asked,
        molecule=config["molecules"],
        experiment=config["experiments"],
        descriptor=experiments.features_of_kind(config, "symmetry_functions"),
        printed=PRINTED,
        numbers=["html", "json", "tex", "rst"],
    )
    paths += expand(
        "results/{molecule}/tables/near_copies.{ending}",
        molecule=[*geometries.from_files(config), *geometries.sampled(config)],
        ending=WRITTEN,
    )
    if config["energies"]["gradients"]:
        paths += beside(map(energies_of, config["molecules"]))
    return ["results/run_config.yaml", "results/environment.json", *paths]


onsuccess:
    log_lines(closing.lines(config["molecules"], outputs(workflow), folder(workflow)))
