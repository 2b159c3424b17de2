"""Compute one feature table of each moved ensemble."""

from confsym.conformers import ensemble
from confsym.features import tables
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files, parquet
from confsym.transforms.order import topology_after

with job(snakemake):
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
