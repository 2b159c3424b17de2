"""Join the energies of all parts."""

from confsym.conformers import ensemble
from confsym.energies import parts, tables
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    energy = parts.join([*map(files.read_npz, snakemake.input.parts)], "energy_kcal_mol")
    log.info("%d energies, mean %.3f, std %.3f kcal/mol", len(energy), energy.mean(), energy.std())
    converged = ensemble.read_converged(snakemake.input.ensemble, len(energy))
    tables.write(snakemake.output[0], energy, converged)
