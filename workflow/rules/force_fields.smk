"""Force fields to take away: one file for each experiment that learns forces.

Reads the config's section experiments. Writes force_field.zip of each experiment that learns forces, which
`confsym.calculator` loads.
"""


rule export_force_field:
    input:
        model="results/{molecule}/experiments/{experiment}/model.joblib",
        molecule="results/{molecule}/molecule.json",
        ensemble=CONFORMERS,
        energies=ENERGIES,
        split="results/{molecule}/split.csv",
        citation=os.path.relpath(SCRIPTS.parents[1] / "CITATION.cff"),
        code=code_of("export_force_field", model_row),
    output:
        "results/{molecule}/experiments/{experiment}/force_field.zip",
    log:
        "logs/export_force_field/{molecule}/{experiment}.log",
    benchmark:
        "timings/export_force_field/{molecule}/{experiment}.tsv"
    wildcard_constraints:
        experiment=one_of(WITH_FORCES),
    conda:
        "../../environment.yml"
    params:
        facts=facts_of_force_field,
        software=software_of("export_force_field", model_row),
    message:
        "Exporting {wildcards.experiment} of {wildcards.molecule} as a force field"
    script:
        "../scripts/export_force_field.py"
