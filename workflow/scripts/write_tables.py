"""Write the tables of errors, of symmetry, and of errors by stereoisomer."""

from functools import partial

from confsym.conformers import ensemble
from confsym.energies import tables
from confsym.evaluation import stereoisomers, summary
from confsym.provenance.jobs import job
from confsym.storage import files, parquet, readable
from confsym.transforms.moved import unmoving

with job(snakemake):
    study, found, written = snakemake.params.study, snakemake.input, snakemake.output
    metrics, curves, predicted = (
        dict(zip(study["experiments"], map(read, paths), strict=True))
        for read, paths in (
            (readable.read_frame, found.metrics),
            (readable.read_frame, found.curves),
            (parquet.read_parquet, found.predictions),
        )
    )
    broken = dict(zip(snakemake.params.levels, map(tables.read_broken, found.levels), strict=True))
    forces = dict(
        zip(snakemake.params.forces, map(parquet.read_parquet, found.forces), strict=True)
    )
    moved = zip(study["transforms"], map(ensemble.read, found.moved), strict=True)
    still = unmoving(ensemble.read(found.conformers), moved)
    trained_on = {name: one["train_on"] for name, one in study["experiments"].items()}
    isomers = files.read_csv(found.ensemble)["stereoisomer"]
    apart = stereoisomers.by_stereoisomer(predicted, trained_on, isomers, forces)
    write = partial(readable.write, unit=snakemake.params.units)
    write(summary.summary(study, metrics, curves), summary.SUMMARY_HEADINGS, written.summary)
    symmetry = summary.symmetry(study, metrics, broken, still)
    write(symmetry, summary.SYMMETRY_HEADINGS, written.symmetry)
    write(apart, stereoisomers.HEADINGS, written.stereoisomers)
