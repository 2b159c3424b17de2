"""Stop if what was seen contradicts a claim; sum up the verdict otherwise."""

import pandas as pd

from confsym import claims, files
from confsym.errors import StudyError
from confsym.jobs import job

with job(snakemake.log[0]):
    symmetry = pd.read_csv(snakemake.input.symmetry)
    rotations = pd.read_csv(snakemake.input.rotations)
    if found := claims.broken(symmetry, rotations):
        raise StudyError(claims.complaint(snakemake.wildcards.molecule, found))
    files.write_text(snakemake.output[0], claims.sentence(symmetry))
