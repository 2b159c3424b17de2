"""Draw errors of forces against training size, and against the energy of a geometry."""

import pandas as pd

from confsym.energies import tables
from confsym.figures import drawing, force_errors
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake):
    drawing.use_style(snakemake.input.style)
    names = snakemake.params.experiments
    forces = dict(zip(names, map(pd.read_parquet, snakemake.input.predictions), strict=True))
    curves = dict(zip(names, map(readable.read_frame, snakemake.input.curves), strict=True))
    energy = tables.read(snakemake.input.energies)
    figure = force_errors.force_errors(curves, forces, energy, snakemake.params.title)
    drawing.save(figure, snakemake.output, snakemake.params.columns)
