"""Predict energies and forces of every conformer, and energies as moved; measure the errors."""

from confsym.energies import tables
from confsym.evaluation import forces, geometries, labelled_sets, poses, predictions
from confsym.models import fitted
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files, parquet

with job(snakemake) as log:
    topology = Topology.from_description(files.read_json(snakemake.input.molecule))
    model = fitted.read(snakemake.input.model)
    predict = geometries.predicting(model, topology)
    conformers, further_sets = labelled_sets.read(snakemake.input, snakemake.params.tests)
    partition = files.read_csv(snakemake.input.split)["partition"]
    transforms = snakemake.params.transforms
    moved = dict(zip(transforms, snakemake.input.moved, strict=True))
    posed = poses.read(snakemake.input.ensemble, moved, transforms, topology)
    probes = [*snakemake.params.probes, *tables.broken_by_any(snakemake.input.levels)]
    energies = conformers.labels.energy, conformers.labels.baseline
    table = predictions.predictions(predict, posed, *energies, partition, probes)
    note = predictions.remark_on(table, conformers.labels.baseline)
    sets = labelled_sets.without_tables(further_sets, topology)
    table = predictions.joined([table, *predictions.of_further_sets(predict, sets)])
    arguments = model, conformers, partition, further_sets
    of_energies, of_forces = labelled_sets.deviations(*arguments, snakemake.params.deviation)
    table = predictions.with_deviations(table, of_energies)
    if note:
        log.warning("experiments.%s: %s", snakemake.wildcards.experiment, note)
    parquet.write_parquet(snakemake.output.predictions, table)
    remarks = note, fitted.approximation(model)
    files.write_csv(snakemake.output.metrics, predictions.metrics(table, *remarks))
    table = forces.table(labelled_sets.predicted(*arguments, of_forces), topology.numbers)
    parquet.write_parquet(snakemake.output.force_predictions, table)
    files.write_csv(snakemake.output.force_metrics, forces.metrics(table, remarks[1]))
