"""Thermal geometries: snapshots of Langevin dynamics.

Reads the config's sections sampling and embedding, and molecules/{molecule}/tests. Writes
conformers/walkers/{walker}.npz, conformers/ensemble.* and conformers/sampling.json of each molecule
without files, if sampling.kind is dynamics, and of its further sets, whose folder is tests/{set} of
the molecule's. Energies and gradients of the snapshots are computed like those of any conformers:
they are a small part of the walk's, and may be another level's.
"""


rule describe_further_set:
    input:
        molecule=molecule_sampled,
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
    resources:
        **needs("starting"),
    params:
        code=code_of("describe_further_set"),
        software=software_of("describe_further_set"),
    message:
        "Describing {wildcards.molecule}"
    script:
        "../scripts/describe_further_set.py"


rule sample_walker:
    input:
        molecule=molecule_sampled,
        named=sampling_files,
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
    resources:
        **needs("walking"),
    params:
        function=function_of(sampling_row),
        level=sampling_level,
        sampling=walker_settings,
        embedding=attempt_settings,
        further_set=set_sampled,
        place=place_of_sampling,
        code=code_of("sample_walker", sampling_row),
        software=software_of("sample_walker", sampling_row),
    message:
        "Running walker {wildcards.walker} of {wildcards.molecule}: {params.sampling[duration]} ps at {params.sampling[temperature]} K on {params.sampling[level]}"
    script:
        "../scripts/sample_walker.py"


rule join_walkers:
    input:
        molecule=molecule_sampled,
        walkers=walks,
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
    resources:
        **needs("positions"),
    params:
        sampling=sampling_settings,
        needed=snapshots_needed,
        bonds=bonds_of_snapshots,
        place=place_of_sampling,
        code=code_of("join_walkers"),
        software=software_of("join_walkers"),
    message:
        "Taking snapshots of {wildcards.molecule} from {params.sampling[walkers]} walkers"
    script:
        "../scripts/join_walkers.py"
