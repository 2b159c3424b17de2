"""Predictions, errors, learning curves, and tables and figures that compare experiments.

Reads the config's section learning_curves. Writes predictions.parquet, metrics.csv and
learning_curve.csv of each experiment, and tables/{summary,symmetry,intervals,calibration,baselines,body_order}.* and
figures/{parity/,learning_curves.*,calibration.*,baselines.*,body_order.*} of each molecule.
"""


rule evaluate_model:
    input:
        model="results/{molecule}/experiments/{experiment}/model.joblib",
        features=partial(feature_tables, [ORIGINAL, *config["transforms"]]),
        energies=learned_energies,
        baseline=baseline,
        split="results/{molecule}/split.csv",
        levels=symmetries_of_levels,
        test_features=partial(test_features, [ORIGINAL]),
        test_energies=test_energies,
        test_baselines=test_baselines,
    output:
        predictions="results/{molecule}/experiments/{experiment}/predictions.parquet",
        metrics="results/{molecule}/experiments/{experiment}/metrics.csv",
    log:
        "logs/evaluate_model/{molecule}/{experiment}.log",
    benchmark:
        "timings/evaluate_model/{molecule}/{experiment}.tsv"
    wildcard_constraints:
        experiment=one_of(experiments.energies_alone(config)),
    conda:
        "../../environment.yml"
    resources:
        **needs("evaluating"),
    params:
        tests=test_folders,
        probes=probes_of_experiment,
        deviation=function_of(model_row, "deviation"),
        constant=function_of(model_row, "constant"),
        code=code_of("evaluate_model", model_row),
        software=software_of("evaluate_model", model_row),
    message:
        "Evaluating {wildcards.experiment} of {wildcards.molecule}"
    script:
        "../scripts/evaluate_model.py"


rule measure_learning_curve:
    input:
        model="results/{molecule}/experiments/{experiment}/model.joblib",
        features=training_features,
        copies=copied_features,
        energies=learned_energies,
        baseline=baseline,
        split="results/{molecule}/split.csv",
        test_features=partial(test_features, []),
        test_energies=test_energies,
        test_baselines=test_baselines,
    output:
        "results/{molecule}/experiments/{experiment}/learning_curve.csv",
    log:
        "logs/measure_learning_curve/{molecule}/{experiment}.log",
    benchmark:
        "timings/measure_learning_curve/{molecule}/{experiment}.tsv"
    wildcard_constraints:
        experiment=one_of(experiments.energies_alone(config)),
    conda:
        "../../environment.yml"
    resources:
        **needs("fitting_often"),
    params:
        function=function_of(model_row),
        takes=function_of(model_row, "takes"),
        settings=model_settings,
        split=split_of,
        tests=test_folders,
        learning_curves=learning_curve_settings,
        code=code_of("measure_learning_curve", model_row),
        software=software_of("measure_learning_curve", model_row),
    message:
        "Measuring the learning curve of {wildcards.experiment} of {wildcards.molecule}"
    script:
        "../scripts/measure_learning_curve.py"


rule write_tables:
    input:
        metrics=expand(
            "results/{{molecule}}/experiments/{experiment}/metrics.csv",
            experiment=config["experiments"],
        ),
        curves=expand(
            "results/{{molecule}}/experiments/{experiment}/learning_curve.csv",
            experiment=config["experiments"],
        ),
        levels=of_levels(experiments.levels_on_trial, ".symmetries.csv"),
        predictions=expand(
            "results/{{molecule}}/experiments/{experiment}/predictions.parquet",
            experiment=config["experiments"],
        ),
        forces=expand(
            "results/{{molecule}}/experiments/{experiment}/force_predictions.parquet",
            experiment=experiments.with_forces(config),
        ),
        ensemble="results/{molecule}/conformers/ensemble.csv",
        conformers=conformers,
        moved=expand(
            "results/{{molecule}}/conformers/moved/{transform}.npz",
            transform=config["transforms"],
        ),
    output:
        **{
            name: reported_table(
                f"results/{{molecule}}/tables/{name}",
                caption=name,
                chapter=name.capitalize(),
                result=f"table: {name}",
            )
            for name in ("summary", "symmetry")
        },
        stereoisomers=expand("results/{{molecule}}/tables/stereoisomers.{ending}", ending=WRITTEN),
    log:
        "logs/write_tables/{molecule}.log",
    benchmark:
        "timings/write_tables/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("tabling"),
    params:
        study=asked_of(experiments.tabled),
        forces=experiments.with_forces(config),
        levels=asked_of(experiments.levels_on_trial),
        units=lookup(dpath="units", within=config),
        code=code_of("write_tables"),
        software=software_of("write_tables"),
    message:
        "Writing the tables of {wildcards.molecule}"
    script:
        "../scripts/write_tables.py"


