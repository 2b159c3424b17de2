"""Models that learn energies and forces, and the errors of their forces.

Reads the config's sections models and experiments. Writes model.joblib, predictions.parquet,
metrics.csv, learning_curve.csv, and force_* of these three, of each experiment that learns forces,
and tables/forces.* and figures/force_parity/ and figures/force_errors.* of each molecule.
"""


rule fit_force_model:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        energies=learned_energies,
        gradients=learned_gradients,
        baseline=baseline,
        baseline_gradients=baseline_gradients,
        split="results/{molecule}/split.csv",
    output:
        "results/{molecule}/experiments/{experiment}/model.joblib",
    log:
        "logs/fit_force_model/{molecule}/{experiment}.log",
    benchmark:
        "timings/fit_force_model/{molecule}/{experiment}.tsv"
    wildcard_constraints:
        experiment=one_of(WITH_FORCES),
    conda:
        "../../environment.yml"
    resources:
        **needs("fitting_forces"),
    params:
        function=function_of(model_row, "forces"),
        settings=model_settings,
        features=features_of_experiment,
        code=code_of("fit_force_model", rows_of_experiment),
        software=software_of("fit_force_model", rows_of_experiment),
    message:
        "Fitting {wildcards.experiment} of {wildcards.molecule} to energies and forces"
    script:
        "../scripts/fit_force_model.py"


rule measure_force_learning_curve:
    input:
        model="results/{molecule}/experiments/{experiment}/model.joblib",
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        energies=learned_energies,
        gradients=learned_gradients,
        baseline=baseline,
        baseline_gradients=baseline_gradients,
        split="results/{molecule}/split.csv",
        test_ensemble=test_ensembles,
        test_energies=test_energies,
        test_gradients=test_gradients,
        test_baseline=test_baselines,
        test_baseline_gradients=test_baseline_gradients,
    output:
        energies="results/{molecule}/experiments/{experiment}/learning_curve.csv",
        forces="results/{molecule}/experiments/{experiment}/force_learning_curve.csv",
    log:
        "logs/measure_force_learning_curve/{molecule}/{experiment}.log",
    benchmark:
        "timings/measure_force_learning_curve/{molecule}/{experiment}.tsv"
    wildcard_constraints:
        experiment=one_of(WITH_FORCES),
    conda:
        "../../environment.yml"
    resources:
        **needs("fitting_forces_often"),
    params:
        function=function_of(model_row, "forces"),
        settings=model_settings,
        features=features_of_experiment,
        split=split_of,
        tests=test_folders,
        learning_curves=learning_curve_settings,
        code=code_of("measure_force_learning_curve", rows_of_experiment),
        software=software_of("measure_force_learning_curve", rows_of_experiment),
    message:
        "Measuring the learning curves of {wildcards.experiment} of {wildcards.molecule}"
    script:
        "../scripts/measure_force_learning_curve.py"


rule evaluate_force_model:
    input:
        model="results/{molecule}/experiments/{experiment}/model.joblib",
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        moved=expand(
            "results/{{molecule}}/conformers/moved/{transform}.npz",
            transform=config["transforms"],
        ),
        energies=learned_energies,
        gradients=learned_gradients,
        baseline=baseline,
        baseline_gradients=baseline_gradients,
        split="results/{molecule}/split.csv",
        levels=symmetries_of_levels,
        test_ensemble=test_ensembles,
        test_energies=test_energies,
        test_gradients=test_gradients,
        test_baseline=test_baselines,
        test_baseline_gradients=test_baseline_gradients,
    output:
        predictions="results/{molecule}/experiments/{experiment}/predictions.parquet",
        metrics="results/{molecule}/experiments/{experiment}/metrics.csv",
        force_predictions="results/{molecule}/experiments/{experiment}/force_predictions.parquet",
        force_metrics="results/{molecule}/experiments/{experiment}/force_metrics.csv",
    log:
        "logs/evaluate_force_model/{molecule}/{experiment}.log",
    benchmark:
        "timings/evaluate_force_model/{molecule}/{experiment}.tsv"
    wildcard_constraints:
        experiment=one_of(WITH_FORCES),
    conda:
        "../../environment.yml"
    resources:
        **needs("trying_forces"),
    params:
        tests=test_folders,
        transforms=lookup(dpath="transforms", within=config),
        probes=probes_of_experiment,
        deviation=function_of(model_row, "deviation"),
        code=code_of("evaluate_force_model", rows_of_forces_and_motions),
        software=software_of("evaluate_force_model", rows_of_forces_and_motions),
    message:
        "Evaluating energies and forces of {wildcards.experiment} of {wildcards.molecule}"
    script:
        "../scripts/evaluate_force_model.py"


