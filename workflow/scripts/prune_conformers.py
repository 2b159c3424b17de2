"""Join the shards, prune, and say which stereoisomer each kept conformer is."""

import numpy as np

from confsym import ensemble, files, molecule, pruning, stereo
from confsym.jobs import job

with job(snakemake.log[0]) as log:
    description = files.read_json(snakemake.input.molecule)
    target = molecule.from_description(description)
    embedded = ensemble.concatenate([ensemble.read(path) for path in snakemake.input.shards])
    ensemble.require_conformers(embedded, description["name"])
    matches = pruning.heavy_atom_matches(target)
    kept = embedded.take(pruning.prune(embedded.positions, matches, snakemake.params.prune_rms))
    log.info("%d of %d conformers kept", len(kept), len(embedded))
    labels = stereo.stereoisomers(target, description["stereo"], kept.positions)
    if warning := stereo.mixture(labels, description["name"]):
        log.warning(warning)
    kept.write(snakemake.output.ensemble)
    files.write_csv(
        snakemake.output.table,
        {"conformer": np.arange(len(kept)), "attempt": kept.attempt, "stereoisomer": labels},
    )
