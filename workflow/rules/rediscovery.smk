"""The force field found again, where it can be: MMFF94 learned from force-field terms.

Writes experiments/{experiment}/constants and ablation, tables in each format, of each molecule for
experiments of least squares on force-field terms with MMFF94's own types and radii.
"""


rule recover_constants:
    input:
        molecule="results/{molecule}/molecule.json",
        features=training_features,
        energies=learned_energies,
        split="results/{molecule}/split.csv",
        model="results/{molecule}/experiments/{experiment}/model.joblib",
    output:
        reported_table(
            "results/{molecule}/experiments/{experiment}/constants",
            caption="constants",
            chapter="Rediscovery",
            experiment="{experiment}",
            result="table: constants",
        ),
    log:
        "logs/recover_constants/{molecule}/{experiment}.log",
    benchmark:
        "timings/recover_constants/{molecule}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("fitting"),
    params:
        code=code_of("recover_constants", model_row),
        software=software_of("recover_constants", model_row),
    message:
        "Recovering the constants of MMFF94 from {wildcards.experiment} of {wildcards.molecule}"
    script:
        "../scripts/recover_constants.py"


rule ablate_terms:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        features=training_features,
        split="results/{molecule}/split.csv",
    output:
        reported_table(
            "results/{molecule}/experiments/{experiment}/ablation",
            caption="ablation",
            chapter="Rediscovery",
            experiment="{experiment}",
            result="table: ablation",
        ),
    log:
        "logs/ablate_terms/{molecule}/{experiment}.log",
    benchmark:
        "timings/ablate_terms/{molecule}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("fitting_often"),
    params:
        function=function_of(model_row),
        takes=function_of(model_row, "takes"),
        settings=model_settings,
        units=lookup(dpath="units", within=config),
        code=code_of("ablate_terms", model_row),
        software=software_of("ablate_terms", model_row),
    message:
        "Ablating the terms of {wildcards.experiment} of {wildcards.molecule}"
    script:
        "../scripts/ablate_terms.py"


rule rediscovery:
    input:
        [
            expand(
                f"results/{molecule}/experiments/{{experiment}}/{{table}}.{{ending}}",
                experiment=experiments.recoverable(overrides.study_of(config, molecule)),
                table=["constants", "ablation"],
                ending=WRITTEN,
            )
            for molecule in config["molecules"]
        ],
    message:
        "Completing the rediscovery"
