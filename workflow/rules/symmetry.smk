"""Symmetry on trial: what is claimed, what was seen, and what each way to symmetry buys.

Reads the config's section rotations. Writes rotations.csv and smoothness*.parquet of each
experiment; tables/rotations.*, force_symmetry.*, smoothness.*,
trial.*, verdict.md, augmentation.* and canonical_pose.csv, and figures/symmetry.*, smoothness.*,
augmentation.* and canonical_pose.*, of each molecule; force_symmetry where a study learns forces,
the last two where it augments or has a canonical pose. A claim that is contradicted fails the rule
judge_claims.
"""


# Both in one job, which builds the features and the model once.
rule try_motions:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        isomers="results/{molecule}/conformers/ensemble.csv",
        split="results/{molecule}/split.csv",
        energies=learned_energies,
        baseline=baseline,
        model="results/{molecule}/experiments/{experiment}/model.joblib",
    output:
        rotations="results/{molecule}/experiments/{experiment}/rotations.csv",
        table="results/{molecule}/experiments/{experiment}/smoothness.parquet",
        curves="results/{molecule}/experiments/{experiment}/smoothness_curves.parquet",
        misfits="results/{molecule}/experiments/{experiment}/smoothness_misfits.parquet",
    log:
        "logs/try_motions/{molecule}/{experiment}.log",
    benchmark:
        "timings/try_motions/{molecule}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("trying_forces"),
    params:
        study=experiment_alone,
        rotations=lookup(dpath="rotations", within=config),
        code=code_of("try_motions", rows_of_experiment),
        software=software_of("try_motions", rows_of_experiment),
    message:
        "Turning {wildcards.molecule} {params.rotations[rotations]} times and along paths, {wildcards.experiment}"
    script:
        "../scripts/try_motions.py"


rule write_rotations:
    input:
        expand(
            "results/{{molecule}}/experiments/{experiment}/rotations.csv",
            experiment=config["experiments"],
        ),
    output:
        reported_table(
            "results/{molecule}/tables/rotations",
            caption="rotations",
            chapter="Symmetry",
            result="table: rotations",
        ),
    log:
        "logs/write_rotations/{molecule}.log",
    benchmark:
        "timings/write_rotations/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        units=lookup(dpath="units", within=config),
        code=code_of("write_rotations"),
        software=software_of("write_rotations"),
    message:
        "Writing how far predictions of {wildcards.molecule} spread over rotations"
    script:
        "../scripts/write_rotations.py"


rule try_forces:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        split="results/{molecule}/split.csv",
        moved=expand(
            "results/{{molecule}}/conformers/moved/{transform}.npz",
            transform=config["transforms"],
        ),
        levels=of_levels(levels_of_forces, ".symmetries.csv"),
        metrics=expand(
            "results/{{molecule}}/experiments/{experiment}/metrics.csv", experiment=WITH_FORCES
        ),
        models=expand(
            "results/{{molecule}}/experiments/{experiment}/model.joblib", experiment=WITH_FORCES
        ),
    output:
        reported_table(
            "results/{molecule}/tables/force_symmetry",
            caption="force_symmetry",
            chapter="Symmetry",
            result="table: symmetry of forces",
        ),
    log:
        "logs/try_forces/{molecule}.log",
    benchmark:
        "timings/try_forces/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("trying_forces"),
    params:
        study=asked_of(experiments.of_forces),
        levels=asked_of(levels_of_forces),
        conformers=lookup(dpath="rotations/conformers", within=config),
        seed=lookup(dpath="rotations/seed", within=config),
        code=code_of("try_forces", rows_of_tried_forces),
        software=software_of("try_forces", rows_of_tried_forces),
    message:
        "Trying the forces of {wildcards.molecule}"
    script:
        "../scripts/try_forces.py"


