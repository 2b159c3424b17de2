"""Measure a teaching topic on the study's first molecule, and draw it."""

from confsym.concepts import page, sample
from confsym.figures import drawing
from confsym.provenance.jobs import job
from confsym.registry import resolve

with job(snakemake):
    inputs, outputs, params = snakemake.input, snakemake.output, snakemake.params
    drawing.use_style(inputs.style)
    conformers = sample.read(inputs.molecule, inputs.ensemble, inputs.energies, inputs.split)
    results = resolve(params.measure)(conformers)
    title, caption = (resolve(f"{params.module}:{name}") for name in ("TITLE", "CAPTION"))
    page.write(results, title, caption, outputs.tables, outputs.numbers, outputs.page)
    figure = resolve(params.draw)(results.tables, params.title)
    drawing.save(figure, outputs.figure, params.columns)
