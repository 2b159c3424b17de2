"""Move the conformers in every way that the study asks for."""

from confsym import ensemble, files, molecule, split
from confsym.jobs import job
from confsym.topology import Topology
from confsym.transforms.moved import moved

with job(snakemake.log[0]):
    description = files.read_json(snakemake.input.molecule)
    target = molecule.from_description(description)
    topology = Topology.from_description(description)
    conformers = ensemble.read(snakemake.input.ensemble)
    held_out = files.read_csv(snakemake.input.split)["partition"] == split.TEST
    transforms = snakemake.params.transforms.values()
    for transform, path in zip(transforms, snakemake.output, strict=True):
        moved(conformers, held_out, target, topology, transform).write(path)
