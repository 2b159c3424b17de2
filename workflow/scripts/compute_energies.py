"""Compute energies and gradients of one part of the conformers at one level."""

from confsym.conformers import ensemble
from confsym.energies import parts
from confsym.molecules import molecule, rdkit_conformer
from confsym.molecules.bonds import require_bonds
from confsym.provenance.jobs import job
from confsym.registry import resolve
from confsym.storage import files

with job(snakemake) as log:
    name, part, params = snakemake.wildcards.molecule, snakemake.wildcards.part, snakemake.params
    description = files.read_json(snakemake.input.molecule)
    if params.bonds:
        require_bonds(
            description, snakemake.wildcards.molecule, f"level {snakemake.wildcards.level}"
        )
    target = molecule.from_description(description)
    positions = ensemble.read(snakemake.input.ensemble).positions
    share = int(part), params.parts, params.settings
    arrays = parts.compute(params.function, target, positions, name, *share)
    # After the computation, which refuses molecules that nothing can be remarked on.
    if part == "0":
        placed = rdkit_conformer.with_conformer(target, positions[0])
        for remark in resolve(params.remarks)(placed, **params.settings):
            log.warning("molecules.%s: %s", name, remark)
    log.info("%d of %d conformers", len(arrays["conformer"]), len(positions))
    files.write_npz(snakemake.output[0], **arrays)
