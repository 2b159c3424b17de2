"""Fitted models.

Reads the config's sections models and experiments. Writes experiments/{experiment}/model.joblib of
each molecule.
"""


rule fit_model:
    input:
        features=training_features,
        copies=copied_features,
        energies=learned_energies,
        baseline=baseline,
        split="results/{molecule}/split.csv",
    output:
        "results/{molecule}/experiments/{experiment}/model.joblib",
    log:
        "logs/fit_model/{molecule}/{experiment}.log",
    benchmark:
        "timings/fit_model/{molecule}/{experiment}.tsv"
    wildcard_constraints:
        experiment=one_of(experiments.energies_alone(config)),
    conda:
        "../../environment.yml"
    resources:
        **needs("fitting"),
    params:
        function=function_of(model_row),
        takes=function_of(model_row, "takes"),
        settings=model_settings,
        code=code_of("fit_model", model_row),
        software=software_of("fit_model", model_row),
    message:
        "Fitting {wildcards.experiment} of {wildcards.molecule}"
    script:
        "../scripts/fit_model.py"
