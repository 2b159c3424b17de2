"""Join the energies of all parts."""

import numpy as np

from confsym import ensemble, files
from confsym.jobs import job

with job(snakemake.log[0]) as log:
    parts = [files.read_npz(path) for path in snakemake.input.parts]
    energy = np.concatenate([part["energy_kcal_mol"] for part in parts])
    log.info("%d energies, mean %.3f, std %.3f kcal/mol", len(energy), energy.mean(), energy.std())
    files.write_csv(
        snakemake.output[0],
        {
            "conformer": np.concatenate([part["conformer"] for part in parts]),
            "energy_kcal_mol": energy,
            "converged": ensemble.read_converged(snakemake.input.ensemble, len(energy)),
        },
    )
