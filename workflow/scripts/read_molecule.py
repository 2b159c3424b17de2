"""Describe the molecule that a MOL or SDF file holds."""

from confsym.datasets import molfile
from confsym.molecules import isomers, molecule
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    name, entry = snakemake.wildcards.molecule, snakemake.params.entry
    place = f"molecules.{name}"
    drawn = molfile.drawn_molecule(snakemake.input.file, entry.get("record"), place)
    for remark in drawn.remarks:
        log.warning("%s: %s", place, remark)
    if entry.get("stereo") == "require":
        isomers.require_one(name, drawn.smiles)
    description = molecule.describe(name, drawn.smiles)
    log.info("%s: record %d, %s coordinates", place, drawn.record, drawn.coordinates)
    log.info(molecule.understood(description))
    origin = {"file": entry["file"], "sha256": files.sha256(snakemake.input.file)}
    files.write_json(snakemake.output[0], description | {"drawn": origin | drawn.origin})
