"""What the rules of dynamics ask of the config."""

from confsym.study import dynamics as dynamics_of


def of_dynamics(*keys):
    """Params: the keys of section dynamics that a job reads."""
    return {key: config["dynamics"][key] for key in keys}


def level_runs(wildcards):
    """Input: what a molecule's level itself does, if it can be computed."""
    folder, level = f"results/{wildcards.molecule}/energies", level_name(wildcards)
    moves = dynamics_of.level_moves(study_of(wildcards))
    return [f"{folder}/{level}.dynamics.csv"] if moves else []


def level_itself(wildcards):
    """Params: what tables call it, if it can."""
    name = dynamics_of.level_name(level_label(wildcards))
    return [name] if dynamics_of.level_moves(study_of(wildcards)) else []


def names_of_dynamics(wildcards):
    """Params: the same, and the experiments that move atoms."""
    return [*level_itself(wildcards), *WITH_FORCES]


def facts_of_dynamics(wildcards):
    """Params: what the table says of the level and of each experiment beside what is measured."""
    return dynamics_of.facts(study_of(wildcards), level_label(wildcards))


def is_warmed(wildcards):
    """Params: whether a molecule's geometries are warmed up by the level first."""
    return dynamics_of.is_warmed(study_of(wildcards), wildcards.molecule)


def function_below(wildcards):
    """Params: the function of the cheaper level below an experiment; empty without one."""
    return next((row.function for row in rows_below(wildcards)), "")


def settings_below(wildcards):
    """Params: what this function is told, if the level is of the study's own."""
    level = config["experiments"][wildcards.experiment].get("baseline")
    return experiments.level_settings(config, level)


def files_below(wildcards):
    """Input: files that the options of such a level name."""
    return experiments.files_named(settings_below(wildcards).get("options"))


def rows_that_move(wildcards):
    """The rows of an experiment's model and features, and of the level below."""
    return [*rows_of_experiment(wildcards), *rows_below(wildcards)]


def dynamics_files(wildcards):
    """Input: all that the target dynamics is about; a sentence where nothing can move."""
    studies = [overrides.study_of(config, name) for name in config["molecules"]]
    if not (WITH_FORCES or all(map(dynamics_of.level_moves, studies))):
        raise refusal(
            "config: the target dynamics needs an experiment with learn: energies_and_forces, or "
            "an energies.level that can be computed; energies come from a file here."
        )
    folder = "results/{molecule}"
    return expand(
        [
            f"{folder}/tables/dynamics.csv",
            f"{folder}/tables/dynamics_verdict.md",
            f"{folder}/tables/trial_with_dynamics.csv",
            f"{folder}/figures/dynamics.svg",
        ],
        molecule=config["molecules"],
    )
