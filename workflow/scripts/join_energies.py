"""Join the energies of all parts, which lie in the order of the conformers."""

import numpy as np

from confsym import ensemble, files
from confsym.energies import tables
from confsym.jobs import job

with job(snakemake.log[0]) as log:
    parts = [files.read_npz(path) for path in snakemake.input.parts]
    energy = np.concatenate([part["energy_kcal_mol"] for part in parts])
    log.info("%d energies, mean %.3f, std %.3f kcal/mol", len(energy), energy.mean(), energy.std())
    converged = ensemble.read_converged(snakemake.input.ensemble, len(energy))
    tables.write(snakemake.output[0], energy, converged)
