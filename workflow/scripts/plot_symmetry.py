"""Draw the verdict on every experiment and symmetry."""

import pandas as pd

from confsym.figures import drawing, symmetry
from confsym.jobs import job

with job(snakemake.log[0]):
    tables = [pd.read_csv(snakemake.input[name]) for name in ("symmetry", "rotations", "summary")]
    drawing.use_style(snakemake.input.style)
    figure = symmetry.symmetry(*tables, snakemake.params.transforms, snakemake.params.title)
    drawing.save(figure, snakemake.output, snakemake.params.columns)
