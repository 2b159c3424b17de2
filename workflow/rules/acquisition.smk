"""Choosing which geometries are labelled, by how uncertain a model is of their forces.

Reads the config's sections experiments (acquire) and levels. Writes labels.npz, model.joblib and errors.csv of
each round, experiments/{experiment}/acquired/{by}/{repeat}/{round}/ where {by} is chosen or random;
acquisition.csv of the experiment and force_field.zip and geometries.extxyz of the last round, in acquired/;
tables/acquisition and figures/acquisition/ of each molecule. A round knows the one before it alone, so that
more rounds go on from those that are there.
"""

from confsym.study import acquisition

ACQUIRING = acquisition.acquiring(config)


rule acquire_geometries:
    input:
        molecule=partial(pool_file, "molecule.json"),
        ensemble=pool_conformers,
        split=partial(pool_file, "split.csv"),
        before=partial(round_before, "labels.npz"),
        model=model_before,
        energies=labels_read,
        gradients=gradients_read,
        named=labelling_files,
    output:
        f"{acquisition.ROUND}/labels.npz",
    log:
        "logs/acquire_geometries/{molecule}/{experiment}/{by}/{repeat}/{round}.log",
    benchmark:
        "timings/acquire_geometries/{molecule}/{experiment}/{by}/{repeat}/{round}.tsv"
    wildcard_constraints:
        experiment=one_of(ACQUIRING),
        by=one_of(acquisition.WAYS),
        repeat=r"\d+",
        round=r"\d+",
    conda:
        "../../environment.yml"
    resources:
        **needs("trying_forces"),
    params:
        acquire=choice_settings,
        folder=pool_folder,
        partition=pool_partition,
        levels=labelling_levels,
        code=code_of("acquire_geometries", rows_of_choice),
        software=software_of("acquire_geometries", rows_of_choice),
    message:
        "Acquiring geometries of {wildcards.molecule} for {wildcards.experiment}, {wildcards.by}, repeat {wildcards.repeat}, round {wildcards.round}"
    script:
        "../scripts/acquire_geometries.py"


rule fit_acquired:
    input:
        labels=f"{acquisition.ROUND}/labels.npz",
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        energies=learned_energies,
        gradients=learned_gradients,
        baseline=baseline,
        baseline_gradients=baseline_gradients,
        split="results/{molecule}/split.csv",
    output:
        model=f"{acquisition.ROUND}/model.joblib",
        errors=f"{acquisition.ROUND}/errors.csv",
    log:
        "logs/fit_acquired/{molecule}/{experiment}/{by}/{repeat}/{round}.log",
    benchmark:
        "timings/fit_acquired/{molecule}/{experiment}/{by}/{repeat}/{round}.tsv"
    wildcard_constraints:
        experiment=one_of(ACQUIRING),
        by=one_of(acquisition.WAYS),
        repeat=r"\d+",
        round=r"\d+",
    conda:
        "../../environment.yml"
    resources:
        **needs("fitting_forces"),
    params:
        function=function_of(model_row, "forces"),
        settings=model_settings,
        features=features_of_experiment,
        code=code_of("fit_acquired", rows_of_experiment),
        software=software_of("fit_acquired", rows_of_experiment),
    message:
        "Fitting {wildcards.experiment} of {wildcards.molecule} to {wildcards.by} labels, repeat {wildcards.repeat}, round {wildcards.round}"
    script:
        "../scripts/fit_acquired.py"


rule write_acquisition:
    input:
        errors=errors_of_rounds,
    output:
        curves=expand(
            "results/{{molecule}}/experiments/{experiment}/acquisition.csv", experiment=ACQUIRING
        ),
        table=reported_table(
            "results/{molecule}/tables/acquisition",
            caption="acquisition_table",
            chapter="Forces",
            result="table: acquisition",
        ),
    log:
        "logs/write_acquisition/{molecule}.log",
    benchmark:
        "timings/write_acquisition/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        experiments=ACQUIRING,
        units=lookup(dpath="units", within=config),
        code=code_of("write_acquisition"),
        software=software_of("write_acquisition"),
    message:
        "Writing how many labels choosing geometries of {wildcards.molecule} saves"
    script:
        "../scripts/write_acquisition.py"


rule plot_acquisition:
    input:
        curve="results/{molecule}/experiments/{experiment}/acquisition.csv",
        style=STYLE,
    output:
        reported_figure(
            "results/{molecule}/figures/acquisition/{experiment}",
            caption="acquisition",
            chapter="Forces",
            experiment="{experiment}",
        ),
    log:
        "logs/plot_acquisition/{molecule}/{experiment}.log",
    benchmark:
        "timings/plot_acquisition/{molecule}/{experiment}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        title=title_of_forces,
        columns=lookup(dpath="figures", within=config),
        code=code_of("plot_acquisition"),
        software=software_of("plot_acquisition"),
    message:
        "Plotting errors of {wildcards.experiment} of {wildcards.molecule} against labels, chosen and random"
    script:
        "../scripts/plot_acquisition.py"


rule export_acquired:
    input:
        labels=last_round("labels.npz"),
        model=last_round("model.joblib"),
        molecule="results/{molecule}/molecule.json",
        citation=os.path.relpath(SCRIPTS.parents[1] / "CITATION.cff"),
    output:
        force_field="results/{molecule}/experiments/{experiment}/acquired/force_field.zip",
        geometries="results/{molecule}/experiments/{experiment}/acquired/geometries.extxyz",
    log:
        "logs/export_acquired/{molecule}/{experiment}.log",
    benchmark:
        "timings/export_acquired/{molecule}/{experiment}.tsv"
    wildcard_constraints:
        experiment=one_of(ACQUIRING),
    conda:
        "../../environment.yml"
    resources:
        **needs("trying_forces"),
    params:
        facts=facts_of_force_field,
        code=code_of("export_acquired", model_row),
        software=software_of("export_acquired", model_row),
    message:
        "Exporting what {wildcards.experiment} of {wildcards.molecule} has acquired"
    script:
        "../scripts/export_acquired.py"


# The chosen geometries and the force field alone: nothing is labelled at random to compare with.
rule acquired:
    input:
        expand(
            "results/{molecule}/experiments/{experiment}/acquired/force_field.zip",
            molecule=config["molecules"] if ACQUIRING else [],
            experiment=ACQUIRING,
        ),
    message:
        "Completing the acquired geometries"


rule acquire:
    input:
        rules.acquired.input,
        expand(
            [
                "results/{molecule}/figures/acquisition/{experiment}.svg",
                "results/{molecule}/tables/acquisition.csv",
            ],
            molecule=config["molecules"] if ACQUIRING else [],
            experiment=ACQUIRING,
        ),
    message:
        "Completing the acquisition"
