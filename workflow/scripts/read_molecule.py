"""Describe the molecule that a MOL or SDF file holds."""

from confsym.datasets import molfile
from confsym.molecules import isomers, molecule
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    name, entry = snakemake.wildcards.molecule, snakemake.params.entry
    config_key = f"molecules.{name}"
    record = molfile.drawn_molecule(snakemake.input.file, entry.get("record"), config_key)
    for remark in record.remarks:
        log.warning("%s: %s", config_key, remark)
    if entry.get("stereo") == "require":
        isomers.require_one(name, record.smiles)
    description = molecule.describe(name, record.smiles)
    log.info("%s: record %d, %s coordinates", config_key, record.record, record.coordinates)
    log.info(molecule.understood(description))
    origin = {"file": entry["file"], "sha256": files.sha256(snakemake.input.file)}
    files.write_json(snakemake.output[0], description | {"drawn": origin | record.origin})