rule plot_parity:
    input:
        predictions="results/{molecule}/experiments/{experiment}/predictions.parquet",
        style=STYLE,
    output:
        reported_figure(
            "results/{molecule}/figures/parity/{experiment}",
            caption="parity",
            chapter="Parity",
            experiment="{experiment}",
        ),
    log:
        "logs/plot_parity/{molecule}/{experiment}.log",
    benchmark:
        "timings/plot_parity/{molecule}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        experiment=shown_as,
        moved=experiments.moved_panels(config),
        columns=lookup(dpath="figures", within=config),
        code=code_of("plot_parity"),
        software=software_of("plot_parity"),
    message:
        "Plotting parity of {wildcards.molecule}, {wildcards.experiment}"
    script:
        "../scripts/plot_parity.py"


rule plot_parity_pages:
    input:
        predictions=expand(
            "results/{{molecule}}/experiments/{experiment}/predictions.parquet",
            experiment=config["experiments"],
        ),
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
    resources:
        **needs("tabling"),
    params:
        experiments=all_shown_as,
        moved=experiments.moved_panels(config),
        code=code_of("plot_parity_pages"),
        software=software_of("plot_parity_pages"),
    message:
        "Writing the pages of parity of {wildcards.molecule}"
    script:
        "../scripts/plot_parity_pages.py"


rule plot_learning_curves:
    input:
        curves=expand(
            "results/{{molecule}}/experiments/{experiment}/learning_curve.csv",
            experiment=config["experiments"],
        ),
        style=STYLE,
    output:
        reported_figure(
            "results/{molecule}/figures/learning_curves",
            caption="learning_curves",
            chapter="Errors",
            result="figure: learning curves",
        ),
    log:
        "logs/plot_learning_curves/{molecule}.log",
    benchmark:
        "timings/plot_learning_curves/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        experiments=list(config["experiments"]),
        title=title_of_molecule,
        columns=lookup(dpath="figures", within=config),
        code=code_of("plot_learning_curves"),
        software=software_of("plot_learning_curves"),
    message:
        "Plotting the learning curves of {wildcards.molecule}"
    script:
        "../scripts/plot_learning_curves.py"


rule learning_curves:
    input:
        expand(
            "results/{molecule}/figures/learning_curves.{ending}",
            molecule=config["molecules"],
            ending=PRINTED,
        ),
    message:
        "Completing the learning curves"


rule measure_intervals:
    input:
        predictions=expand(
            "results/{{molecule}}/experiments/{experiment}/predictions.parquet",
            experiment=config["experiments"],
        ),
        force_predictions=expand(
            "results/{{molecule}}/experiments/{experiment}/force_predictions.parquet",
            experiment=experiments.with_forces(config),
        ),
    output:
        reported_table(
            "results/{molecule}/tables/intervals",
            caption="intervals",
            chapter="Errors",
            result="table: intervals",
        ),
    log:
        "logs/measure_intervals/{molecule}.log",
    benchmark:
        "timings/measure_intervals/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("tabling"),
    params:
        experiments=list(config["experiments"]),
        with_forces=experiments.with_forces(config),
        units=lookup(dpath="units", within=config),
        code=code_of("measure_intervals"),
        software=software_of("measure_intervals"),
    message:
        "Measuring the intervals around predictions of {wildcards.molecule}"
    script:
        "../scripts/measure_intervals.py"


