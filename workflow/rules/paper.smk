"""What the run was: the whole config, the software, and the numbers that a paper quotes.

Writes results/run_config.yaml and results/environment.json, and tables/numbers.{html,json,tex,rst} of
each molecule; the report's front page and captions read the last.
"""


report: "../report/study.rst"


rule record_run:
    output:
        config="results/run_config.yaml",
        environment="results/environment.json",
    log:
        "logs/record_run.log",
    benchmark:
        "timings/record_run.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        study=config,
        environment=environment_of_all,
        code=code_of("record_run"),
    message:
        "Recording the config and the software"
    script:
        "../scripts/record_run.py"


rule quote_numbers:
    input:
        description="results/{molecule}/molecule.json",
        conformers="results/{molecule}/conformers/ensemble.csv",
        split="results/{molecule}/split.csv",
        energies=learned_energies,
        summary="results/{molecule}/tables/summary.csv",
        symmetry="results/{molecule}/tables/symmetry.csv",
        rotations="results/{molecule}/tables/rotations.csv",
        intervals="results/{molecule}/tables/intervals.csv",
        constants=constants_found,
        calibration=branch(
            experiments.with_deviation(config),
            then=["results/{molecule}/tables/calibration.csv"],
            otherwise=[],
        ),
    output:
        tex="results/{molecule}/tables/numbers.tex",
        html=reported(
            "results/{molecule}/tables/numbers",
            formats=["html"],
            caption="numbers",
            chapter="Summary",
            result="table: numbers",
        ),
        json="results/{molecule}/tables/numbers.json",
        rst="results/{molecule}/tables/numbers.rst",
    log:
        "logs/quote_numbers/{molecule}.log",
    benchmark:
        "timings/quote_numbers/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        recoverable=asked_of(experiments.recoverable),
        level=level_quoted,
        attempts=attempts_quoted,
        code=code_of("quote_numbers"),
        software=software_of("quote_numbers"),
    message:
        "Collecting the numbers that a paper quotes of {wildcards.molecule}"
    script:
        "../scripts/quote_numbers.py"
