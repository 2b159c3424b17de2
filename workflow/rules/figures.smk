"""Figures.

Writes figures/parity/, figures/learning_curves.* and figures/symmetry_functions/ of each molecule. The
notes' own parity figure has a job of its own, so that the target `notes` needs no other experiment;
one job draws the rest.
"""


# Where a study has the notes' experiment alone.
ruleorder: plot_parity > plot_notes_parity


STYLE = os.path.relpath(SCRIPTS / "confsym/figures/confsym.mplstyle")


rule plot_parity:
    input:
        predictions=expand(
            "results/{{molecule}}/experiments/{experiment}/predictions.parquet",
            experiment=parity_batch(),
        ),
        style=STYLE,
        code=code_of("plot_parity"),
    output:
        **parity_figures(parity_batch()),
    log:
        "logs/plot_parity/{molecule}.log",
    benchmark:
        "timings/plot_parity/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        experiments=titles_of(parity_batch()),
        moved=moved_panels(),
        columns=lookup(dpath="figures", within=config),
        software=software_of("plot_parity"),
    script:
        "../scripts/plot_parity.py"


use rule plot_parity as plot_notes_parity with:
    input:
        predictions=["results/{molecule}/experiments/notes/predictions.parquet"],
        style=STYLE,
        code=code_of("plot_parity"),
    output:
        **parity_figures(["notes"]),
    log:
        "logs/plot_notes_parity/{molecule}.log",
    benchmark:
        "timings/plot_notes_parity/{molecule}.tsv"
    params:
        experiments=titles_of(["notes"]),
        moved=moved_panels(),
        columns=lookup(dpath="figures", within=config),
        software=software_of("plot_parity"),


rule plot_parity_pages:
    input:
        predictions=expand(
            "results/{{molecule}}/experiments/{experiment}/predictions.parquet",
            experiment=config["experiments"],
        ),
        code=code_of("plot_parity_pages"),
    output:
        html=expand(
            "results/{{molecule}}/figures/parity/{experiment}.html",
            experiment=config["experiments"],
        ),
        script="results/{molecule}/figures/parity/plotly.min.js",
    log:
        "logs/plot_parity_pages/{molecule}.log",
    benchmark:
        "timings/plot_parity_pages/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        experiments=titles_of(config["experiments"]),
        moved=moved_panels(),
        software=software_of("plot_parity_pages"),
    script:
        "../scripts/plot_parity_pages.py"


rule plot_learning_curves:
    input:
        curves=expand(
            "results/{{molecule}}/experiments/{experiment}/learning_curve.csv",
            experiment=config["experiments"],
        ),
        style=STYLE,
        code=code_of("plot_learning_curves"),
    output:
        reported_figure(
            "learning_curves", "learning_curves", "Errors", result="figure: learning curves"
        ),
    log:
        "logs/plot_learning_curves/{molecule}.log",
    benchmark:
        "timings/plot_learning_curves/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        experiments=list(config["experiments"]),
        title=f"{{molecule}}, {LEVEL}",
        columns=lookup(dpath="figures", within=config),
        software=software_of("plot_learning_curves"),
    script:
        "../scripts/plot_learning_curves.py"


rule plot_calibration:
    input:
        predictions=expand(
            "results/{{molecule}}/experiments/{experiment}/predictions.parquet",
            experiment=with_deviation(),
        ),
        style=STYLE,
        code=code_of("plot_calibration"),
    output:
        figure=reported_figure("calibration", "calibration", "Errors", result="figure: calibration"),
        table=reported_table("calibration", "Errors"),
    log:
        "logs/plot_calibration/{molecule}.log",
    benchmark:
        "timings/plot_calibration/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        experiments=with_deviation(),
        title=f"{{molecule}}, {LEVEL}",
        columns=lookup(dpath="figures", within=config),
        software=software_of("plot_calibration"),
    script:
        "../scripts/plot_calibration.py"


rule calibration:
    input:
        expand(
            "results/{molecule}/figures/calibration.{ending}",
            molecule=config["molecules"] if with_deviation() else [],
            ending=PRINTED,
        ),


rule plot_body_order:
    input:
        curves=expand(
            "results/{{molecule}}/experiments/{experiment}/learning_curve.csv",
            experiment=with_body_order(),
        ),
        style=STYLE,
        code=code_of("plot_body_order"),
    output:
        figure=reported_figure("body_order", "body_order", "Errors", result="figure: body order"),
        table=reported_table("body_order", "Errors"),
    log:
        "logs/plot_body_order/{molecule}.log",
    benchmark:
        "timings/plot_body_order/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        experiments=with_body_order(),
        study={section: config[section] for section in ("features", "experiments")},
        title=f"{{molecule}}, {LEVEL}",
        columns=lookup(dpath="figures", within=config),
        software=software_of("plot_body_order"),
    script:
        "../scripts/plot_body_order.py"


rule body_order:
    input:
        expand(
            "results/{molecule}/figures/body_order.{ending}",
            molecule=config["molecules"],
            ending=PRINTED,
        ),


rule plot_symmetry_functions:
    input:
        ensemble=CONFORMERS,
        style=STYLE,
        code=code_of("plot_symmetry_functions"),
    output:
        reported_figure(
            "symmetry_functions/{feature}", "symmetry_functions", "Features", feature="{feature}"
        ),
    log:
        "logs/plot_symmetry_functions/{molecule}/{feature}.log",
    benchmark:
        "timings/plot_symmetry_functions/{molecule}/{feature}.tsv"
    wildcard_constraints:
        feature=one_of(features_of_kind("symmetry_functions")),
    conda:
        "../../environment.yml"
    params:
        settings=lookup(dpath="features/{feature}", within=config),
        columns=lookup(dpath="figures", within=config),
        software=software_of("plot_symmetry_functions"),
    script:
        "../scripts/plot_symmetry_functions.py"


rule learning_curves:
    input:
        expand(
            "results/{molecule}/figures/learning_curves.{ending}",
            molecule=config["molecules"],
            ending=PRINTED,
        ),
