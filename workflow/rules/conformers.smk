"""From a SMILES to an ensemble of conformers, its split, and its moved copies.

Reads the config's sections molecules, embedding, split and transforms.
Writes molecule.json, conformers/ and split.csv of each molecule.
"""

# The conformers that everything else is about: as embedded, or minimised where the study says so.
CONFORMERS = branch(
    config["energies"]["minimize_iterations"],
    then=f"results/{{molecule}}/conformers/minimized/{config['energies']['level']}.npz",
    otherwise="results/{molecule}/conformers/ensemble.npz",
)


rule describe_molecule:
    input:
        code=code_of("describe_molecule"),
    output:
        "results/{molecule}/molecule.json",
    log:
        "logs/describe_molecule/{molecule}.log",
    benchmark:
        "timings/describe_molecule/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        smiles=lookup(dpath="molecules/{molecule}/smiles", within=config),
        software=software_of("describe_molecule"),
    script:
        "../scripts/describe_molecule.py"


rule embed_conformers:
    input:
        molecule="results/{molecule}/molecule.json",
        code=code_of("embed_conformers"),
    output:
        "results/{molecule}/conformers/shards/{shard}.npz",
    log:
        "logs/embed_conformers/{molecule}/{shard}.log",
    benchmark:
        "timings/embed_conformers/{molecule}/{shard}.tsv"
    conda:
        "../../environment.yml"
    params:
        shard=shard_of,
        embedding=embedding_settings(),
        software=software_of("embed_conformers"),
    script:
        "../scripts/embed_conformers.py"


rule prune_conformers:
    input:
        molecule="results/{molecule}/molecule.json",
        shards=expand(
            "results/{{molecule}}/conformers/shards/{shard}.npz",
            shard=shards(),
        ),
        code=code_of("prune_conformers"),
    output:
        ensemble="results/{molecule}/conformers/ensemble.npz",
        table="results/{molecule}/conformers/ensemble.csv",
    log:
        "logs/prune_conformers/{molecule}.log",
    benchmark:
        "timings/prune_conformers/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        prune_rms=lookup(dpath="embedding/prune_rms", within=config),
        software=software_of("prune_conformers"),
    script:
        "../scripts/prune_conformers.py"


rule write_sdf:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble="results/{molecule}/conformers/ensemble.npz",
        table="results/{molecule}/conformers/ensemble.csv",
        code=code_of("write_sdf"),
    output:
        "results/{molecule}/conformers/ensemble.sdf",
    log:
        "logs/write_sdf/{molecule}.log",
    benchmark:
        "timings/write_sdf/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        software=software_of("write_sdf"),
    script:
        "../scripts/write_sdf.py"


rule split_conformers:
    input:
        ensemble="results/{molecule}/conformers/ensemble.npz",
        code=code_of("split_conformers"),
    output:
        "results/{molecule}/split.csv",
    log:
        "logs/split_conformers/{molecule}.log",
    benchmark:
        "timings/split_conformers/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        split=lookup(dpath="split", within=config),
        software=software_of("split_conformers"),
    script:
        "../scripts/split_conformers.py"


# One job moves in all ways: each takes less time than a job takes to start.
rule move_conformers:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=CONFORMERS,
        split="results/{molecule}/split.csv",
        code=code_of("move_conformers", transform_rows),
    output:
        expand(
            "results/{{molecule}}/conformers/moved/{transform}.npz",
            transform=config["transforms"],
        ),
    log:
        "logs/move_conformers/{molecule}.log",
    benchmark:
        "timings/move_conformers/{molecule}.tsv"
    conda:
        "../../environment.yml"
    params:
        transforms=lookup(dpath="transforms", within=config),
        software=software_of("move_conformers", transform_rows),
    script:
        "../scripts/move_conformers.py"
