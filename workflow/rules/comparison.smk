"""Molecules side by side: which experiment is best where.

Reads tables/summary.csv and tables/forces.csv of each molecule, and its held-out energies. Writes
tables and a figure to results/comparison/, which `all` asks for where a study has several molecules.
"""


rule compare_molecules:
    input:
        summaries=expand("results/{molecule}/tables/summary.csv", molecule=config["molecules"]),
        energies=list(map(energies_of, config["molecules"])),
        splits=expand("results/{molecule}/split.csv", molecule=config["molecules"]),
    output:
        **{
            name: reported_table(
                f"results/comparison/tables/{name}",
                caption=f"comparison_{name}",
                chapter="Comparison",
                result=f"table: {name}",
            )
            for name in ("winners", "ranks", "errors")
        },
    log:
        "logs/compare_molecules.log",
    benchmark:
        "timings/compare_molecules.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        molecules=list(config["molecules"]),
        levels={name: labels_of_levels([name]) for name in config["molecules"]},
        units=lookup(dpath="units", within=config),
        code=code_of("compare_molecules"),
        software=software_of("compare_molecules"),
    message:
        "Comparing the experiments on all molecules"
    script:
        "../scripts/compare_molecules.py"


rule compare_forces:
    input:
        tables=expand("results/{molecule}/tables/forces.csv", molecule=config["molecules"]),
    output:
        reported_table(
            "results/comparison/tables/forces",
            caption="comparison_forces",
            chapter="Comparison",
            result="table: forces",
        ),
    log:
        "logs/compare_forces.log",
    benchmark:
        "timings/compare_forces.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        molecules=list(config["molecules"]),
        levels={name: labels_of_levels([name]) for name in config["molecules"]},
        units=lookup(dpath="units", within=config),
        code=code_of("compare_forces"),
        software=software_of("compare_forces"),
    message:
        "Comparing the forces of all molecules"
    script:
        "../scripts/compare_forces.py"


rule plot_comparison:
    input:
        errors="results/comparison/tables/errors.csv",
        ranks="results/comparison/tables/ranks.csv",
        style=STYLE,
    output:
        reported_figure(
            "results/comparison/figures/errors",
            caption="comparison_figure",
            chapter="Comparison",
            result="figure: errors",
        ),
    log:
        "logs/plot_comparison.log",
    benchmark:
        "timings/plot_comparison.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        title=labels_of_levels(config["molecules"]),
        columns=lookup(dpath="figures", within=config),
        code=code_of("plot_comparison"),
        software=software_of("plot_comparison"),
    message:
        "Plotting the errors on all molecules"
    script:
        "../scripts/plot_comparison.py"


rule comparison:
    input:
        expand(
            "results/comparison/tables/forces.{ending}",
            ending=WRITTEN if len(config["molecules"]) > 1 and WITH_FORCES else [],
        ),
        expand(
            "results/comparison/tables/{table}.{ending}",
            table=["winners", "ranks", "errors"] if len(config["molecules"]) > 1 else [],
            ending=WRITTEN,
        ),
        expand(
            "results/comparison/figures/errors.{ending}",
            ending=PRINTED if len(config["molecules"]) > 1 else [],
        ),
    message:
        "Completing the comparison of molecules"
