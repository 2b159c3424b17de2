"""Compute one feature table of each moved ensemble."""

from confsym import ensemble, files, parquet
from confsym.features import tables
from confsym.jobs import job
from confsym.topology import Topology
from confsym.transforms.motions import topology_after

with job(snakemake.log[0]):
    topology = Topology.from_description(files.read_json(snakemake.input.molecule))
    conformers = ensemble.read(snakemake.input.ensemble)
    transforms = snakemake.params.transforms.values()
    for path, transform, table in zip(
        snakemake.input.moved, transforms, snakemake.output, strict=True
    ):
        moved = ensemble.read(path)
        names, values = tables.compute(
            snakemake.wildcards.feature,
            snakemake.params.function,
            snakemake.params.settings,
            moved.positions,
            topology_after(topology, transform),
        )
        parquet.write_features(table, conformers.find(moved), names, values)