rule write_force_table:
    input:
        metrics=expand(
            "results/{{molecule}}/experiments/{experiment}/force_metrics.csv",
            experiment=WITH_FORCES,
        ),
        curves=expand(
            "results/{{molecule}}/experiments/{experiment}/force_learning_curve.csv",
            experiment=WITH_FORCES,
        ),
    output:
        reported_table(
            "results/{molecule}/tables/forces",
            caption="forces",
            chapter="Forces",
            result="table: forces",
        ),
    log:
        "logs/write_force_table/{molecule}.log",
    benchmark:
        "timings/write_force_table/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        study={"experiments": {name: config["experiments"][name] for name in WITH_FORCES}},
        units=lookup(dpath="units", within=config),
        code=code_of("write_force_table"),
        software=software_of("write_force_table"),
    message:
        "Writing the table of forces of {wildcards.molecule}"
    script:
        "../scripts/write_force_table.py"


rule plot_force_parity:
    input:
        predictions="results/{molecule}/experiments/{experiment}/force_predictions.parquet",
        style=STYLE,
    output:
        reported_figure(
            "results/{molecule}/figures/force_parity/{experiment}",
            caption="force_parity",
            chapter="Forces",
            experiment="{experiment}",
        ),
    log:
        "logs/plot_force_parity/{molecule}/{experiment}.log",
    benchmark:
        "timings/plot_force_parity/{molecule}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        title=title_of_forces,
        columns=lookup(dpath="figures", within=config),
        code=code_of("plot_force_parity"),
        software=software_of("plot_force_parity"),
    message:
        "Plotting the parity of forces of {wildcards.molecule}, {wildcards.experiment}"
    script:
        "../scripts/plot_force_parity.py"


rule plot_force_errors:
    input:
        energies=learned_energies,
        predictions=expand(
            "results/{{molecule}}/experiments/{experiment}/force_predictions.parquet",
            experiment=WITH_FORCES,
        ),
        curves=expand(
            "results/{{molecule}}/experiments/{experiment}/force_learning_curve.csv",
            experiment=WITH_FORCES,
        ),
        style=STYLE,
    output:
        reported_figure(
            "results/{molecule}/figures/force_errors",
            caption="force_errors",
            chapter="Forces",
            result="figure: errors of forces",
        ),
    log:
        "logs/plot_force_errors/{molecule}.log",
    benchmark:
        "timings/plot_force_errors/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        experiments=WITH_FORCES,
        title=title_of_molecule,
        columns=lookup(dpath="figures", within=config),
        code=code_of("plot_force_errors"),
        software=software_of("plot_force_errors"),
    message:
        "Plotting the errors of forces of {wildcards.molecule}"
    script:
        "../scripts/plot_force_errors.py"


rule forces:
    input:
        expand(
            [
                "results/{molecule}/figures/force_parity/{experiment}.svg",
                "results/{molecule}/figures/force_errors.svg",
                "results/{molecule}/tables/forces.csv",
                "results/{molecule}/experiments/{experiment}/force_field.zip",
            ],
            molecule=config["molecules"] if WITH_FORCES else [],
            experiment=WITH_FORCES,
        ),
    message:
        "Completing the forces"
