"""Move a molecule at constant energy by the study's level itself."""

from confsym.dynamics import runs
from confsym.molecules import molecule
from confsym.provenance.jobs import job
from confsym.sampling.surface import surface
from confsym.storage import files

with job(snakemake):
    params = snakemake.params
    description = files.read_json(snakemake.input.molecule)
    name, target = description["name"], molecule.from_description(description)
    starts = files.read_npz(snakemake.input.starts)
    with surface(params.function, target, name, params.settings) as level:
        table = runs.runs(level, target, starts, params.dynamics, params.dynamics["level_runs"])
    files.write_csv(snakemake.output[0], table)
