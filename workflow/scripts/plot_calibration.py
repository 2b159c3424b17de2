"""Hold the models' standard deviations against their held-out errors."""

import pandas as pd

from confsym.evaluation import calibration
from confsym.figures import calibration as figure
from confsym.figures import drawing
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake.log[0], snakemake.input, snakemake.output):
    drawing.use_style(snakemake.input.style)
    found = {}
    for experiment, path in zip(
        snakemake.params.experiments, snakemake.input.predictions, strict=True
    ):
        found[experiment] = calibration.calibration(pd.read_parquet(path))
    whole = pd.concat(found, names=["experiment"]).reset_index(level=0)
    readable.write(whole, calibration.HEADINGS, snakemake.output.table, unit=snakemake.params.units)
    drawn = figure.calibration(found, snakemake.params.title)
    drawing.save(drawn, snakemake.output.figure, snakemake.params.columns)
