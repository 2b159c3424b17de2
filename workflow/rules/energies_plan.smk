"""Which level of theory a molecule's energies are of, and the files that this decides.

A molecule may have a level of its own, so that no rule takes the study's for all of them.
"""


def study_of(wildcards):
    """The study as the molecule of a job has it."""
    return overrides.study_of(config, wildcards.molecule)


def asked_of(question):
    """Params: what the study as the molecule of a job has it answers to a question."""

    def answer(wildcards):
        return question(study_of(wildcards))

    return answer


def level_name(wildcards):
    """Params: the name of a molecule's level."""
    return study_of(wildcards)["energies"]["level"]


def learned_row(wildcards):
    """The row of a molecule's level."""
    return energies.level_row(level_name(wildcards), config["levels"])


def level_label(wildcards):
    """Params: what people call it."""
    return learned_row(wildcards).label


def title_of_molecule(wildcards):
    """Params: what a figure is called."""
    return f"{wildcards.molecule}, {level_label(wildcards)}"


def energies_of(molecule):
    """The energies that a molecule's experiments learn."""
    level = experiments.level_of(config, geometries.molecule_of(molecule))
    return f"results/{molecule}/energies/{level}.csv"


def conformers_of(molecule):
    """The conformers that all else is about: as embedded, or minimised where the study says so."""
    level = experiments.level_of(config, geometries.molecule_of(molecule))
    own = f"minimized/{level}" if config["energies"]["minimize_iterations"] else "ensemble"
    return f"results/{molecule}/conformers/{own}.npz"


def learned_energies(wildcards):
    """Input: the energies that a molecule's experiments learn."""
    return energies_of(wildcards.molecule)


def conformers(wildcards):
    """Input: a molecule's conformers."""
    return conformers_of(wildcards.molecule)


def symmetries_of_levels(wildcards):
    """Input: which symmetries a molecule's level keeps, and an experiment's cheaper one."""
    paths = [learned_energies(wildcards), *baseline(wildcards)]
    return [path.removesuffix(".csv") + ".symmetries.csv" for path in paths]


def probes_of_experiment(wildcards):
    """Params: the transforms that change what an experiment's levels say."""
    return experiments.probes(study_of(wildcards), wildcards.experiment)


def of_levels(question, ending):
    """Input: a file of each of the levels that are the answer to a question."""

    def files(wildcards):
        folder = f"results/{wildcards.molecule}/energies"
        return [f"{folder}/{level}{ending}" for level in question(study_of(wildcards))]

    return files


def labels_of_levels(molecules):
    """What people call the levels of several molecules."""
    levels = dict.fromkeys(experiments.level_of(config, name) for name in molecules)
    return ", ".join(energies.level_row(level, config["levels"]).label for level in levels)


def level_quoted(wildcards):
    """Params: a level's name and label, and where the config says it."""
    place = experiments.place_of_level(config, wildcards.molecule)
    return [level_name(wildcards), level_label(wildcards), place]


def constants_found(wildcards):
    """Input: the constants that experiments recovered, where the level has them."""
    return expand(
        "results/{molecule}/experiments/{experiment}/constants.csv",
        molecule=wildcards.molecule,
        experiment=experiments.recoverable(study_of(wildcards)),
    )
