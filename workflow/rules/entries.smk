"""What section molecules says of each molecule, for the rules that read files, embed and prune.

A file that is not there stops the run before its first job.
"""

from confsym.study import attempts

if missing_file := geometries.missing(config, CONFIG_FILES):
    raise refusal(missing_file)


def geometry_file(wildcards):
    """Input: the user's file of geometries, or of one molecule."""
    return os.path.relpath(geometries.path_of(config, wildcards.molecule, CONFIG_FILES))


def described_already(wildcards):
    """Input: for a further set the molecule that it is of."""
    name = geometries.molecule_of(wildcards.molecule)
    return [f"results/{name}/molecule.json"] if geometries.set_of(wildcards.molecule) else []


def geometries_already(wildcards):
    """Input: for a further set the molecule's own geometries."""
    name = geometries.molecule_of(wildcards.molecule)
    own = f"results/{name}/conformers/ensemble.npz"
    return [own] if geometries.set_of(wildcards.molecule) else []


def geometry_settings(wildcards):
    """Params: how the file is read."""
    return geometries.settings_of(config, wildcards.molecule)


def molecule_entry(wildcards):
    """Params: what else the config says of the molecule."""
    entry = config["molecules"][geometries.molecule_of(wildcards.molecule)]
    return {key: entry[key] for key in ("smiles", "charge", "bonds") if key in entry}


def molfile_entry(wildcards):
    """Params: which record of which file the molecule is, and what it may leave open."""
    entry = config["molecules"][wildcards.molecule]
    return {key: entry[key] for key in ("file", "record", "stereo") if key in entry}


def place_of_geometries(wildcards):
    """Params: where the config names the file."""
    return geometries.place_of(wildcards.molecule)


def name_of_molecule(wildcards):
    """Params: the molecule's name, of a further set too."""
    return geometries.molecule_of(wildcards.molecule)


def attempts_of(wildcards):
    """Params: how many attempts a molecule has."""
    return overrides.embedding_of(config, wildcards.molecule)["attempts"]


def attempt_settings(wildcards):
    """Params: how a molecule is embedded."""
    return attempts.attempt_settings(overrides.embedding_of(config, wildcards.molecule))


def pruning_settings(wildcards):
    """Params: which of a molecule's conformers are kept."""
    return attempts.pruning_settings(overrides.embedding_of(config, wildcards.molecule))


def shard_of(wildcards):
    """Params: first attempt and number of attempts of a shard."""
    embedding = overrides.embedding_of(config, wildcards.molecule)
    return attempts.shard(embedding, int(wildcards.shard))


def shards_of(wildcards):
    """Input: all shards of a molecule."""
    numbers = attempts.shards(overrides.embedding_of(config, wildcards.molecule))
    return expand(
        "results/{molecule}/conformers/shards/{shard}.npz",
        molecule=wildcards.molecule,
        shard=numbers,
    )
