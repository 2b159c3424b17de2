"""Compute the energy of each conformer at one level."""

from confsym import ensemble, files, molecule
from confsym.energies import tables
from confsym.jobs import job
from confsym.registry import resolve

with job(snakemake.log[0]) as log:
    target = molecule.from_description(files.read_json(snakemake.input.molecule))
    conformers = ensemble.read(snakemake.input.ensemble)
    energy = resolve(snakemake.params.function)(
        target, conformers.positions, snakemake.wildcards.molecule
    )
    log.info("%d energies, mean %.3f, std %.3f kcal/mol", len(energy), energy.mean(), energy.std())
    converged = ensemble.read_converged(snakemake.input.ensemble, len(energy))
    tables.write(snakemake.output[0], energy, converged)
