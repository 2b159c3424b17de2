"""Describe the molecule that a SMILES names."""

from confsym.molecules import molecule
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    description = molecule.describe(snakemake.wildcards.molecule, snakemake.params.smiles)
    log.info(molecule.understood(description))
    if warning := molecule.warning(description):
        log.warning(warning)
    files.write_json(snakemake.output[0], description)
