"""Stop if dynamics contradicts a claim; sum it up otherwise."""

from confsym.dynamics import verdicts
from confsym.errors import StudyError
from confsym.provenance.jobs import job
from confsym.storage import files, readable

with job(snakemake):
    table = readable.read_frame(snakemake.input.table)
    if broken := verdicts.broken(table):
        raise StudyError(verdicts.complaint(snakemake.wildcards.molecule, broken))
    files.write_text(snakemake.output[0], verdicts.sentence(table))
