"""Geometries from the user's own files.

Reads molecules/{molecule}/geometries and tests of the config. Writes molecule.json,
conformers/ensemble.* and the energies and gradients that the file has, as one part of level `given`,
of each such molecule and of each further set of its geometries, whose folder is tests/{set} of the
molecule's. Such a set has energies and features like a molecule and is only ever predicted.
"""

CONFIG_FILE = Path(workflow.configfiles[-1]) if workflow.configfiles else None

if missing_file := geometries.missing(config, CONFIG_FILE):
    raise refusal(missing_file)


def geometry_file(wildcards):
    """Input: the user's file."""
    settings = geometries.settings_of(config, wildcards.molecule)
    return os.path.relpath(geometries.path_of(settings, CONFIG_FILE))


def described_already(wildcards):
    """Input: for a further set the molecule that it is of."""
    name = geometries.molecule_of(wildcards.molecule)
    return [] if name == wildcards.molecule else [f"results/{name}/molecule.json"]


def geometry_settings(wildcards):
    """Params: how the file is read."""
    return geometries.settings_of(config, wildcards.molecule)


def molecule_entry(wildcards):
    """Params: what else the config says of the molecule."""
    entry = config["molecules"][geometries.molecule_of(wildcards.molecule)]
    return {key: entry[key] for key in ("smiles", "charge", "bonds") if key in entry}


def column_to_split_by(wildcards):
    """Params: the column that a molecule's own file is split by, if it is."""
    whole = geometries.molecule_of(wildcards.molecule) == wildcards.molecule
    return config["split"].get("column") if whole else None


def place_of_geometries(wildcards):
    """Params: where the config names the file."""
    return geometries.place_of(wildcards.molecule)


def name_of_molecule(wildcards):
    """Params: the molecule's name, of a further set too."""
    return geometries.molecule_of(wildcards.molecule)


rule read_geometries:
    input:
        file=geometry_file,
        molecule=described_already,
        code=code_of("read_geometries"),
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
    params:
        name=name_of_molecule,
        place=place_of_geometries,
        geometries=geometry_settings,
        entry=molecule_entry,
        split_by=column_to_split_by,
        software=software_of("read_geometries"),
    message:
        "Reading the geometries of {wildcards.molecule} from {input.file}"
    script:
        "../scripts/read_geometries.py"
