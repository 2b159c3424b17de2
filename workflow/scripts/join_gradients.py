"""Join the gradients of all parts."""

import numpy as np

from confsym import files
from confsym.jobs import job

with job(snakemake.log[0]) as log:
    parts = [files.read_npz(path) for path in snakemake.input.parts]
    conformer, gradients = (
        np.concatenate([part[name] for part in parts]) for name in ("conformer", "gradients")
    )
    log.info("largest component %.1f kcal/mol/Å", np.abs(gradients).max())
    files.write_npz(snakemake.output[0], conformer=conformer, gradients=gradients)
