"""The force field found again, where it can be: MMFF94 learned from force-field terms.

Writes experiments/{experiment}/constants and ablation, tables in each format, of each molecule for
experiments of least squares on force-field terms with MMFF94's own types and radii.
"""

RECOVERABLE = recoverable()


rule recover_constants:
    input:
        molecule="results/{molecule}/molecule.json",
        features=training_features,
        energies=ENERGIES,
        split="results/{molecule}/split.csv",
        model="results/{molecule}/experiments/{experiment}/model.joblib",
        code=code_of("recover_constants", model_row),
    output:
        reported_result("constants"),
    log:
        "logs/recover_constants/{molecule}/{experiment}.log",
    benchmark:
        "timings/recover_constants/{molecule}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    params:
        software=software_of("recover_constants", model_row),
    script:
        "../scripts/recover_constants.py"


rule ablate_terms:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=CONFORMERS,
        features=training_features,
        split="results/{molecule}/split.csv",
        code=code_of("ablate_terms", model_row),
    output:
        reported_result("ablation"),
    log:
        "logs/ablate_terms/{molecule}/{experiment}.log",
    benchmark:
        "timings/ablate_terms/{molecule}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    params:
        function=function_of(model_row),
        settings=model_settings,
        software=software_of("ablate_terms", model_row),
    script:
        "../scripts/ablate_terms.py"


rule rediscovery:
    input:
        expand(
            "results/{molecule}/experiments/{experiment}/{table}.{ending}",
            molecule=config["molecules"],
            experiment=RECOVERABLE,
            table=["constants", "ablation"],
            ending=WRITTEN,
        ),
