"""Write the numbers that a paper or a caption quotes: as LaTeX commands, for captions, as JSON."""

from confsym.paper import quotable, quoting
from confsym.provenance.jobs import job
from confsym.storage import files, readable

with job(snakemake) as log:
    molecule = snakemake.wildcards.molecule
    description = files.read_json(snakemake.input.description)
    numbers = quotable.of_study(
        dict(snakemake.input.items()) | {"description": description},
        snakemake.params.recoverable,
        snakemake.params.level,
        snakemake.params.attempts,
    )
    log.info("%d numbers", len(numbers))
    files.write_text(snakemake.output.tex, quoting.tex(molecule, numbers))
    files.write_text(snakemake.output.rst, quoting.rst(molecule, numbers))
    files.write_json(snakemake.output.json, quoting.entries(molecule, numbers))
    page = readable.page(quoting.table(molecule, numbers), f"{molecule}: numbers")
    files.write_text(snakemake.output.html[0], page)
