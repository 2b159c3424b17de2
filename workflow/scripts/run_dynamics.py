"""Move a molecule at constant energy by one experiment's model."""

from contextlib import nullcontext

from confsym.dynamics import runs
from confsym.models import fitted
from confsym.molecules import molecule
from confsym.provenance.jobs import job
from confsym.sampling.surface import Surface, surface
from confsym.storage import files

with job(snakemake) as log:
    params = snakemake.params
    description = files.read_json(snakemake.input.molecule)
    name, target = description["name"], molecule.from_description(description)
    model, starts = fitted.read(snakemake.input.model), files.read_npz(snakemake.input.starts)
    below = surface(params.below, target, name, params.settings) if params.below else nullcontext()
    with below as opened:
        level = Surface(runs.surface_of(model, opened and opened.level))
        table = runs.runs(level, target, starts, params.dynamics, params.dynamics["runs"])
    log.info("%d records of %d runs", len(table["run"]), params.dynamics["runs"])
    files.write_csv(snakemake.output[0], table)
