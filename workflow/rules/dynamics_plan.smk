"""What the rules of dynamics ask of the config."""

from confsym.study import dynamics as dynamics_of

LEVEL_MOVES = dynamics_of.level_moves(config)
LEVEL_RUNS = expand(
    "results/{{molecule}}/energies/{level}.dynamics.csv",
    level=[config["energies"]["level"]] if LEVEL_MOVES else [],
)
MODEL_RUNS = expand(
    "results/{{molecule}}/experiments/{experiment}/dynamics.csv", experiment=WITH_FORCES
)


def is_warmed(wildcards):
    """Params: whether a molecule's geometries are warmed up by the level first."""
    return dynamics_of.is_warmed(config, wildcards.molecule)


def level_below(wildcards):
    """The row of the cheaper level that an experiment is the difference from; None without one."""
    level = config["experiments"][wildcards.experiment].get("baseline")
    return energies.level_row(level, config["levels"]) if level else None


def function_below(wildcards):
    """Params: that level's function; empty without one."""
    return getattr(level_below(wildcards), "function", "")


def settings_below(wildcards):
    """Params: what this function is told, if the level is of the study's own."""
    level = config["experiments"][wildcards.experiment].get("baseline")
    return experiments.level_settings(config, level)


def files_below(wildcards):
    """Input: files that the options of such a level name."""
    return experiments.files_named(settings_below(wildcards).get("options"))


def rows_that_move(wildcards):
    """The rows of an experiment's model and features, and of the level below."""
    below = level_below(wildcards)
    return [*rows_of_forces(wildcards), *([below] if below else [])]


def dynamics_files(wildcards):
    """Input: all that the target dynamics is about; a sentence where nothing can move."""
    if not (LEVEL_MOVES or WITH_FORCES):
        raise refusal(
            "config: the target dynamics needs an experiment with learn: energies_and_forces, or "
            "an energies.level that can be computed; energies come from a file here."
        )
    folder = "results/{molecule}"
    return expand(
        [
            f"{folder}/tables/dynamics.csv",
            f"{folder}/tables/dynamics_verdict.md",
            f"{folder}/figures/dynamics.svg",
        ],
        molecule=config["molecules"],
    )
