"""Energies of the conformers, kcal/mol, and their gradients, kcal/mol/Å.

Reads the config's section energies. Writes energies/{level}.csv of each molecule,
energies/{level}.gradients.npz where asked for, and conformers/minimized/{level}.npz where
minimisation is on. A level that takes minutes is computed in parts, energies/parts/{level}/, a
fixed number of them: how many conformers there will be is not known when jobs are planned.
"""


rule minimize_conformers:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble="results/{molecule}/conformers/ensemble.npz",
        code=code_of("minimize_conformers", level_row),
    output:
        "results/{molecule}/conformers/minimized/{level}.npz",
    log:
        "logs/minimize_conformers/{molecule}/{level}.log",
    benchmark:
        "timings/minimize_conformers/{molecule}/{level}.tsv"
    conda:
        "../../environment.yml"
    params:
        function=function_of(level_row, "minimizer"),
        iterations=lookup(dpath="energies/minimize_iterations", within=config),
        software=software_of("minimize_conformers", level_row),
    script:
        "../scripts/minimize_conformers.py"


rule compute_energies:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=CONFORMERS,
        code=code_of("compute_energies", level_row),
    output:
        "results/{molecule}/energies/{level}.csv",
    log:
        "logs/compute_energies/{molecule}/{level}.log",
    benchmark:
        "timings/compute_energies/{molecule}/{level}.tsv"
    wildcard_constraints:
        level=levels_where(in_parts=False),
    conda:
        "../../environment.yml"
    params:
        function=function_of(level_row),
        software=software_of("compute_energies", level_row),
    script:
        "../scripts/compute_energies.py"


rule compute_gradients:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=CONFORMERS,
        code=code_of("compute_gradients", level_row),
    output:
        "results/{molecule}/energies/{level}.gradients.npz",
    log:
        "logs/compute_gradients/{molecule}/{level}.log",
    benchmark:
        "timings/compute_gradients/{molecule}/{level}.tsv"
    wildcard_constraints:
        level=levels_where(in_parts=False),
    conda:
        "../../environment.yml"
    params:
        function=function_of(level_row, "gradients"),
        software=software_of("compute_gradients", level_row),
    script:
        "../scripts/compute_gradients.py"


# Gradients too, whether asked for or not: they come with the energies for nothing.
rule compute_energies_part:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=CONFORMERS,
        code=code_of("compute_energies_part", level_row),
    output:
        "results/{molecule}/energies/parts/{level}/{part}.npz",
    log:
        "logs/compute_energies_part/{molecule}/{level}/{part}.log",
    benchmark:
        "timings/compute_energies_part/{molecule}/{level}/{part}.tsv"
    wildcard_constraints:
        level=levels_where(in_parts=True),
    conda:
        "../../environment.yml"
    params:
        function=function_of(level_row, "gradients"),
        parts=function_of(level_row, "parts"),
        software=software_of("compute_energies_part", level_row),
    script:
        "../scripts/compute_energies_part.py"


rule join_energies:
    input:
        parts=parts_of,
        ensemble=CONFORMERS,
        code=code_of("join_energies"),
    output:
        "results/{molecule}/energies/{level}.csv",
    log:
        "logs/join_energies/{molecule}/{level}.log",
    benchmark:
        "timings/join_energies/{molecule}/{level}.tsv"
    wildcard_constraints:
        level=levels_where(in_parts=True),
    conda:
        "../../environment.yml"
    params:
        software=software_of("join_energies"),
    script:
        "../scripts/join_energies.py"


rule join_gradients:
    input:
        parts=parts_of,
        code=code_of("join_gradients"),
    output:
        "results/{molecule}/energies/{level}.gradients.npz",
    log:
        "logs/join_gradients/{molecule}/{level}.log",
    benchmark:
        "timings/join_gradients/{molecule}/{level}.tsv"
    wildcard_constraints:
        level=levels_where(in_parts=True),
    conda:
        "../../environment.yml"
    params:
        software=software_of("join_gradients"),
    script:
        "../scripts/join_gradients.py"
