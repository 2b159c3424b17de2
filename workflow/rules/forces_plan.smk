"""What rules ask of the config about experiments that learn forces."""


def beside(energies):
    """The gradients that belong to files of energies."""
    return [path.removesuffix(".csv") + ".gradients.npz" for path in energies]


def learned_gradients(wildcards):
    """Input: the gradients that a molecule's experiments learn."""
    return beside([learned_energies(wildcards)])[0]


def baseline_gradients(wildcards):
    """Input: gradients of an experiment's cheaper level, if it learns the difference from one."""
    return beside(baseline(wildcards))


def features_of_experiment(wildcards):
    """Params: the entries in section features of an experiment's feature sets."""
    return experiments.features_of(config, wildcards.experiment)


def rows_of_forces_and_motions(wildcards):
    """These, and the rows of the transforms, whose order of atoms geometries follow."""
    return [*rows_of_experiment(wildcards), *transform_rows(wildcards)]


def rows_of_tried_forces(wildcards):
    """The rows of all models and features of experiments with forces, and of the transforms."""
    rows = [row for name in WITH_FORCES for row in experiments.rows_of(config, name)]
    return [*rows, *transform_rows(wildcards)]


def levels_of_forces(study):
    """The levels that experiments with forces stand on."""
    return experiments.levels_on_trial(experiments.of_forces(study))


def test_ensembles(wildcards):
    """Input: the further sets that an experiment is tested on."""
    return [f"{folder}/conformers/ensemble.npz" for folder in test_folders(wildcards).values()]


def test_gradients(wildcards):
    """Input: their gradients at the study's level."""
    return beside(test_energies(wildcards))


def test_baseline_gradients(wildcards):
    """Input: their gradients at an experiment's cheaper level, if it has one."""
    return beside(test_baselines(wildcards))


def title_of_forces(wildcards):
    """Params: what the figure of an experiment's forces is called."""
    title = experiments.title(config, wildcards.experiment)
    return f"{title_of_molecule(wildcards)}, {title}"


def facts_of_force_field(wildcards):
    """Params: the model's kind, and names of the levels that a force field is of."""
    below = config["experiments"][wildcards.experiment].get("baseline")
    return {
        "kind": model_row(wildcards).name,
        "level": [level_name(wildcards), level_label(wildcards)],
        "baseline": [below, energies.level_row(below, config["levels"]).label] if below else [],
    }


def learned_level_settings(wildcards):
    """Params: what the function of a molecule's level is told, if it is one of the study's own."""
    return experiments.level_settings(config, level_name(wildcards))


def learned_level_files(wildcards):
    """Input: files that the options of such a level name."""
    return experiments.files_named(learned_level_settings(wildcards).get("options"))


def rows_below(wildcards):
    """The row of the cheaper level that an experiment is the difference from, if there is one."""
    below = config["experiments"][wildcards.experiment].get("baseline")
    return [energies.level_row(below, config["levels"])] if below else []


def rows_of_calculator(wildcards):
    """The rows of the model and its features, of the level that it learned, and of the one below."""
    return [*rows_of_experiment(wildcards), learned_row(wildcards), *rows_below(wildcards)]
