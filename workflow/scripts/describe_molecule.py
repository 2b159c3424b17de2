"""Describe the molecule that a SMILES names."""

from confsym import files, molecule
from confsym.jobs import job

with job(snakemake.log[0]) as log:
    description = molecule.describe(snakemake.wildcards.molecule, snakemake.params.smiles)
    if warning := molecule.ambiguity(description):
        log.warning(warning)
    files.write_json(snakemake.output[0], description)
