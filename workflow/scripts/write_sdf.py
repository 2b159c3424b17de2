"""Write the ensemble for molecule viewers."""

from confsym.conformers import ensemble, sdf
from confsym.molecules import molecule
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake):
    target = molecule.from_description(files.read_json(snakemake.input.molecule))
    conformers = ensemble.read(snakemake.input.ensemble)
    labels = files.read_csv(snakemake.input.table)["stereoisomer"]
    sdf.write(snakemake.output[0], target, conformers, labels, snakemake.wildcards.molecule)