rule write_smoothness:
    input:
        expand(
            "results/{{molecule}}/experiments/{experiment}/smoothness.parquet",
            experiment=config["experiments"],
        ),
    output:
        reported_table(
            "results/{molecule}/tables/smoothness",
            caption="smoothness",
            chapter="Symmetry",
            result="table: smoothness",
        ),
    log:
        "logs/write_smoothness/{molecule}.log",
    benchmark:
        "timings/write_smoothness/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        code=code_of("write_smoothness"),
        software=software_of("write_smoothness"),
    message:
        "Writing where predictions of {wildcards.molecule} jump along paths"
    script:
        "../scripts/write_smoothness.py"


rule plot_smoothness:
    input:
        table="results/{molecule}/tables/smoothness.csv",
        curves=expand(
            "results/{{molecule}}/experiments/{experiment}/smoothness_curves.parquet",
            experiment=config["experiments"],
        ),
        misfits=expand(
            "results/{{molecule}}/experiments/{experiment}/smoothness_misfits.parquet",
            experiment=config["experiments"],
        ),
        style=STYLE,
    output:
        reported_figure(
            "results/{molecule}/figures/smoothness",
            caption="smoothness_figure",
            chapter="Symmetry",
            result="figure: smoothness",
        ),
    log:
        "logs/plot_smoothness/{molecule}.log",
    benchmark:
        "timings/plot_smoothness/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        title=title_of_molecule,
        columns=lookup(dpath="figures", within=config),
        code=code_of("plot_smoothness"),
        software=software_of("plot_smoothness"),
    message:
        "Plotting the smoothness of {wildcards.molecule}"
    script:
        "../scripts/plot_smoothness.py"


rule write_trial:
    input:
        symmetry="results/{molecule}/tables/symmetry.csv",
        rotations="results/{molecule}/tables/rotations.csv",
        smoothness="results/{molecule}/tables/smoothness.csv",
        forces=expand(
            "results/{{molecule}}/tables/{table}.csv",
            table=["force_symmetry"] if WITH_FORCES else [],
        ),
    output:
        reported_table(
            "results/{molecule}/tables/trial",
            caption="trial",
            chapter="Symmetry",
            result="table: all verdicts",
        ),
    log:
        "logs/write_trial/{molecule}.log",
    benchmark:
        "timings/write_trial/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        study={section: config[section] for section in ("features", "models", "experiments")},
        code=code_of("write_trial"),
        software=software_of("write_trial"),
    message:
        "Writing all verdicts on {wildcards.molecule}"
    script:
        "../scripts/write_trial.py"


rule judge_claims:
    input:
        symmetry="results/{molecule}/tables/symmetry.csv",
        rotations="results/{molecule}/tables/rotations.csv",
        trial="results/{molecule}/tables/trial.csv",
    output:
        "results/{molecule}/tables/verdict.md",
    log:
        "logs/judge_claims/{molecule}.log",
    benchmark:
        "timings/judge_claims/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        code=code_of("judge_claims"),
        software=software_of("judge_claims"),
    message:
        "Judging the claims of symmetry on {wildcards.molecule}"
    script:
        "../scripts/judge_claims.py"


rule plot_symmetry:
    input:
        summary="results/{molecule}/tables/summary.csv",
        symmetry="results/{molecule}/tables/symmetry.csv",
        rotations="results/{molecule}/tables/rotations.csv",
        style=STYLE,
    output:
        reported_figure(
            "results/{molecule}/figures/symmetry",
            caption="symmetry_figure",
            chapter="Symmetry",
            result="figure: verdicts",
        ),
    log:
        "logs/plot_symmetry/{molecule}.log",
    benchmark:
        "timings/plot_symmetry/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        transforms=lookup(dpath="transforms", within=config),
        title=title_of_molecule,
        columns=lookup(dpath="figures", within=config),
        code=code_of("plot_symmetry"),
        software=software_of("plot_symmetry"),
    message:
        "Plotting the symmetry of {wildcards.molecule}"
    script:
        "../scripts/plot_symmetry.py"


