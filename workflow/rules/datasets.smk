"""Molecules and geometries from the user's own files.

Reads molecules/{molecule}/file, geometries and tests of the config. Writes molecule.json of a molecule
from a MOL or SDF file. Of one with geometries it writes molecule.json, conformers/ensemble.* and the
energies and gradients that the file has, as one part of level `given`; so it does of each further set of
its geometries, whose folder is tests/{set} of the molecule's. Such a set has energies and features like
a molecule and is only ever predicted.
"""


rule read_molecule:
    input:
        file=geometry_file,
    output:
        "results/{molecule}/molecule.json",
    log:
        "logs/read_molecule/{molecule}.log",
    benchmark:
        "timings/read_molecule/{molecule}.tsv"
    wildcard_constraints:
        molecule=one_of(geometries.from_molfiles(config)),
    conda:
        "../../environment.yml"
    resources:
        **needs("starting"),
    params:
        entry=molfile_entry,
        code=code_of("read_molecule"),
        software=software_of("read_molecule"),
    message:
        "Reading {wildcards.molecule} from {input.file}"
    script:
        "../scripts/read_molecule.py"


rule read_geometries:
    input:
        file=geometry_file,
        molecule=described_already,
        own=geometries_already,
    output:
        molecule="results/{molecule}/molecule.json",
        ensemble="results/{molecule}/conformers/ensemble.npz",
        table="results/{molecule}/conformers/ensemble.csv",
        counts="results/{molecule}/conformers/pruning.json",
        energies="results/{molecule}/energies/parts/given/0.npz",
    log:
        "logs/read_geometries/{molecule}.log",
    benchmark:
        "timings/read_geometries/{molecule}.tsv"
    wildcard_constraints:
        molecule=one_of(geometries.read_folders(config)),
    conda:
        "../../environment.yml"
    resources:
        **needs("positions"),
    params:
        name=name_of_molecule,
        place=place_of_geometries,
        geometries=geometry_settings,
        entry=molecule_entry,
        split_by=column_to_split_by,
        code=code_of("read_geometries"),
        software=software_of("read_geometries"),
    message:
        "Reading the geometries of {wildcards.molecule} from {input.file}"
    script:
        "../scripts/read_geometries.py"


rule count_near_copies:
    input:
        ensemble="results/{molecule}/conformers/ensemble.npz",
        tests=ensembles_of_tests,
        split="results/{molecule}/split.csv",
    output:
        reported_table(
            "results/{molecule}/tables/near_copies",
            caption="near_copies",
            chapter="Errors",
            result="table: near copies",
        ),
    log:
        "logs/count_near_copies/{molecule}.log",
    benchmark:
        "timings/count_near_copies/{molecule}.tsv"
    conda:
        "../../environment.yml"
    resources:
        **needs("positions"),
    params:
        tests=names_of_tests,
        code=code_of("count_near_copies"),
        software=software_of("count_near_copies"),
    message:
        "Counting tested geometries of {wildcards.molecule} that nearly repeat a training geometry"
    script:
        "../scripts/count_near_copies.py"
