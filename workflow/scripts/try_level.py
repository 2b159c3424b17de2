"""Try whether a level of theory itself keeps each symmetry."""

from confsym.conformers import ensemble
from confsym.energies import symmetries
from confsym.molecules import molecule
from confsym.provenance.jobs import job
from confsym.storage import files

with job(snakemake) as log:
    name, params = snakemake.wildcards.molecule, snakemake.params
    target = molecule.from_description(files.read_json(snakemake.input.molecule))
    if params.kekule_form:
        target = molecule.kekulized(target)
    if params.function:
        moved = dict(zip(params.transforms, map(ensemble.read, snakemake.input.moved), strict=True))
        conformers = ensemble.read(snakemake.input.ensemble)
        arguments = params.transforms, name, params.settings
        table = symmetries.trial(params.function, target, conformers, moved, *arguments)
    else:
        log.info("energies from a file cannot be computed of moved conformers: not tried")
        table = symmetries.untried(params.transforms)
    for sentence in symmetries.complaint(table, params.label, name):
        log.warning(sentence)
    files.write_csv(snakemake.output[0], table)
