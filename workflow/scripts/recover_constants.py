"""Set the constants that a linear model has found beside MMFF94's own."""

from confsym import files, molecule, parquet, readable, recovery, split
from confsym.energies import tables
from confsym.jobs import job
from confsym.models import fitted
from confsym.topology import Topology

with job(snakemake.log[0]) as log:
    description = files.read_json(snakemake.input.molecule)
    conformer, values = parquet.read_features(snakemake.input.features[0])
    names = parquet.read_names(snakemake.input.features[0])
    energy = tables.read(snakemake.input.energies)[conformer]
    train = files.read_csv(snakemake.input.split)["partition"][conformer] == split.TRAIN
    model = fitted.read(snakemake.input.model)
    table = recovery.constants(
        names,
        recovery.coefficients(model),
        recovery.uncertainties(model, values[train], energy[train]),
        Topology.from_description(description),
        molecule.from_description(description),
    )
    log.info("%d constants, of which %d are determined", len(table), table["determined"].sum())
    readable.write(table, recovery.HEADINGS, snakemake.output, digits=7)
