"""Take decorrelated snapshots from all walks of a molecule."""

import numpy as np

from confsym.conformers.ensemble import Ensemble
from confsym.molecules import molecule, stereo
from confsym.provenance.jobs import job
from confsym.sampling import snapshots
from confsym.storage import files

with job(snakemake) as log:
    description, params = files.read_json(snakemake.input.molecule), snakemake.params
    target, said = molecule.from_description(description), (description["name"], params.place)
    walks = [*map(files.read_npz, snakemake.input.walkers)]
    found = snapshots.snapshots(target, walks, params.sampling, params.needed, *said)
    for warning in snapshots.doubts(found.report, *said):
        log.warning(warning)
    log.info(snapshots.in_words(found.report, said[0]))
    if params.bonds == "refuse":
        snapshots.require_bonds(found.table, *said)
    numbers = np.array([atom["number"] for atom in description["atoms"]])
    labels = stereo.label(target, description, found.positions, log)
    Ensemble(found.positions, numbers, found.table["attempt"]).write(snakemake.output.ensemble)
    files.write_csv(snakemake.output.table, found.table | {"stereoisomer": labels})
    files.write_json(snakemake.output.counts, found.counts)
    files.write_json(snakemake.output.report, found.report)
