"""Draw energy, momentum and temperature of each model's runs in time."""

from confsym.figures import drawing, dynamics
from confsym.provenance.jobs import job
from confsym.storage import files, readable

with job(snakemake):
    params = snakemake.params
    drawing.use_style(snakemake.input.style)
    atoms = len(files.read_json(snakemake.input.molecule)["atoms"])
    paths = [*snakemake.input.level, *snakemake.input.runs]
    runs = dict(zip(params.names, map(readable.read_frame, paths), strict=True))
    figure = dynamics.dynamics(runs, atoms, params.temperature, params.title)
    drawing.save(figure, snakemake.output, params.columns)
