"""Predict the forces of every conformer, and measure the errors."""

from confsym.evaluation import forces, labelled_sets
from confsym.models import fitted
from confsym.provenance.jobs import job
from confsym.storage import files, parquet

with job(snakemake.log[0]):
    model = fitted.read(snakemake.input.model)
    whole, further = labelled_sets.read(snakemake.input, snakemake.params.tests)
    partition = files.read_csv(snakemake.input.split)["partition"]
    numbers = files.read_json(snakemake.input.molecule)["atoms"]
    sets = labelled_sets.predicted(model, whole, partition, further)
    table = forces.table(sets, [atom["number"] for atom in numbers])
    parquet.write_parquet(snakemake.output.predictions, table)
    files.write_csv(snakemake.output.metrics, forces.metrics(table))
