"""Read a user's file of geometries: the molecule, its conformers, their energies and gradients."""

import numpy as np

from confsym.conformers import ensemble
from confsym.datasets import given
from confsym.molecules import molecule, stereo
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    path, params, outputs = snakemake.input.file, snakemake.params, snakemake.output
    references = [
        (files.read_json(molecule), ensemble.read(own_ensemble).positions)
        for molecule, own_ensemble in zip(
            snakemake.input.molecule, snakemake.input.own, strict=True
        )
    ]
    entry = params.geometries, params.place, params.name, params.entry
    description, frames, other_bonds = given.read(path, *entry, references, log)
    target = molecule.from_description(description)
    table = {
        "conformer": np.arange(len(frames.frame)),
        "attempt": frames.frame,
        "stereoisomer": stereo.label(target, description, frames.positions, log),
        "other_bonds": other_bonds,
    }
    if params.split_by:
        table["split_by"] = given.split_column(frames, params.split_by, params.place)
    files.write_json(outputs.molecule, description)
    ensemble.Ensemble(frames.positions, frames.numbers, frames.frame).write(outputs.ensemble)
    files.write_csv(outputs.table, table)
    files.write_json(outputs.counts, dict.fromkeys(("frames", "kept"), len(frames.frame)))
    files.write_npz(outputs.energies, **given.energies(frames))
