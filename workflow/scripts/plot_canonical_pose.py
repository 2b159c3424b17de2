"""Tabulate and draw where the canonical pose of a molecule jumps."""

import numpy as np

from confsym.conformers import ensemble, split
from confsym.figures import canonical_pose as figures
from confsym.figures import drawing
from confsym.molecules.rdkit_molecule import masses
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files, readable
from confsym.symmetry import canonical_pose

with job(snakemake):
    topology = Topology.from_description(files.read_json(snakemake.input.molecule))
    held_out = files.read_csv(snakemake.input.split)["partition"] == split.TEST
    positions = ensemble.read(snakemake.input.ensemble).positions[held_out]
    table = canonical_pose.sensitivity(positions, masses(topology), snakemake.params.seed)
    table.insert(0, "conformer", np.flatnonzero(held_out))
    readable.write(table, {}, [snakemake.output.table])
    drawing.use_style(snakemake.input.style)
    drawn = figures.canonical_pose(table, snakemake.params.title)
    drawing.save(drawn, snakemake.output.figure, snakemake.params.columns)
