"""Write the table of errors of forces."""

from confsym.evaluation import force_summary
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake):
    study = snakemake.params.study
    metrics, curves = (
        dict(zip(study["experiments"], map(readable.read_frame, paths), strict=True))
        for paths in (snakemake.input.metrics, snakemake.input.curves)
    )
    readable.write(
        force_summary.summary(study, metrics, curves),
        force_summary.HEADINGS,
        snakemake.output,
        unit=snakemake.params.units,
    )
