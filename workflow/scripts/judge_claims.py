"""Stop if what was seen contradicts a claim; sum up the verdict otherwise."""

from confsym.errors import StudyError
from confsym.provenance.jobs import job
from confsym.storage import files, readable
from confsym.symmetry import claims

with job(snakemake):
    names = ("symmetry", "rotations", "trial")
    symmetry, rotations, trial = (readable.read_frame(snakemake.input[name]) for name in names)
    if broken := claims.broken(symmetry, rotations) + claims.broken_elsewhere(trial):
        raise StudyError(claims.complaint(snakemake.wildcards.molecule, broken))
    files.write_text(snakemake.output[0], claims.verdict(symmetry, trial))
