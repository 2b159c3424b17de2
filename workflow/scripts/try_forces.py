"""Move held-out conformers and their forces; compare forces with the energy's slopes."""

import numpy as np

from confsym.conformers import ensemble, split
from confsym.models import fitted
from confsym.molecules import molecule
from confsym.molecules.topology import Topology
from confsym.provenance.jobs import job
from confsym.storage import files, readable
from confsym.symmetry import force_claims

with job(snakemake):
    description = files.read_json(snakemake.input.molecule)
    target = molecule.from_description(description)
    topology = Topology.from_description(description)
    held_out = np.flatnonzero(files.read_csv(snakemake.input.split)["partition"] == split.TEST)
    study, settings = snakemake.params.study, snakemake.params.rotations
    chosen = held_out[: settings["conformers"]]
    positions = ensemble.read(snakemake.input.ensemble).positions[chosen]
    models = map(fitted.read, snakemake.input.models)
    models = dict(zip(study["experiments"], models, strict=True))
    symmetry = readable.read_frame(snakemake.input.symmetry)
    conformers = positions, target, topology
    table = force_claims.table(study, models, symmetry, *conformers, settings["seed"])
    readable.write(table, force_claims.HEADINGS, snakemake.output)
