"""Symmetry on trial: what is claimed, what was seen, and what each way to symmetry buys.

Reads the config's section rotations. Writes tables/rotations.*, verdict.md, augmentation.* and
canonical_pose.csv, and figures/symmetry.*, augmentation.* and canonical_pose.*, of each molecule;
the last two where a study augments or has a canonical pose. A claim that is contradicted fails the
rule judge_claims.
"""


rule rotate_conformers:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=CONFORMERS,
        split="results/{molecule}/split.csv",
        energies=expand("results/{{molecule}}/energies/{level}.csv", level=levels()),
        models=expand(
            "results/{{molecule}}/experiments/{experiment}/model.joblib",
            experiment=config["experiments"],
        ),
        code=code_of("rotate_conformers", all_rows),
    output:
        reported_table("rotations", "Symmetry"),
    log:
        "logs/rotate_conformers/{molecule}.log",
    benchmark:
        "timings/rotate_conformers/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        study={section: config[section] for section in ("features", "models", "experiments")},
        levels=levels(),
        rotations=lookup(dpath="rotations", within=config),
        software=software_of("rotate_conformers", all_rows),
    script:
        "../scripts/rotate_conformers.py"


rule judge_claims:
    input:
        symmetry="results/{molecule}/tables/symmetry.csv",
        rotations="results/{molecule}/tables/rotations.csv",
        code=code_of("judge_claims"),
    output:
        "results/{molecule}/tables/verdict.md",
    log:
        "logs/judge_claims/{molecule}.log",
    benchmark:
        "timings/judge_claims/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        software=software_of("judge_claims"),
    script:
        "../scripts/judge_claims.py"


rule plot_symmetry:
    input:
        summary="results/{molecule}/tables/summary.csv",
        symmetry="results/{molecule}/tables/symmetry.csv",
        rotations="results/{molecule}/tables/rotations.csv",
        style=STYLE,
        code=code_of("plot_symmetry"),
    output:
        reported_figure("symmetry", "symmetry_figure", "Symmetry", result="figure: verdicts"),
    log:
        "logs/plot_symmetry/{molecule}.log",
    benchmark:
        "timings/plot_symmetry/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        transforms=lookup(dpath="transforms", within=config),
        title=f"{{molecule}}, {LEVEL}",
        columns=lookup(dpath="figures", within=config),
        software=software_of("plot_symmetry"),
    script:
        "../scripts/plot_symmetry.py"


# How good an experiment is in a random pose, on as many splits as the learning curves have.
rule pose_errors:
    input:
        model="results/{molecule}/experiments/{experiment}/model.joblib",
        features=training_features,
        copies=copied_features,
        posed=posed_features,
        energies=ENERGIES,
        baseline=baseline,
        code=code_of("pose_errors", model_row),
    output:
        "results/{molecule}/experiments/{experiment}/pose_errors.csv",
    log:
        "logs/pose_errors/{molecule}/{experiment}.log",
    benchmark:
        "timings/pose_errors/{molecule}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    params:
        function=function_of(model_row),
        settings=model_settings,
        split=lookup(dpath="split", within=config),
        repeats=lookup(dpath="learning_curves/repeats", within=config),
        software=software_of("pose_errors", model_row),
    script:
        "../scripts/pose_errors.py"


rule plot_augmentation:
    input:
        errors=expand(
            "results/{{molecule}}/experiments/{experiment}/pose_errors.csv",
            experiment=compared(),
        ),
        style=STYLE,
        code=code_of("plot_augmentation"),
    output:
        table=reported_table("augmentation", "Symmetry"),
        figure=reported_figure(
            "augmentation", "augmentation", "Symmetry", result="figure: augmentation"
        ),
    log:
        "logs/plot_augmentation/{molecule}.log",
    benchmark:
        "timings/plot_augmentation/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        study=compared_study(),
        title=f"{{molecule}}, {LEVEL}",
        columns=lookup(dpath="figures", within=config),
        software=software_of("plot_augmentation"),
    script:
        "../scripts/plot_augmentation.py"


rule plot_canonical_pose:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=CONFORMERS,
        split="results/{molecule}/split.csv",
        style=STYLE,
        code=code_of("plot_canonical_pose"),
    output:
        table="results/{molecule}/tables/canonical_pose.csv",
        figure=reported_figure(
            "canonical_pose", "canonical_pose", "Symmetry", result="figure: canonical pose"
        ),
    log:
        "logs/plot_canonical_pose/{molecule}.log",
    benchmark:
        "timings/plot_canonical_pose/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        seed=lookup(dpath="rotations/seed", within=config),
        title="{molecule}",
        columns=lookup(dpath="figures", within=config),
        software=software_of("plot_canonical_pose"),
    script:
        "../scripts/plot_canonical_pose.py"


rule symmetry:
    input:
        expand(
            "results/{molecule}/tables/{table}.{ending}",
            molecule=config["molecules"],
            table=["summary", "symmetry", "rotations", *(["augmentation"] if compared() else [])],
            ending=WRITTEN,
        ),
        expand("results/{molecule}/tables/verdict.md", molecule=config["molecules"]),
        expand(
            "results/{molecule}/figures/{figure}.{ending}",
            molecule=config["molecules"],
            figure=[
                "symmetry",
                *(["augmentation"] if compared() else []),
                *(["canonical_pose"] if features_of_kind("canonical_coordinates") else []),
            ],
            ending=PRINTED,
        ),
