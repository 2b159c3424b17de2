"""Minimise the ensemble at the study's level, as an ensemble of its own."""

from dataclasses import replace

from confsym.conformers import ensemble
from confsym.molecules import molecule
from confsym.provenance.jobs import job
from confsym.registry import resolve
from confsym.storage import files

with job(snakemake) as log:
    target = molecule.from_description(files.read_json(snakemake.input.molecule))
    embedded = ensemble.read(snakemake.input.ensemble)
    minimize = resolve(snakemake.params.function)
    positions, converged = minimize(
        target, embedded.positions, snakemake.wildcards.molecule, snakemake.params.iterations
    )
    log.info("%d of %d conformers converged", converged.sum(), len(converged))
    replace(embedded, positions=positions).write(snakemake.output[0], converged=converged)
