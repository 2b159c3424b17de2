"""Tabulate and draw where the pose of a molecule's own is not well defined."""

import numpy as np

from confsym import canonical_pose, ensemble, files, readable, split
from confsym.features.canonical import masses
from confsym.figures import canonical_pose as figures
from confsym.figures import drawing
from confsym.jobs import job
from confsym.topology import Topology

with job(snakemake.log[0]):
    topology = Topology.from_description(files.read_json(snakemake.input.molecule))
    held_out = files.read_csv(snakemake.input.split)["partition"] == split.TEST
    positions = ensemble.read(snakemake.input.ensemble).positions[held_out]
    table = canonical_pose.sensitivity(positions, masses(topology), snakemake.params.seed)
    table.insert(0, "conformer", np.flatnonzero(held_out))
    readable.write(table, {}, [snakemake.output.table])
    drawing.use_style(snakemake.input.style)
    drawn = figures.canonical_pose(table, snakemake.params.title)
    drawing.save(drawn, snakemake.output.figure, snakemake.params.columns)
