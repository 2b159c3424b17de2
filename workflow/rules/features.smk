"""Feature tables: a conformer a row.

Reads the config's section features. Writes features/{feature}/{transform}.parquet of each molecule:
the table that models train on in a job of its own, so that a new transform fits no model again; the
tables of all moved ensembles in one job. Writes features/{feature}/augmented/{experiment}.parquet,
the moved copies that an experiment trains on beside the conformers.
"""


rule compute_features:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
    output:
        f"results/{{molecule}}/features/{{feature}}/{ORIGINAL}.parquet",
    log:
        "logs/compute_features/{molecule}/{feature}.log",
    benchmark:
        "timings/compute_features/{molecule}/{feature}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("featuring"),
    params:
        function=function_of(feature_row),
        settings=lookup(dpath="{feature}", within=config["features"]),
        bonds=takes_bonds,
        code=code_of("compute_features", feature_row),
        software=software_of("compute_features", feature_row),
    message:
        "Computing {wildcards.feature} of {wildcards.molecule}"
    script:
        "../scripts/compute_features.py"


rule compute_moved_features:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        moved=expand(
            "results/{{molecule}}/conformers/moved/{transform}.npz",
            transform=config["transforms"],
        ),
    output:
        expand(
            "results/{{molecule}}/features/{{feature}}/{transform}.parquet",
            transform=config["transforms"],
        ),
    log:
        "logs/compute_moved_features/{molecule}/{feature}.log",
    benchmark:
        "timings/compute_moved_features/{molecule}/{feature}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("featuring"),
    params:
        function=function_of(feature_row),
        settings=lookup(dpath="{feature}", within=config["features"]),
        transforms=lookup(dpath="transforms", within=config),
        code=code_of("compute_moved_features", rows_of_moved_features),
        software=software_of("compute_moved_features", rows_of_moved_features),
    message:
        "Computing {wildcards.feature} of moved conformers of {wildcards.molecule}"
    script:
        "../scripts/compute_moved_features.py"


rule compute_copied_features:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
    output:
        "results/{molecule}/features/{feature}/augmented/{experiment}.parquet",
    log:
        "logs/compute_copied_features/{molecule}/{feature}/{experiment}.log",
    benchmark:
        "timings/compute_copied_features/{molecule}/{feature}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("featuring"),
    params:
        function=function_of(feature_row),
        settings=lookup(dpath="{feature}", within=config["features"]),
        augmentation=lookup(dpath="{experiment}/augmentation", within=config["experiments"]),
        code=code_of("compute_copied_features", feature_row),
        software=software_of("compute_copied_features", feature_row),
    message:
        "Computing {wildcards.feature} of {wildcards.molecule}, copied {params.augmentation[copies]} times for {wildcards.experiment}"
    script:
        "../scripts/compute_copied_features.py"


rule plot_symmetry_functions:
    input:
        ensemble=conformers,
        style=STYLE,
    output:
        reported_figure(
            "results/{molecule}/figures/symmetry_functions/{feature}",
            caption="symmetry_functions",
            chapter="Features",
            feature="{feature}",
        ),
    log:
        "logs/plot_symmetry_functions/{molecule}/{feature}.log",
    benchmark:
        "timings/plot_symmetry_functions/{molecule}/{feature}.tsv"
    wildcard_constraints:
        feature=one_of(experiments.features_of_kind(config, "symmetry_functions")),
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        settings=lookup(dpath="{feature}", within=config["features"]),
        columns=lookup(dpath="figures", within=config),
        code=code_of("plot_symmetry_functions"),
        software=software_of("plot_symmetry_functions"),
    message:
        "Plotting the symmetry functions {wildcards.feature} on {wildcards.molecule}"
    script:
        "../scripts/plot_symmetry_functions.py"
