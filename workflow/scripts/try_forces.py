"""Move held-out conformers and their forces; compare forces with the energy's slopes."""

import numpy as np

from confsym.conformers import ensemble, split
from confsym.energies import tables
from confsym.evaluation import summary
from confsym.models import fitted
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files, readable
from confsym.symmetry import force_claims
from confsym.transforms.moved import unmoving

with job(snakemake):
    found, params, study = snakemake.input, snakemake.params, snakemake.params.study
    description = files.read_json(found.molecule)
    target = molecule.from_description(description)
    held_out = np.flatnonzero(files.read_csv(found.split)["partition"] == split.TEST)
    conformers = ensemble.read(found.ensemble)
    models, metrics = (
        dict(zip(study["experiments"], map(read, paths), strict=True))
        for read, paths in ((fitted.read, found.models), (readable.read_frame, found.metrics))
    )
    broken = dict(zip(params.levels, map(tables.read_broken, found.levels), strict=True))
    moved = zip(study["transforms"], map(ensemble.read, found.moved), strict=True)
    still = unmoving(conformers, moved)
    symmetry = summary.symmetry(study, metrics, broken, still)
    positions = conformers.positions[held_out[: params.conformers]]
    geometries = positions, target, Topology.from_description(description)
    table = force_claims.table(study, models, symmetry, *geometries, params.seed)
    readable.write(table, force_claims.HEADINGS, snakemake.output)
