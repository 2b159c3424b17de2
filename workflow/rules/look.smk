"""A look at the conformers: drawn, to be turned, and how energies and torsions are distributed.

Writes figures/conformers.{svg,pdf,png,html}, figures/energies.* and figures/torsions.* of each
molecule.
"""

RESOURCES = os.path.relpath(SCRIPTS.parent / "resources")


rule plot_conformers:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=CONFORMERS,
        table="results/{molecule}/conformers/ensemble.csv",
        energies=ENERGIES,
        style=STYLE,
        code=code_of("plot_conformers"),
    output:
        conformers=reported_figure(
            "conformers", "conformers", "Conformers", result="figure: conformers"
        ),
        energies=reported_figure("energies", "energies", "Conformers", result="figure: energies"),
        torsions=reported_figure("torsions", "torsions", "Conformers", result="figure: torsions"),
    log:
        "logs/plot_conformers/{molecule}.log",
    benchmark:
        "timings/plot_conformers/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        title=f"{{molecule}}, {LEVEL}",
        columns=lookup(dpath="figures", within=config),
        software=software_of("plot_conformers"),
    script:
        "../scripts/plot_conformers.py"


rule plot_conformers_page:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=CONFORMERS,
        table="results/{molecule}/conformers/ensemble.csv",
        energies=ENERGIES,
        page=f"{RESOURCES}/viewer/page.html",
        style=f"{RESOURCES}/viewer/page.css",
        script=f"{RESOURCES}/viewer/page.js",
        library=f"{RESOURCES}/3dmol/3Dmol-min.js",
        code=code_of("plot_conformers_page"),
    output:
        reported(
            "results/{molecule}/figures/conformers.html",
            "conformers_page",
            "Conformers",
            result="page: conformers to turn",
        ),
    log:
        "logs/plot_conformers_page/{molecule}.log",
    benchmark:
        "timings/plot_conformers_page/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        level=LEVEL,
        software=software_of("plot_conformers_page"),
    script:
        "../scripts/plot_conformers_page.py"


rule look:
    input:
        expand(
            "results/{molecule}/figures/{figure}.{ending}",
            molecule=config["molecules"],
            figure=["conformers", "energies", "torsions"],
            ending=PRINTED,
        ),
        expand("results/{molecule}/figures/conformers.html", molecule=config["molecules"]),
