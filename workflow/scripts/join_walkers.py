"""Take decorrelated snapshots from all walks of a molecule."""

import numpy as np

from confsym.conformers.ensemble import Ensemble
from confsym.molecules import molecule, stereo
from confsym.provenance.jobs import job
from confsym.sampling import snapshots
from confsym.storage import files

with job(snakemake) as log:
    description, params = files.read_json(snakemake.input.molecule), snakemake.params
    target, context = molecule.from_description(description), (description["name"], params.place)
    walks = [*map(files.read_npz, snakemake.input.walkers)]
    sampled = snapshots.snapshots(target, walks, params.sampling, params.needed, *context)
    for warning in snapshots.doubts(sampled.report, *context):
        log.warning(warning)
    log.info(snapshots.in_words(sampled.report, context[0]))
    if params.bonds == "refuse":
        snapshots.require_bonds(sampled.table, *context)
    numbers = np.array([atom["number"] for atom in description["atoms"]])
    labels = stereo.label(target, description, sampled.positions, log)
    Ensemble(sampled.positions, numbers, sampled.table["attempt"]).write(snakemake.output.ensemble)
    files.write_csv(snakemake.output.table, sampled.table | {"stereoisomer": labels})
    files.write_json(snakemake.output.counts, sampled.counts)
    files.write_json(snakemake.output.report, sampled.report)
