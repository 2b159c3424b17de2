"""Join the gradients of all parts."""

import numpy as np

from confsym.energies import parts
from confsym.errors import StudyError
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    arrays = [*map(files.read_npz, snakemake.input.parts)]
    conformer, gradients = parts.join(arrays, "conformer"), parts.join(arrays, "gradients")
    if not np.isfinite(gradients).all():
        raise StudyError(parts.no_forces(snakemake.wildcards.level))
    log.info("largest component %.1f kcal/mol/Å", np.abs(gradients).max())
    files.write_npz(snakemake.output[0], conformer=conformer, gradients=gradients)
