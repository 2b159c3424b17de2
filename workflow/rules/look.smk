"""A look at the conformers: drawn, to be turned, and how energies and torsions are distributed.

Writes figures/conformers.{svg,pdf,html}, figures/energies.* and figures/torsions.* of each
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
        conformers=[
            reported(
                "results/{molecule}/figures/conformers.svg",
                "conformers",
                "Conformers",
                figure="conformers",
            ),
            "results/{molecule}/figures/conformers.pdf",
        ],
        energies=[
            reported(
                "results/{molecule}/figures/energies.svg",
                "energies",
                "Conformers",
                figure="energies",
            ),
            "results/{molecule}/figures/energies.pdf",
        ],
        torsions=[
            reported(
                "results/{molecule}/figures/torsions.svg",
                "torsions",
                "Conformers",
                figure="torsions",
            ),
            "results/{molecule}/figures/torsions.pdf",
        ],
    log:
        "logs/plot_conformers/{molecule}.log",
    benchmark:
        "timings/plot_conformers/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        title=f"{{molecule}}, {LEVELS[config['energies']['level']].label}",
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
            figure="conformers to turn",
        ),
    log:
        "logs/plot_conformers_page/{molecule}.log",
    benchmark:
        "timings/plot_conformers_page/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        level=LEVELS[config["energies"]["level"]].label,
        software=software_of("plot_conformers_page"),
    script:
        "../scripts/plot_conformers_page.py"


rule look:
    input:
        expand(
            "results/{molecule}/figures/{figure}.{ending}",
            molecule=config["molecules"],
            figure=["conformers", "energies", "torsions"],
            ending=["svg", "pdf"],
        ),
        expand("results/{molecule}/figures/conformers.html", molecule=config["molecules"]),
