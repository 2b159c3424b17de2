"""Hold the models' standard deviations against their held-out errors."""

from confsym.evaluation import calibration, intervals
from confsym.figures import calibration as figure
from confsym.figures import drawing
from confsym.provenance.jobs import job
from confsym.storage import readable

with job(snakemake):
    params, files = snakemake.params, snakemake.input
    drawing.use_style(files.style)
    errors = intervals.read(
        dict(zip(params.experiments, files.predictions, strict=True)),
        dict(zip(params.with_forces, files.force_predictions, strict=True)),
    )
    table = calibration.table(errors)
    readable.write(table, calibration.HEADINGS, snakemake.output.table, unit=params.units)
    drawing.save(figure.calibration(table, params.title), snakemake.output.figure, params.columns)
