"""Draw random crystals, take their energies, and hold some out."""

import numpy as np

from confsym.conformers.split import partition
from confsym.crystals import structures
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    settings = dict(snakemake.params.settings)
    train = settings.pop("train")
    crystals = structures.random_crystals(**settings)
    energy = structures.energies(crystals)
    log.info("%d energies, mean %.1f, std %.1f meV/atom", len(energy), energy.mean(), energy.std())
    parts = partition(len(crystals), train, settings["seed"], "crystals")
    number = np.arange(len(crystals))
    structures.write(snakemake.output.structures, crystals)
    files.write_csv(snakemake.output.energies, {"crystal": number, "energy_mev_atom": energy})
    files.write_csv(snakemake.output.split, {"crystal": number, "partition": parts})
