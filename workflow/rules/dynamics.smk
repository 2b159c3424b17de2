"""Dynamics on trial: what a model conserves when its forces move the atoms, and what it breaks.

Reads the config's section dynamics. Writes conformers/dynamics_starts.npz, dynamics.csv of each experiment
that learns forces, energies/{level}.dynamics.csv, tables/dynamics.* and dynamics_verdict.md, and
figures/dynamics.* of each molecule. A claim that is contradicted fails the rule judge_dynamics.
"""

MODEL_RUNS = expand(
    "results/{{molecule}}/experiments/{experiment}/dynamics.csv", experiment=WITH_FORCES
)


rule draw_dynamics_starts:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        split="results/{molecule}/split.csv",
        named=learned_level_files,
    output:
        "results/{molecule}/conformers/dynamics_starts.npz",
    log:
        "logs/draw_dynamics_starts/{molecule}.log",
    benchmark:
        "timings/draw_dynamics_starts/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("trying_forces"),
    params:
        function=function_of(learned_row),
        settings=learned_level_settings,
        warmed=is_warmed,
        dynamics=of_dynamics("temperature", "runs", "seed"),
        code=code_of("draw_dynamics_starts", learned_row),
        software=software_of("draw_dynamics_starts", learned_row),
    message:
        "Drawing geometries and velocities of {wildcards.molecule} at {params.dynamics[temperature]} K"
    script:
        "../scripts/draw_dynamics_starts.py"


rule run_dynamics:
    input:
        model="results/{molecule}/experiments/{experiment}/model.joblib",
        molecule="results/{molecule}/molecule.json",
        starts="results/{molecule}/conformers/dynamics_starts.npz",
        named=files_below,
    output:
        "results/{molecule}/experiments/{experiment}/dynamics.csv",
    log:
        "logs/run_dynamics/{molecule}/{experiment}.log",
    benchmark:
        "timings/run_dynamics/{molecule}/{experiment}.tsv"
    wildcard_constraints:
        experiment=one_of(WITH_FORCES),
    conda:
        "../../environment.yml"
    resources:
        **needs("walking"),
    params:
        below=function_below,
        settings=settings_below,
        dynamics=of_dynamics("temperature", "duration", "timestep", "runs"),
        code=code_of("run_dynamics", rows_that_move),
        software=software_of("run_dynamics", rows_that_move),
    message:
        "Moving {wildcards.molecule} by {wildcards.experiment}, {params.dynamics[runs]} runs of {params.dynamics[duration]} ps"
    script:
        "../scripts/run_dynamics.py"


rule run_level_dynamics:
    input:
        molecule="results/{molecule}/molecule.json",
        starts="results/{molecule}/conformers/dynamics_starts.npz",
        named=learned_level_files,
    output:
        "results/{molecule}/energies/{level}.dynamics.csv",
    log:
        "logs/run_level_dynamics/{molecule}/{level}.log",
    benchmark:
        "timings/run_level_dynamics/{molecule}/{level}.tsv"
    wildcard_constraints:
        level=one_of(experiments.level_of(config, name) for name in config["molecules"]),
    conda:
        "../../environment.yml"
    resources:
        **needs("walking"),
    params:
        function=function_of(learned_row),
        settings=learned_level_settings,
        dynamics=of_dynamics("temperature", "duration", "timestep", "level_runs"),
        code=code_of("run_level_dynamics", learned_row),
        software=software_of("run_level_dynamics", learned_row),
    message:
        "Moving {wildcards.molecule} by {wildcards.level} itself, {params.dynamics[level_runs]} runs of {params.dynamics[duration]} ps"
    script:
        "../scripts/run_level_dynamics.py"


rule write_dynamics_table:
    input:
        molecule="results/{molecule}/molecule.json",
        runs=MODEL_RUNS,
        level=level_runs,
    output:
        reported_table(
            "results/{molecule}/tables/dynamics",
            caption="dynamics",
            chapter="Dynamics",
            result="table: dynamics",
        ),
    log:
        "logs/write_dynamics_table/{molecule}.log",
    benchmark:
        "timings/write_dynamics_table/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("tabling"),
    params:
        experiments=WITH_FORCES,
        levels=level_itself,
        facts=facts_of_dynamics,
        dynamics=of_dynamics("temperature", "duration", "timestep"),
        code=code_of("write_dynamics_table"),
        software=software_of("write_dynamics_table"),
    message:
        "Writing the table of dynamics of {wildcards.molecule}"
    script:
        "../scripts/write_dynamics_table.py"


rule judge_dynamics:
    input:
        table="results/{molecule}/tables/dynamics.csv",
    output:
        "results/{molecule}/tables/dynamics_verdict.md",
    log:
        "logs/judge_dynamics/{molecule}.log",
    benchmark:
        "timings/judge_dynamics/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        code=code_of("judge_dynamics"),
        software=software_of("judge_dynamics"),
    message:
        "Judging the claims of conservation on {wildcards.molecule}"
    script:
        "../scripts/judge_dynamics.py"


rule write_trial_with_dynamics:
    input:
        trial="results/{molecule}/tables/trial.csv",
        dynamics="results/{molecule}/tables/dynamics.csv",
    output:
        reported_table(
            "results/{molecule}/tables/trial_with_dynamics",
            caption="trial",
            chapter="Dynamics",
            result="table: all verdicts, with dynamics",
        ),
    log:
        "logs/write_trial_with_dynamics/{molecule}.log",
    benchmark:
        "timings/write_trial_with_dynamics/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        code=code_of("write_trial_with_dynamics"),
        software=software_of("write_trial_with_dynamics"),
    message:
        "Writing all verdicts on {wildcards.molecule}, with those of dynamics"
    script:
        "../scripts/write_trial_with_dynamics.py"


rule plot_dynamics:
    input:
        molecule="results/{molecule}/molecule.json",
        runs=MODEL_RUNS,
        level=level_runs,
        style=STYLE,
    output:
        reported_figure(
            "results/{molecule}/figures/dynamics",
            caption="dynamics_figure",
            chapter="Dynamics",
            result="figure: dynamics",
        ),
    log:
        "logs/plot_dynamics/{molecule}.log",
    benchmark:
        "timings/plot_dynamics/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        names=names_of_dynamics,
        temperature=lookup(dpath="dynamics/temperature", within=config),
        title=title_of_molecule,
        columns=lookup(dpath="figures", within=config),
        code=code_of("plot_dynamics"),
        software=software_of("plot_dynamics"),
    message:
        "Plotting the dynamics of {wildcards.molecule}"
    script:
        "../scripts/plot_dynamics.py"


# A target of its own: tens of thousands of steps by each model and by the level take their time.
rule dynamics:
    input:
        dynamics_files,
    message:
        "Completing the trial by dynamics"
