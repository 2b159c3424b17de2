"""From a SMILES to an ensemble of conformers, its split, and its moved copies.

Reads the config's sections molecules, embedding, split and transforms. Writes molecule.json,
conformers/ and split.csv of each molecule, and figures/{conformers,energies,torsions}.* and
figures/conformers.html, which show them.
"""

RESOURCES = os.path.relpath(SCRIPTS.parent / "resources")


rule describe_molecule:
    output:
        "results/{molecule}/molecule.json",
    log:
        "logs/describe_molecule/{molecule}.log",
    benchmark:
        "timings/describe_molecule/{molecule}.tsv"
    wildcard_constraints:
        molecule=one_of(geometries.from_smiles(config)),
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        smiles=lookup(dpath="{molecule}/smiles", within=config["molecules"]),
        code=code_of("describe_molecule"),
        software=software_of("describe_molecule"),
    message:
        "Describing {wildcards.molecule}: {params.smiles}"
    script:
        "../scripts/describe_molecule.py"


rule embed_conformers:
    input:
        molecule="results/{molecule}/molecule.json",
    output:
        "results/{molecule}/conformers/shards/{shard}.npz",
    log:
        "logs/embed_conformers/{molecule}/{shard}.log",
    benchmark:
        "timings/embed_conformers/{molecule}/{shard}.tsv"
    wildcard_constraints:
        molecule=one_of(geometries.embedded(config)),
    conda:
        "../../environment.yml"
    resources:
        **needs("embedding"),
    params:
        shard=shard_of,
        embedding=attempt_settings,
        code=code_of("embed_conformers"),
        software=software_of("embed_conformers"),
    message:
        "Embedding shard {wildcards.shard} of {wildcards.molecule}: {params.shard[count]} attempts from {params.shard[first]} on"
    script:
        "../scripts/embed_conformers.py"


rule prune_conformers:
    input:
        molecule="results/{molecule}/molecule.json",
        shards=shards_of,
    output:
        ensemble="results/{molecule}/conformers/ensemble.npz",
        table="results/{molecule}/conformers/ensemble.csv",
        counts="results/{molecule}/conformers/pruning.json",
    log:
        "logs/prune_conformers/{molecule}.log",
    benchmark:
        "timings/prune_conformers/{molecule}.tsv"
    wildcard_constraints:
        molecule=one_of(geometries.embedded(config)),
    conda:
        "../../environment.yml"
    resources:
        **needs("positions"),
    params:
        attempts=attempts_of,
        pruning=pruning_settings,
        code=code_of("prune_conformers"),
        software=software_of("prune_conformers"),
    message:
        "Pruning the conformers of {params.attempts} attempts of {wildcards.molecule}"
    script:
        "../scripts/prune_conformers.py"


rule write_sdf:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble="results/{molecule}/conformers/ensemble.npz",
        table="results/{molecule}/conformers/ensemble.csv",
    output:
        "results/{molecule}/conformers/ensemble.sdf",
    log:
        "logs/write_sdf/{molecule}.log",
    benchmark:
        "timings/write_sdf/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("positions"),
    params:
        code=code_of("write_sdf"),
        software=software_of("write_sdf"),
    message:
        "Writing the conformers of {wildcards.molecule} as SDF"
    script:
        "../scripts/write_sdf.py"


rule split_conformers:
    input:
        ensemble="results/{molecule}/conformers/ensemble.npz",
        table="results/{molecule}/conformers/ensemble.csv",
        counts="results/{molecule}/conformers/pruning.json",
    output:
        "results/{molecule}/split.csv",
    log:
        "logs/split_conformers/{molecule}.log",
    benchmark:
        "timings/split_conformers/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("positions"),
    params:
        split=split_of,
        tested=only_tested,
        code=code_of("split_conformers"),
        software=software_of("split_conformers"),
    message:
        "Splitting the conformers of {wildcards.molecule} by {params.split[by]}"
    script:
        "../scripts/split_conformers.py"


# One job moves in all ways: each takes less time than a job takes to start.
rule move_conformers:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        split="results/{molecule}/split.csv",
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
    resources:
        **needs("positions"),
    params:
        transforms=lookup(dpath="transforms", within=config),
        code=code_of("move_conformers", transform_rows),
        software=software_of("move_conformers", transform_rows),
    message:
        "Moving the held-out conformers of {wildcards.molecule}"
    script:
        "../scripts/move_conformers.py"


rule plot_conformers:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        table="results/{molecule}/conformers/ensemble.csv",
        energies=learned_energies,
        style=STYLE,
    output:
        **{
            name: reported_figure(
                f"results/{{molecule}}/figures/{name}",
                caption=name,
                chapter="Conformers",
                result=f"figure: {name}",
            )
            for name in ("conformers", "energies", "torsions")
        },
    log:
        "logs/plot_conformers/{molecule}.log",
    benchmark:
        "timings/plot_conformers/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        title=title_of_molecule,
        columns=lookup(dpath="figures", within=config),
        code=code_of("plot_conformers"),
        software=software_of("plot_conformers"),
    message:
        "Plotting conformers, energies and torsions of {wildcards.molecule}"
    script:
        "../scripts/plot_conformers.py"


rule plot_conformers_page:
    input:
        molecule="results/{molecule}/molecule.json",
        ensemble=conformers,
        table="results/{molecule}/conformers/ensemble.csv",
        energies=learned_energies,
        page=f"{RESOURCES}/viewer/page.html",
        style=f"{RESOURCES}/viewer/page.css",
        script=f"{RESOURCES}/viewer/page.js",
        library=f"{RESOURCES}/3dmol/3Dmol-min.js",
    output:
        reported(
            "results/{molecule}/figures/conformers",
            formats=["html"],
            caption="conformers_page",
            chapter="Conformers",
            result="page: conformers to turn",
        ),
    log:
        "logs/plot_conformers_page/{molecule}.log",
    benchmark:
        "timings/plot_conformers_page/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("drawing"),
    params:
        level=level_label,
        code=code_of("plot_conformers_page"),
        software=software_of("plot_conformers_page"),
    message:
        "Writing the page of conformers of {wildcards.molecule}"
    script:
        "../scripts/plot_conformers_page.py"


rule conformers:
    input:
        expand(
            "results/{molecule}/figures/{figure}.{ending}",
            molecule=config["molecules"],
            figure=["conformers", "energies", "torsions"],
            ending=PRINTED,
        ),
        expand("results/{molecule}/figures/conformers.html", molecule=config["molecules"]),
    message:
        "Completing the views of the conformers"
