"""Relax conformers by a force field and by its level, shake a minimum, and turn it about a bond."""

import numpy as np

from confsym.calculator import load
from confsym.conformers import ensemble, split
from confsym.energies import tables
from confsym.evaluation import force_field_trial as trial
from confsym.molecules import molecule, torsions
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    model, output = load(snakemake.input.force_field), snakemake.output
    description = files.read_json(snakemake.input.molecule)
    target = molecule.from_description(description)
    positions = ensemble.read(snakemake.input.ensemble).positions
    energy = tables.read(snakemake.input.energies)
    held_out = np.flatnonzero(files.read_csv(snakemake.input.split)["partition"] == split.TEST)
    starts = {number: positions[number] for number in trial.evenly_chosen(held_out).tolist()}
    start = positions[held_out[energy[held_out].argmin()]]
    torsion = torsions.scanned_torsion(target, molecule.equivalence_classes(target))
    log.info("turned about: %s", torsion.label(target) if torsion else "no bond is there for it")
    level = snakemake.params.function, target, description["name"], snakemake.params.settings
    with trial.opened(*level) as surface:
        files.write_csv(output.relaxations, trial.relaxations(model, surface, target, starts))
        files.write_csv(output.vibrations, trial.vibrations(model, surface, target, start))
        scan = trial.torsion_scan(model, surface, target, start, torsion)
        files.write_csv(output.torsion, scan)
