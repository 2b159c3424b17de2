"""Periodicity, the symmetry that molecules do not have: crystals described in other ways.

Reads the config's section crystals. Writes results/crystals/; no other target asks for it.
"""


rule build_crystals:
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
    resources:
        **needs("starting"),
    params:
        settings={key: value for key, value in config["crystals"].items() if key != "cutoff"},
        code=code_of("build_crystals"),
        software=software_of("build_crystals"),
    message:
        "Building crystals of {params.settings[elements]}"
    script:
        "../scripts/build_crystals.py"


rule predict_crystals:
    input:
        structures="results/crystals/structures.extxyz",
        energies="results/crystals/energies.csv",
        split="results/crystals/split.csv",
    output:
        "results/crystals/predictions.parquet",
    log:
        "logs/predict_crystals.log",
    benchmark:
        "timings/predict_crystals.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        settings={key: config["crystals"][key] for key in ("elements", "cutoff", "seed")},
        code=code_of("predict_crystals", always(*CRYSTAL_EXPERIMENTS.values())),
        software=software_of("predict_crystals", always(*CRYSTAL_EXPERIMENTS.values())),
    message:
        "Predicting crystals of {params.settings[elements]}"
    script:
        "../scripts/predict_crystals.py"


rule plot_periodicity:
    input:
        predictions="results/crystals/predictions.parquet",
        style=STYLE,
    output:
        table=reported_table(
            "results/crystals/tables/symmetry",
            caption="periodicity",
            chapter="Periodicity",
            result="tables/symmetry.html",
            crystals="-".join(config["crystals"]["elements"]),
            level="EMT",
        ),
        figure=reported_figure(
            "results/crystals/figures/periodicity",
            caption="periodicity",
            chapter="Periodicity",
            result="figures/periodicity.svg",
            crystals="-".join(config["crystals"]["elements"]),
            level="EMT",
        ),
    log:
        "logs/plot_periodicity.log",
    benchmark:
        "timings/plot_periodicity.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        title=f"random {'-'.join(config['crystals']['elements'])} crystals, EMT",
        columns=lookup(dpath="figures", within=config),
        code=code_of("plot_periodicity"),
        software=software_of("plot_periodicity"),
    message:
        "Plotting periodicity"
    script:
        "../scripts/plot_periodicity.py"


# A job of its own, since a job that fails leaves no files and the table has to stay.
rule judge_crystals:
    input:
        table="results/crystals/tables/symmetry.csv",
    output:
        "results/crystals/tables/verdicts.csv",
    log:
        "logs/judge_crystals.log",
    benchmark:
        "timings/judge_crystals.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        code=code_of("judge_crystals"),
        software=software_of("judge_crystals"),
    message:
        "Judging the claims of periodicity"
    script:
        "../scripts/judge_crystals.py"


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
    message:
        "Completing the trial of periodicity"
