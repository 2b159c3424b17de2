"""What rules ask of the config about further sets to test on, and about bonds."""


def column_to_split_by(wildcards):
    """Params: the column that a molecule's own file is split by, if it is."""
    further = geometries.set_of(wildcards.molecule)
    return None if further else config["split"].get("column")


def ensembles_of_tests(wildcards):
    """Input: the further sets of a molecule's geometries."""
    folders = test_folders(wildcards).values()
    return [f"{folder}/conformers/ensemble.npz" for folder in folders]


def names_of_tests(wildcards):
    """Params: what these sets are called."""
    return geometries.test_sets(config, wildcards.molecule)


def only_tested(wildcards):
    """Params: whether these are further geometries of a molecule, which no model trains on."""
    return bool(geometries.set_of(wildcards.molecule))


def test_folders(wildcards):
    """Params: the folders of a molecule's further sets of geometries, by name."""
    name = wildcards.molecule
    sets = geometries.test_sets(config, name)
    return {one: f"results/{geometries.set_folder(name, one)}" for one in sets}


def test_features(moved, wildcards):
    """Input: an experiment's features of these sets, as it trained on them, or also as listed."""
    experiment = config["experiments"][wildcards.experiment]
    return expand(
        "{folder}/features/{set}/{transform}.parquet",
        folder=test_folders(wildcards).values(),
        set=experiments.feature_sets(experiment),
        transform=dict.fromkeys([*moved, experiment["train_on"]]),
    )


def test_energies(wildcards):
    """Input: the energies of these sets."""
    level = level_name(wildcards)
    return [f"{folder}/energies/{level}.csv" for folder in test_folders(wildcards).values()]


def test_baselines(wildcards):
    """Input: the energies of these sets at an experiment's cheaper level, if it has one."""
    level = config["experiments"][wildcards.experiment].get("baseline")
    folders = test_folders(wildcards).values() if level else []
    return [f"{folder}/energies/{level}.csv" for folder in folders]


def takes_bonds(wildcards):
    """Params: whether a feature depends on which atoms are bonded."""
    return feature_row(wildcards).takes_bonds(config["features"][wildcards.feature])


def attempts_quoted(wildcards):
    """Params: how many conformers were to be embedded; None where they come from a file."""
    return (
        overrides.embedding_of(config, wildcards.molecule)["attempts"]
        if wildcards.molecule in geometries.embedded(config)
        else None
    )
