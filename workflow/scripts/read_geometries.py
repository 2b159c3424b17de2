"""Read a user's file of geometries: the molecule, its conformers, their energies and gradients."""

import numpy as np

from confsym.conformers import ensemble
from confsym.datasets import consistency, given, reading
from confsym.molecules import molecule, stereo
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake.log[0]) as log:
    name, entry, params = snakemake.params.name, snakemake.params.entry, snakemake.params
    digest = files.sha256(snakemake.input.file)
    given.require_checksum(digest, params.geometries, params.place)
    frames = reading.read(snakemake.input.file, params.geometries, name, params.place)
    if snakemake.input.molecule:  # a further file of a molecule that is described already
        description = files.read_json(snakemake.input.molecule[0])
        frames = given.like(description, frames, params.place)
    else:
        description = given.describe(name, entry, frames)
    report = consistency.report(frames)
    for remark in (*frames.remarks, *report["remarks"]):
        log.info("%s: %s", params.place, remark)
    consistency.refuse(report, params.geometries, params.place)
    differ = given.bonds_differ(description, frames)
    for sentence in given.understood(description, frames, differ):
        log.info(sentence)
    target = molecule.from_description(description)
    labels = stereo.label(target, description, frames.positions, log)
    origin = {"file": params.geometries["file"], "sha256": digest}
    description |= {
        "other_bonds": int(differ.sum()),
        "bonds_when_other": entry.get("bonds", "refuse"),
    }
    description |= {"geometries": origin | report}
    files.write_json(snakemake.output.molecule, description)
    kept = ensemble.Ensemble(frames.positions, frames.numbers, frames.frame)
    kept.write(snakemake.output.ensemble)
    table = {
        "conformer": np.arange(len(kept)),
        "attempt": frames.frame,
        "stereoisomer": labels,
        "other_bonds": differ,
    }
    if params.split_by:
        table["split_by"] = given.split_column(frames, params.split_by, params.place)
    files.write_csv(snakemake.output.table, table)
    files.write_json(snakemake.output.counts, {"frames": len(kept), "kept": len(kept)})
    files.write_npz(snakemake.output.energies, **given.energies(frames))
