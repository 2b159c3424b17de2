"""Draw geometries and velocities that runs at constant energy start from."""

from contextlib import nullcontext

import numpy as np

from confsym.conformers import ensemble, split
from confsym.dynamics import starts
from confsym.molecules import molecule
from confsym.provenance.jobs import job
from confsym.sampling.surface import surface
from confsym.storage import files

with job(snakemake):
    params = snakemake.params
    description = files.read_json(snakemake.input.molecule)
    name, target = description["name"], molecule.from_description(description)
    positions = ensemble.read(snakemake.input.ensemble).positions
    held_out = np.flatnonzero(files.read_csv(snakemake.input.split)["partition"] == split.TEST)
    opened = (
        surface(params.function, target, name, params.settings) if params.warmed else nullcontext()
    )
    with opened as level:
        table = starts.starts(target, held_out, positions, level, params.dynamics, name)
    files.write_npz(snakemake.output[0], **table)