rule plot_calibration:
    input:
        predictions=expand(
            "results/{{molecule}}/experiments/{experiment}/predictions.parquet",
            experiment=experiments.with_deviation(config),
        ),
        force_predictions=expand(
            "results/{{molecule}}/experiments/{experiment}/force_predictions.parquet",
            experiment=experiments.with_deviation_of_forces(config),
        ),
        style=STYLE,
    output:
        figure=reported_figure(
            "results/{molecule}/figures/calibration",
            caption="calibration",
            chapter="Errors",
            result="figure: calibration",
        ),
        table=reported_table(
            "results/{molecule}/tables/calibration",
            caption="calibration",
            chapter="Errors",
            result="table: calibration",
        ),
    log:
        "logs/plot_calibration/{molecule}.log",
    benchmark:
        "timings/plot_calibration/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("tabling"),
    params:
        experiments=experiments.with_deviation(config),
        with_forces=experiments.with_deviation_of_forces(config),
        title=title_of_molecule,
        columns=lookup(dpath="figures", within=config),
        units=lookup(dpath="units", within=config),
        code=code_of("plot_calibration"),
        software=software_of("plot_calibration"),
    message:
        "Plotting the calibration of {wildcards.molecule}"
    script:
        "../scripts/plot_calibration.py"


rule calibration:
    input:
        expand(
            "results/{molecule}/figures/calibration.{ending}",
            molecule=config["molecules"] if experiments.with_deviation(config) else [],
            ending=PRINTED,
        ),
    message:
        "Completing the calibration"


rule plot_baselines:
    input:
        curves=expand(
            "results/{{molecule}}/experiments/{experiment}/learning_curve.csv",
            experiment=experiments.paired_by_baseline(config),
        ),
        style=STYLE,
    output:
        figure=reported_figure(
            "results/{molecule}/figures/baselines",
            caption="baselines",
            chapter="Errors",
            result="figure: baselines",
        ),
        table=reported_table(
            "results/{molecule}/tables/baselines",
            caption="baselines",
            chapter="Errors",
            result="table: baselines",
        ),
    log:
        "logs/plot_baselines/{molecule}.log",
    benchmark:
        "timings/plot_baselines/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        experiments=experiments.paired_by_baseline(config),
        pairs=experiments.baseline_pairs(config),
        title=title_of_molecule,
        columns=lookup(dpath="figures", within=config),
        units=lookup(dpath="units", within=config),
        code=code_of("plot_baselines"),
        software=software_of("plot_baselines"),
    message:
        "Plotting errors on {wildcards.molecule} with and without a cheaper level"
    script:
        "../scripts/plot_baselines.py"


rule plot_body_order:
    input:
        curves=expand(
            "results/{{molecule}}/experiments/{experiment}/learning_curve.csv",
            experiment=experiments.with_body_order(config),
        ),
        style=STYLE,
    output:
        figure=reported_figure(
            "results/{molecule}/figures/body_order",
            caption="body_order",
            chapter="Errors",
            result="figure: body order",
        ),
        table=reported_table(
            "results/{molecule}/tables/body_order",
            caption="body_order",
            chapter="Errors",
            result="table: body_order",
        ),
    log:
        "logs/plot_body_order/{molecule}.log",
    benchmark:
        "timings/plot_body_order/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        experiments=experiments.with_body_order(config),
        study={section: config[section] for section in ("features", "experiments")},
        title=title_of_molecule,
        columns=lookup(dpath="figures", within=config),
        units=lookup(dpath="units", within=config),
        code=code_of("plot_body_order"),
        software=software_of("plot_body_order"),
    message:
        "Plotting the body order of {wildcards.molecule}"
    script:
        "../scripts/plot_body_order.py"


rule body_order:
    input:
        expand(
            "results/{molecule}/figures/body_order.{ending}",
            molecule=config["molecules"],
            ending=PRINTED,
        ),
    message:
        "Completing the body order"