# How good an experiment is in a random pose, on as many splits as the learning curves have.
rule measure_pose_errors:
    input:
        model="results/{molecule}/experiments/{experiment}/model.joblib",
        features=training_features,
        copies=copied_features,
        posed=partial(feature_tables, experiments.posed(config)),
        energies=learned_energies,
        baseline=baseline,
        split="results/{molecule}/split.csv",
    output:
        "results/{molecule}/experiments/{experiment}/pose_errors.csv",
    log:
        "logs/measure_pose_errors/{molecule}/{experiment}.log",
    benchmark:
        "timings/measure_pose_errors/{molecule}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("fitting_often"),
    params:
        function=function_of(model_row),
        takes=function_of(model_row, "takes"),
        settings=model_settings,
        split=split_of,
        repeats=lookup(dpath="learning_curves/repeats", within=config),
        code=code_of("measure_pose_errors", model_row),
        software=software_of("measure_pose_errors", model_row),
    message:
        "Measuring {wildcards.experiment} of {wildcards.molecule} in random poses"
    script:
        "../scripts/measure_pose_errors.py"


rule plot_augmentation:
    input:
        errors=expand(
            "results/{{molecule}}/experiments/{experiment}/pose_errors.csv",
            experiment=experiments.compared(config),
        ),
        style=STYLE,
    output:
        table=reported_table(
            "results/{molecule}/tables/augmentation",
            caption="augmentation",
            chapter="Symmetry",
            result="table: augmentation",
        ),
        figure=reported_figure(
            "results/{molecule}/figures/augmentation",
            caption="augmentation",
            chapter="Symmetry",
            result="figure: augmentation",
        ),
    log:
        "logs/plot_augmentation/{molecule}.log",
    benchmark:
        "timings/plot_augmentation/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        study=experiments.compared_alone(config),
        title=title_of_molecule,
        columns=lookup(dpath="figures", within=config),
        units=lookup(dpath="units", within=config),
        code=code_of("plot_augmentation"),
        software=software_of("plot_augmentation"),
    message:
        "Plotting the augmentation of {wildcards.molecule}"
    script:
        "../scripts/plot_augmentation.py"


rule plot_canonical_pose:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        split="results/{molecule}/split.csv",
        style=STYLE,
    output:
        table="results/{molecule}/tables/canonical_pose.csv",
        figure=reported_figure(
            "results/{molecule}/figures/canonical_pose",
            caption="canonical_pose",
            chapter="Symmetry",
            result="figure: canonical pose",
        ),
    log:
        "logs/plot_canonical_pose/{molecule}.log",
    benchmark:
        "timings/plot_canonical_pose/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        seed=lookup(dpath="rotations/seed", within=config),
        title="{molecule}",
        columns=lookup(dpath="figures", within=config),
        code=code_of("plot_canonical_pose"),
        software=software_of("plot_canonical_pose"),
    message:
        "Plotting the canonical pose of {wildcards.molecule}"
    script:
        "../scripts/plot_canonical_pose.py"


rule symmetry:
    input:
        expand(
            "results/{molecule}/tables/{table}.{ending}",
            molecule=config["molecules"],
            table=[
                "summary",
                "symmetry",
                "rotations",
                "smoothness",
                "trial",
                *(["force_symmetry"] if WITH_FORCES else []),
                *(["augmentation"] if experiments.compared(config) else []),
            ],
            ending=WRITTEN,
        ),
        expand("results/{molecule}/tables/verdict.md", molecule=config["molecules"]),
        expand(
            "results/{molecule}/figures/{figure}.{ending}",
            molecule=config["molecules"],
            figure=[
                "symmetry",
                "smoothness",
                *(["augmentation"] if experiments.compared(config) else []),
                *(
                    ["canonical_pose"]
                    if experiments.features_of_kind(config, "canonical_coordinates")
                    else []
                ),
            ],
            ending=PRINTED,
        ),
    message:
        "Completing the trial of symmetries"
