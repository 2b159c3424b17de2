"""Periodicity, the symmetry that molecules do not have: crystals described in other ways.

Reads the config's section crystals. Writes results/crystals/; no other target asks for it.
"""


rule build_crystals:
    input:
        code=code_of("build_crystals"),
    output:
        structures="results/crystals/structures.extxyz",
        energies="results/crystals/energies.csv",
        split="results/crystals/split.csv",
    log:
        "logs/build_crystals.log",
    benchmark:
        "timings/build_crystals.tsv"
    conda:
        "../../environment.yml"
    params:
        settings={key: value for key, value in config["crystals"].items() if key != "cutoff"},
        software=software_of("build_crystals"),
    script:
        "../scripts/build_crystals.py"


rule predict_crystals:
    input:
        structures="results/crystals/structures.extxyz",
        energies="results/crystals/energies.csv",
        split="results/crystals/split.csv",
        code=code_of("predict_crystals", crystal_rows),
    output:
        "results/crystals/predictions.parquet",
    log:
        "logs/predict_crystals.log",
    benchmark:
        "timings/predict_crystals.tsv"
    conda:
        "../../environment.yml"
    params:
        settings={key: config["crystals"][key] for key in ("elements", "cutoff", "seed")},
        software=software_of("predict_crystals", crystal_rows),
    script:
        "../scripts/predict_crystals.py"


rule plot_periodicity:
    input:
        predictions="results/crystals/predictions.parquet",
        style=STYLE,
        code=code_of("plot_periodicity"),
    output:
        table=[
            reported_of_crystals("tables/symmetry.html"),
            "results/crystals/tables/symmetry.csv",
            "results/crystals/tables/symmetry.md",
            "results/crystals/tables/symmetry.tex",
        ],
        figure=[
            reported_of_crystals("figures/periodicity.svg"),
            "results/crystals/figures/periodicity.pdf",
            "results/crystals/figures/periodicity.png",
        ],
    log:
        "logs/plot_periodicity.log",
    benchmark:
        "timings/plot_periodicity.tsv"
    conda:
        "../../environment.yml"
    params:
        title=f"random {'-'.join(config['crystals']['elements'])} crystals, EMT",
        columns=lookup(dpath="figures", within=config),
        software=software_of("plot_periodicity"),
    script:
        "../scripts/plot_periodicity.py"


# A job of its own, since a job that fails leaves no files and the table has to stay.
rule audit_crystals:
    input:
        table="results/crystals/tables/symmetry.csv",
        code=code_of("audit_crystals"),
    output:
        "results/crystals/tables/verdicts.csv",
    log:
        "logs/audit_crystals.log",
    benchmark:
        "timings/audit_crystals.tsv"
    conda:
        "../../environment.yml"
    params:
        software=software_of("audit_crystals"),
    script:
        "../scripts/audit_crystals.py"


rule periodicity:
    input:
        expand(
            "results/crystals/{file}",
            file=[
                "figures/periodicity.svg",
                "figures/periodicity.pdf",
                "figures/periodicity.png",
                "tables/symmetry.md",
                "tables/symmetry.tex",
                "tables/verdicts.csv",
            ],
        ),
