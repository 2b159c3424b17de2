"""Move the conformers in every way that the study asks for."""

from confsym.conformers import ensemble, split
from confsym.molecules import molecule
from confsym.provenance.jobs import job
from confsym.storage import files
from confsym.transforms.moved import moved

with job(snakemake):
    target = molecule.from_description(files.read_json(snakemake.input.molecule))
    conformers = ensemble.read(snakemake.input.ensemble)
    held_out = files.read_csv(snakemake.input.split)["partition"] == split.TEST
    transforms = snakemake.params.transforms.values()
    for transform, path in zip(transforms, snakemake.output, strict=True):
        moved(conformers, held_out, target, transform).write(path)
