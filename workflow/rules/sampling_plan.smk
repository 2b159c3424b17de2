"""What the rules of thermal geometries ask of the config."""

from confsym.study import sampling


def molecule_sampled(wildcards):
    """Input: the description of the molecule that a folder is of."""
    return f"results/{geometries.molecule_of(wildcards.molecule)}/molecule.json"


def sampling_settings(wildcards):
    """Params: how a folder's geometries are sampled."""
    return geometries.sampling_of(config, wildcards.molecule)


def walker_settings(wildcards):
    """Params: the same, but for how many walkers there are."""
    settings = sampling_settings(wildcards)
    return {key: value for key, value in settings.items() if key != "walkers"}


def moving_level(wildcards):
    """The level that moves the atoms; the study's own where nothing does."""
    return sampling_settings(wildcards).get("level", level_name(wildcards))


def sampling_row(wildcards):
    """The row of that level."""
    return energies.level_row(moving_level(wildcards), config["levels"])


def sampling_level(wildcards):
    """Params: what the function of a level of the study's own is told."""
    return experiments.level_settings(config, moving_level(wildcards))


def sampling_files(wildcards):
    """Input: files that the options of such a level name."""
    return experiments.files_named(sampling_level(wildcards).get("options"))


def place_of_sampling(wildcards):
    """Params: where the config says all this."""
    return geometries.sampling_place(wildcards.molecule)


def set_sampled(wildcards):
    """Params: the further set's name; empty for the molecule's own geometries."""
    return geometries.set_of(wildcards.molecule)


def walks(wildcards):
    """Input: what all walkers of a folder recorded."""
    folder = f"results/{wildcards.molecule}/conformers/walkers"
    return [f"{folder}/{one}.npz" for one in range(sampling_settings(wildcards)["walkers"])]


def snapshots_needed(wildcards):
    """Params: how many there have to be."""
    return sampling.min_snapshots(config, wildcards.molecule)


def bonds_of_snapshots(wildcards):
    """Params: whether snapshots with other bonds than the molecule are refused."""
    return config["molecules"][geometries.molecule_of(wildcards.molecule)]["bonds"]
