"""Write the tables of errors, of symmetry, and of errors by stereoisomer."""

from confsym.energies import tables
from confsym.evaluation import stereoisomers, summary
from confsym.provenance.jobs import job
from confsym.storage import files, parquet, readable

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
    predicted = map(parquet.read_parquet, snakemake.input.predictions)
    readable.write(
        stereoisomers.by_stereoisomer(
            dict(zip(study["experiments"], predicted, strict=True)),
            {name: one["train_on"] for name, one in study["experiments"].items()},
            files.read_csv(snakemake.input.ensemble)["stereoisomer"],
        ),
        stereoisomers.HEADINGS,
        snakemake.output.stereoisomers,
    )
