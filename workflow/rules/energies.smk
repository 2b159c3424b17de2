"""Energies of the conformers, kcal/mol, and their gradients, kcal/mol/Å.

Reads the config's sections energies and levels. Writes energies/{level}.csv and {level}.symmetries.csv of each molecule,
energies/{level}.gradients.npz where asked for, and conformers/minimized/{level}.npz where
minimisation is on. Energies and gradients come from one call, for a part of the conformers a job,
energies/parts/{level}/: how many parts is the level's, since how many conformers there will be is
not known when jobs are planned.
"""


rule minimize_conformers:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble="results/{molecule}/conformers/ensemble.npz",
    output:
        "results/{molecule}/conformers/minimized/{level}.npz",
    log:
        "logs/minimize_conformers/{molecule}/{level}.log",
    benchmark:
        "timings/minimize_conformers/{molecule}/{level}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("energies"),
    params:
        function=function_of(level_row, "minimizer"),
        iterations=lookup(dpath="energies/minimize_iterations", within=config),
        code=code_of("minimize_conformers", level_row),
        software=software_of("minimize_conformers", level_row),
    message:
        "Minimizing the conformers of {wildcards.molecule} on {wildcards.level}, at most {params.iterations} iterations"
    script:
        "../scripts/minimize_conformers.py"


rule compute_energies:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        named=level_files,
    output:
        "results/{molecule}/energies/parts/{level}/{part}.npz",
    log:
        "logs/compute_energies/{molecule}/{level}/{part}.log",
    benchmark:
        "timings/compute_energies/{molecule}/{level}/{part}.tsv"
    wildcard_constraints:
        level=one_of(overrides.of_molecules(config, experiments.computed_levels)),
    conda:
        "../../environment.yml"
    resources:
        **needs("energies"),
    params:
        function=function_of(level_row),
        remarks=function_of(level_row, "remarks"),
        parts=function_of(level_row, "parts"),
        bonds=function_of(level_row, "fixed_bonds"),
        settings=level_settings,
        code=code_of("compute_energies", level_row),
        software=software_of("compute_energies", level_row),
    message:
        "Computing {wildcards.level} energies of {wildcards.molecule}, part {wildcards.part}"
    script:
        "../scripts/compute_energies.py"


rule join_energies:
    input:
        parts=parts_of,
        ensemble=conformers,
    output:
        "results/{molecule}/energies/{level}.csv",
    log:
        "logs/join_energies/{molecule}/{level}.log",
    benchmark:
        "timings/join_energies/{molecule}/{level}.tsv"
    wildcard_constraints:
        level=one_of(overrides.of_molecules(config, experiments.levels)),
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        code=code_of("join_energies"),
        software=software_of("join_energies"),
    message:
        "Joining {wildcards.level} energies of {wildcards.molecule}"
    script:
        "../scripts/join_energies.py"


rule join_gradients:
    input:
        parts=parts_of,
    output:
        "results/{molecule}/energies/{level}.gradients.npz",
    log:
        "logs/join_gradients/{molecule}/{level}.log",
    benchmark:
        "timings/join_gradients/{molecule}/{level}.tsv"
    wildcard_constraints:
        level=one_of(overrides.of_molecules(config, experiments.levels)),
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        code=code_of("join_gradients"),
        software=software_of("join_gradients"),
    message:
        "Joining {wildcards.level} gradients of {wildcards.molecule}"
    script:
        "../scripts/join_gradients.py"


# Whether the level itself keeps each symmetry: where it does not, no model of it can.
rule try_level:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        moved=expand(
            "results/{{molecule}}/conformers/moved/{transform}.npz",
            transform=config["transforms"],
        ),
        named=level_files,
    output:
        "results/{molecule}/energies/{level}.symmetries.csv",
    log:
        "logs/try_level/{molecule}/{level}.log",
    benchmark:
        "timings/try_level/{molecule}/{level}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("energies"),
    params:
        function=function_of(level_row),
        kekule_form=function_of(level_row, "kekule_form"),
        label=function_of(level_row, "label"),
        transforms=lookup(dpath="transforms", within=config),
        settings=level_settings,
        code=code_of("try_level", level_row),
        software=software_of("try_level", level_row),
    message:
        "Trying the symmetries of {wildcards.level} on {wildcards.molecule}"
    script:
        "../scripts/try_level.py"
