"""Force fields to take away: one file for each experiment that learns forces, and what it does at work.

Reads the config's sections energies and experiments. Writes force_field.zip of each experiment that learns
forces, which `confsym.calculator` loads; relaxations.csv, vibrations.csv and torsion_scan.csv, the model beside
the level that it learned; and figures/force_field/ and tables/flags.* of each molecule.
"""

# A force field above a level of the study's own is for who has that level: confsym cannot compute it.
WITH_CALCULATOR = [
    name
    for name in WITH_FORCES
    if config["experiments"][name].get("baseline", "mmff94") in energies.LEVELS
]


rule export_force_field:
    input:
        model="results/{molecule}/experiments/{experiment}/model.joblib",
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        energies=learned_energies,
        split="results/{molecule}/split.csv",
        citation=os.path.relpath(SCRIPTS.parents[1] / "CITATION.cff"),
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
    resources:
        **needs("trying_forces"),
    params:
        facts=facts_of_force_field,
        code=code_of("export_force_field", model_row),
        software=software_of("export_force_field", model_row),
    message:
        "Exporting {wildcards.experiment} of {wildcards.molecule} as a force field"
    script:
        "../scripts/export_force_field.py"


rule try_force_field:
    input:
        force_field="results/{molecule}/experiments/{experiment}/force_field.zip",
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        energies=learned_energies,
        split="results/{molecule}/split.csv",
        named=learned_level_files,
    output:
        relaxations="results/{molecule}/experiments/{experiment}/relaxations.csv",
        vibrations="results/{molecule}/experiments/{experiment}/vibrations.csv",
        torsion="results/{molecule}/experiments/{experiment}/torsion_scan.csv",
    log:
        "logs/try_force_field/{molecule}/{experiment}.log",
    benchmark:
        "timings/try_force_field/{molecule}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("trying_forces"),
    params:
        function=function_of(learned_row),
        settings=learned_level_settings,
        code=code_of("try_force_field", rows_of_calculator),
        software=software_of("try_force_field", rows_of_calculator),
    message:
        "Finding minima, vibrations and a torsion of {wildcards.molecule} by {wildcards.experiment}"
    script:
        "../scripts/try_force_field.py"


rule plot_force_field:
    input:
        relaxations="results/{molecule}/experiments/{experiment}/relaxations.csv",
        vibrations="results/{molecule}/experiments/{experiment}/vibrations.csv",
        torsion="results/{molecule}/experiments/{experiment}/torsion_scan.csv",
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        split="results/{molecule}/split.csv",
        style=STYLE,
    output:
        reported_figure(
            "results/{molecule}/figures/force_field/{experiment}",
            caption="force_field",
            chapter="Forces",
            experiment="{experiment}",
        ),
    log:
        "logs/plot_force_field/{molecule}/{experiment}.log",
    benchmark:
        "timings/plot_force_field/{molecule}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        title=title_of_forces,
        level=level_label,
        columns=lookup(dpath="figures", within=config),
        code=code_of("plot_force_field"),
        software=software_of("plot_force_field"),
    message:
        "Plotting the force field {wildcards.experiment} of {wildcards.molecule} at work"
    script:
        "../scripts/plot_force_field.py"


rule judge_flags:
    input:
        scans=expand(
            "results/{{molecule}}/experiments/{experiment}/torsion_scan.csv",
            experiment=WITH_CALCULATOR,
        ),
    output:
        reported_table(
            "results/{molecule}/tables/flags",
            caption="flags",
            chapter="Forces",
            result="table: flags",
        ),
    log:
        "logs/judge_flags/{molecule}.log",
    benchmark:
        "timings/judge_flags/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        experiments=WITH_CALCULATOR,
        units=lookup(dpath="units", within=config),
        code=code_of("judge_flags"),
        software=software_of("judge_flags"),
    message:
        "Comparing flags of the force fields of {wildcards.molecule} with their errors"
    script:
        "../scripts/judge_flags.py"


# A target of its own: fifty minimisations by the model and by its level take their time.
rule force_fields:
    input:
        expand(
            [
                "results/{molecule}/figures/force_field/{experiment}.svg",
                "results/{molecule}/tables/flags.csv",
            ],
            molecule=config["molecules"] if WITH_CALCULATOR else [],
            experiment=WITH_CALCULATOR,
        ),
    message:
        "Completing the force fields at work"
