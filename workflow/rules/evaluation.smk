"""Predictions, errors, learning curves, and tables that compare experiments.

Reads the config's section learning_curves. Writes predictions.parquet, metrics.csv and
learning_curve.csv of each experiment, and tables/ of each molecule.
"""


rule evaluate_model:
    input:
        model="results/{molecule}/experiments/{experiment}/model.joblib",
        features=all_features,
        energies=ENERGIES,
        baseline=baseline,
        split="results/{molecule}/split.csv",
        code=code_of("evaluate_model", model_row),
    output:
        predictions="results/{molecule}/experiments/{experiment}/predictions.parquet",
        metrics="results/{molecule}/experiments/{experiment}/metrics.csv",
    log:
        "logs/evaluate_model/{molecule}/{experiment}.log",
    benchmark:
        "timings/evaluate_model/{molecule}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    params:
        transforms=[ORIGINAL, *config["transforms"]],
        probes=probes(),
        software=software_of("evaluate_model", model_row),
    script:
        "../scripts/evaluate_model.py"


rule learning_curve:
    input:
        model="results/{molecule}/experiments/{experiment}/model.joblib",
        features=training_features,
        copies=copied_features,
        energies=ENERGIES,
        baseline=baseline,
        code=code_of("learning_curve", model_row),
    output:
        "results/{molecule}/experiments/{experiment}/learning_curve.csv",
    log:
        "logs/learning_curve/{molecule}/{experiment}.log",
    benchmark:
        "timings/learning_curve/{molecule}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    params:
        function=function_of(model_row),
        settings=model_settings,
        split=lookup(dpath="split", within=config),
        learning_curves=learning_curves_of,
        software=software_of("learning_curve", model_row),
    script:
        "../scripts/learning_curve.py"


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
        code=code_of("write_tables"),
    output:
        summary=reported_table("summary", "Summary"),
        symmetry=reported_table("symmetry", "Symmetry"),
    log:
        "logs/write_tables/{molecule}.log",
    benchmark:
        "timings/write_tables/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        study={
            section: config[section]
            for section in ("transforms", "features", "models", "experiments")
        },
        software=software_of("write_tables"),
    script:
        "../scripts/write_tables.py"
