"""Compute energies and gradients of one part of the conformers at one level."""

import numpy as np

from confsym import ensemble, files, molecule
from confsym.jobs import job
from confsym.registry import resolve

with job(snakemake.log[0]) as log:
    target = molecule.from_description(files.read_json(snakemake.input.molecule))
    positions = ensemble.read(snakemake.input.ensemble).positions
    parts = np.array_split(np.arange(len(positions)), snakemake.params.parts)
    conformer = parts[int(snakemake.wildcards.part)]
    energy, gradients = resolve(snakemake.params.function)(
        target, positions, snakemake.wildcards.molecule, conformer
    )
    log.info("%d of %d conformers", len(conformer), len(positions))
    files.write_npz(
        snakemake.output[0], conformer=conformer, energy_kcal_mol=energy, gradients=gradients
    )
