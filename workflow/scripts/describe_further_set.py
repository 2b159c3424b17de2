"""Say of a further set of snapshots which molecule it is of."""

from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake):
    files.write_json(snakemake.output[0], files.read_json(snakemake.input.molecule))
