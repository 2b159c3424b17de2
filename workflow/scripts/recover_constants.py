"""Set the constants that a linear model has found beside MMFF94's own."""

from confsym.conformers import split
from confsym.energies import tables
from confsym.models import fitted
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.rediscovery import constants
from confsym.storage import files, parquet, readable

with job(snakemake) as log:
    description = files.read_json(snakemake.input.molecule)
    conformer, values = parquet.read_features(snakemake.input.features[0])
    names = parquet.read_names(snakemake.input.features[0])
    energy = tables.read(snakemake.input.energies)[conformer]
    train = files.read_csv(snakemake.input.split)["partition"][conformer] == split.TRAIN
    model = fitted.read(snakemake.input.model)
    table = constants.constants(
        names,
        constants.coefficients(model),
        constants.uncertainties(model, values[train], energy[train]),
        Topology.from_description(description),
        molecule.from_description(description),
    )
    log.info("%d constants, of which %d are determined", len(table), table["determined"].sum())
    readable.write(table, constants.HEADINGS, snakemake.output, digits=7)
