"""Write the summary and symmetry tables."""

from confsym.energies import tables
from confsym.evaluation import summary
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake.log[0]):
    study = snakemake.params.study
    metrics, curves = (
        dict(zip(study["experiments"], map(readable.read_frame, paths), strict=True))
        for paths in (snakemake.input.metrics, snakemake.input.curves)
    )
    trials = map(tables.read_broken, snakemake.input.levels)
    broken = dict(zip(snakemake.params.levels, trials, strict=True))
    readable.write(
        summary.summary(study, metrics, curves),
        summary.SUMMARY_HEADINGS,
        snakemake.output.summary,
    )
    readable.write(
        summary.symmetry(study, metrics, broken),
        summary.SYMMETRY_HEADINGS,
        snakemake.output.symmetry,
    )
