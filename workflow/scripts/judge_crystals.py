"""Count the verdicts on the crystals' symmetries; stop where a claim is broken."""

from confsym.crystals import claims
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake):
    counts = claims.verdicts(readable.read_frame(snakemake.input.table))
    readable.write(counts, {}, snakemake.output)
