"""Describe the molecule that a SMILES names."""

from confsym import files, molecule
from confsym.jobs import job

with job(snakemake.log[0]):
    description = molecule.describe(snakemake.wildcards.molecule, snakemake.params.smiles)
    files.write_json(snakemake.output[0], description)
