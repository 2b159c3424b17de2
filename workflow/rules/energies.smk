"""Energies of the conformers, kcal/mol.

Reads the config's section energies. Writes energies/{level}.csv of each molecule, and
conformers/minimized/{level}.npz where minimisation is on.
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
    conda:
        "../../environment.yml"
    params:
        function=function_of(level_row),
        software=software_of("compute_energies", level_row),
    script:
        "../scripts/compute_energies.py"
