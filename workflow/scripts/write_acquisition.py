"""Write each experiment's errors against labels, and the labels that choosing saves."""

from confsym.acquisition import curves, savings
from confsym.provenance.jobs import job
from confsym.storage import files, readable

with job(snakemake) as log:
    found = {
        name: curves.gathered(snakemake.input.errors, name) for name in snakemake.params.experiments
    }
    for path, curve in zip(snakemake.output.curves, found.values(), strict=True):
        files.write_csv(path, curve)
    table = savings.table(found)
    for sentence in savings.in_words(table):
        log.info(sentence)
    readable.write(table, savings.HEADINGS, snakemake.output.table, unit=snakemake.params.units)
