"""What the run was: the whole config, and the software.

Writes results/run_config.yaml and results/environment.json. Names what else `all` asks for.
"""

STUDY_FILES = [
    "results/run_config.yaml",
    "results/environment.json",
    expand("results/{molecule}/conformers/ensemble.sdf", molecule=config["molecules"]),
    expand(
        "results/{molecule}/figures/parity/{experiment}.{ending}",
        molecule=config["molecules"],
        experiment=config["experiments"],
        ending=["svg", "pdf", "html"],
    ),
    branch(
        config["energies"]["gradients"],
        then=expand(
            "results/{molecule}/energies/{level}.gradients.npz",
            molecule=config["molecules"],
            level=config["energies"]["level"],
        ),
        otherwise=[],
    ),
    expand(
        "results/{molecule}/figures/symmetry_functions/{feature}.{ending}",
        molecule=config["molecules"],
        feature=features_of_kind("symmetry_functions"),
        ending=["svg", "pdf"],
    ),
]


rule record_run:
    input:
        code=code_of("record_run"),
    output:
        config="results/run_config.yaml",
        environment="results/environment.json",
    log:
        "logs/record_run.log",
    benchmark:
        "timings/record_run.tsv"
    conda:
        "../../environment.yml"
    params:
        study=config,
        environment=environment_of_all,
    script:
        "../scripts/record_run.py"
