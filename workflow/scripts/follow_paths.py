"""Follow paths between held-out conformers, and see where predictions jump."""

import numpy as np

from confsym.conformers import ensemble, split
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files, parquet, readable
from confsym.symmetry import paths
from confsym.symmetry.composed import composed
from confsym.symmetry.smoothness import HEADINGS, smoothness

with job(snakemake) as log:
    description = files.read_json(snakemake.input.molecule)
    topology = Topology.from_description(description)
    held_out = np.flatnonzero(files.read_csv(snakemake.input.split)["partition"] == split.TEST)
    conformers = held_out[: snakemake.params.conformers]
    positions = ensemble.read(snakemake.input.ensemble).positions[conformers]
    isomers = files.read_csv(snakemake.input.isomers)["stereoisomer"][conformers]
    paths_by_name = paths.paths(positions, conformers, isomers, topology, description)
    for name, (path, reason) in paths_by_name.items():
        log.info("%s path: %s", name, path.about if path else reason)
    experiments = composed(snakemake.params.study, snakemake.input.models, topology)
    table, curves, misfits = smoothness(snakemake.params.study, experiments, paths_by_name)
    readable.write(table, HEADINGS, snakemake.output.table)
    for frame, path in ((curves, snakemake.output.curves), (misfits, snakemake.output.misfits)):
        parquet.write_parquet(path, {name: frame[name].to_numpy() for name in frame})
