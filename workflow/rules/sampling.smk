"""Thermal geometries: snapshots of Langevin dynamics.

Reads the config's sections sampling and embedding, and molecules/{molecule}/tests. Writes
conformers/walkers/{walker}.npz, conformers/ensemble.* and conformers/sampling.json of each molecule
without files, if sampling.kind is dynamics, and of its further sets, whose folder is tests/{set} of
the molecule's. Energies and gradients of the snapshots are computed like those of any conformers:
they are a small part of the walk's, and may be another level's.
"""


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
    return sampling_settings(wildcards).get("level", config["energies"]["level"])


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
    return sampling.needed(config, wildcards.molecule)


def bonds_of_snapshots(wildcards):
    """Params: whether snapshots with other bonds than the molecule are refused."""
    return config["molecules"][geometries.molecule_of(wildcards.molecule)]["bonds"]


rule describe_further_set:
    input:
        molecule=molecule_sampled,
        code=code_of("describe_further_set"),
    output:
        "results/{molecule}/molecule.json",
    log:
        "logs/describe_further_set/{molecule}.log",
    benchmark:
        "timings/describe_further_set/{molecule}.tsv"
    wildcard_constraints:
        molecule=one_of(filter(geometries.set_of, geometries.sampled_folders(config))),
    conda:
        "../../environment.yml"
    params:
        software=software_of("describe_further_set"),
    message:
        "Describing {wildcards.molecule}"
    script:
        "../scripts/describe_further_set.py"


rule sample_walker:
    input:
        molecule=molecule_sampled,
        named=sampling_files,
        code=code_of("sample_walker", sampling_row),
    output:
        "results/{molecule}/conformers/walkers/{walker}.npz",
    log:
        "logs/sample_walker/{molecule}/{walker}.log",
    benchmark:
        "timings/sample_walker/{molecule}/{walker}.tsv"
    wildcard_constraints:
        molecule=one_of(geometries.sampled_folders(config)),
        walker=r"\d+",
    conda:
        "../../environment.yml"
    params:
        function=function_of(sampling_row),
        level=sampling_level,
        sampling=walker_settings,
        embedding=attempts.attempt_settings(config["embedding"]),
        further_set=set_sampled,
        place=place_of_sampling,
        software=software_of("sample_walker", sampling_row),
    message:
        "Walker {wildcards.walker} of {wildcards.molecule}: {params.sampling[duration]} ps at {params.sampling[temperature]} K on {params.sampling[level]}"
    script:
        "../scripts/sample_walker.py"


rule join_walkers:
    input:
        molecule=molecule_sampled,
        walkers=walks,
        code=code_of("join_walkers"),
    output:
        ensemble="results/{molecule}/conformers/ensemble.npz",
        table="results/{molecule}/conformers/ensemble.csv",
        counts="results/{molecule}/conformers/pruning.json",
        report="results/{molecule}/conformers/sampling.json",
    log:
        "logs/join_walkers/{molecule}.log",
    benchmark:
        "timings/join_walkers/{molecule}.tsv"
    wildcard_constraints:
        molecule=one_of(geometries.sampled_folders(config)),
    conda:
        "../../environment.yml"
    params:
        sampling=sampling_settings,
        needed=snapshots_needed,
        bonds=bonds_of_snapshots,
        place=place_of_sampling,
        software=software_of("join_walkers"),
    message:
        "Taking snapshots of {wildcards.molecule} from {params.sampling[walkers]} walkers"
    script:
        "../scripts/join_walkers.py"
