"""Compute the gradient of each conformer's energy at one level."""

import numpy as np

from confsym import ensemble, files, molecule
from confsym.jobs import job
from confsym.registry import resolve

with job(snakemake.log[0]) as log:
    target = molecule.from_description(files.read_json(snakemake.input.molecule))
    positions = ensemble.read(snakemake.input.ensemble).positions
    _, gradients = resolve(snakemake.params.function)(
        target, positions, snakemake.wildcards.molecule
    )
    log.info("largest component %.1f kcal/mol/Å", np.abs(gradients).max())
    files.write_npz(snakemake.output[0], conformer=np.arange(len(gradients)), gradients=gradients)
