"""Write the table of dynamics: each model with forces, the level, and why others move no atoms."""

from confsym.dynamics import verdicts
from confsym.provenance.jobs import job
from confsym.storage import files, readable

with job(snakemake):
    params = snakemake.params
    atoms = len(files.read_json(snakemake.input.molecule)["atoms"])
    known = dict(
        zip(params.experiments, map(readable.read_frame, snakemake.input.runs), strict=True)
    )
    known |= dict(zip(params.levels, map(readable.read_frame, snakemake.input.level), strict=True))
    table = verdicts.table(params.facts, known, params.dynamics, atoms)
    page, csv, *others = snakemake.output
    readable.write(table, verdicts.HEADINGS, [csv])
    readable.write(table[[*verdicts.SHOWN]], verdicts.HEADINGS, [page, *others])
